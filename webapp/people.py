"""People: their pages, and the names that a text can mention."""

from __future__ import annotations

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from store import people as store_people
from store.errors import NotFound
from store.ids import is_id
from webapp.sessions import signed_in, viewer_id

blueprint = Blueprint("people", __name__, url_prefix="/people")


@blueprint.get("/<user_id>")
@signed_in
def person(user_id: str) -> ResponseReturnValue:
    """Show a person to their friends."""
    if not is_id(user_id):
        raise NotFound(user_id)
    profile = store_people.get_profile(viewer_id(), user_id)
    return render_template("people/person.html", profile=profile)


@blueprint.get("/suggestions")
@signed_in
def suggestions() -> ResponseReturnValue:
    """Answer with the friends' names that begin as typed."""
    typed = request.args.get("typed", "").strip()[:40]
    return jsonify(names=store_people.suggest(viewer_id(), typed) if typed else [])
