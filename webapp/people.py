"""People: their pages, asking to be friends, and the names that a text can mention."""

from __future__ import annotations

from flask import Blueprint, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from store import people as store_people
from store import requests
from store.errors import NotFound
from store.ids import is_id
from store.people import Profile
from store.search import Query
from webapp.htmx import render, see_other
from webapp.search import found
from webapp.sessions import me, signed_in, viewer_id

blueprint = Blueprint("people", __name__, url_prefix="/people")


@blueprint.get("/<user_id>")
@signed_in
def person(user_id: str) -> ResponseReturnValue:
    """Show a person, and their photos as far as the viewer may see them."""
    profile = _profile(user_id)
    album_id = request.args.get("album", "")
    photos = (
        found(Query(person_id=user_id), "people.person", user_id=user_id)
        if profile.is_me or profile.is_friend
        else {"cards": [], "older_url": None, "count": 0}
    )
    return render(
        "people/person.html",
        block="photos",
        profile=profile,
        album_id=album_id,
        shows_mutual=me().shows_mutual,
        **photos,
    )


def _profile(user_id: str) -> Profile:
    album_id = request.values.get("album", "")
    if not is_id(user_id):
        raise NotFound(user_id)
    return store_people.get_profile(
        viewer_id(), user_id, album_id=album_id if is_id(album_id) else ""
    )


@blueprint.get("/<user_id>/mutual")
@signed_in
def mutual(user_id: str) -> ResponseReturnValue:
    """Show the friends that the viewer and this person have in common, if both allow it."""
    profile = _profile(user_id)
    return render_template(
        "people/mutual.html", profile=profile, people=store_people.list_mutual(me(), profile.user)
    )


@blueprint.post("/<user_id>/request")
@signed_in
def ask(user_id: str) -> ResponseReturnValue:
    """Ask somebody from a shared album to be friends."""
    album_id = request.form.get("album", "")
    if not is_id(user_id) or not is_id(album_id):
        raise NotFound(user_id)
    requests.ask(me(), user_id, album_id)
    return see_other(url_for("people.person", user_id=user_id, album=album_id))


@blueprint.post("/<user_id>/request/acceptance")
@signed_in
def accept(user_id: str) -> ResponseReturnValue:
    """Become the friend of somebody who asked."""
    requests.accept(viewer_id(), user_id)
    return see_other(url_for("people.person", user_id=user_id))


@blueprint.post("/<user_id>/request/refusal")
@signed_in
def decline(user_id: str) -> ResponseReturnValue:
    """Let a request rest; who asked is not told."""
    requests.decline(viewer_id(), user_id)
    return see_other(url_for("friends.friends"))


@blueprint.get("/suggestions")
@signed_in
def suggestions() -> ResponseReturnValue:
    """Answer with the friends' names that begin as typed."""
    typed = request.args.get("typed", "").strip()[:40]
    return jsonify(names=store_people.suggest(viewer_id(), typed) if typed else [])
