"""Who is in an album: letting friends in, letting them go, leaving, and handing it over."""

from __future__ import annotations

from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue

from store import albums, members
from store.ids import is_id
from webapp.htmx import see_other
from webapp.sessions import signed_in, viewer_id

blueprint = Blueprint("members", __name__, url_prefix="/albums/<album_id>")


@blueprint.post("/members")
@signed_in
def let_in(album_id: str) -> ResponseReturnValue:
    """Let the owner make a friend a contributor or a viewer."""
    albums.get_own(viewer_id(), album_id)
    friend_id, part = request.form.get("friend", ""), request.form.get("part")
    if part not in members.PARTS or not is_id(friend_id):
        abort(400)
    members.let_in(viewer_id(), album_id, friend_id, part)
    return see_other(url_for("audience.of_album", album_id=album_id))


@blueprint.post("/members/<user_id>/removal")
@signed_in
def let_go(album_id: str, user_id: str) -> ResponseReturnValue:
    """Let the owner remove somebody; what they had put in goes with them."""
    albums.get_own(viewer_id(), album_id)
    members.let_go(album_id, user_id)
    return see_other(url_for("audience.of_album", album_id=album_id))


@blueprint.post("/departure")
@signed_in
def leave(album_id: str) -> ResponseReturnValue:
    """Leave an album that one was let into, with what one had put in."""
    members.let_go(album_id, viewer_id())
    return see_other(url_for("albums.index"))


@blueprint.post("/owner")
@signed_in
def hand_over(album_id: str) -> ResponseReturnValue:
    """Let the owner make a contributor the owner."""
    albums.get_own(viewer_id(), album_id)
    members.hand_over(viewer_id(), album_id, request.form.get("heir", ""))
    return see_other(url_for("albums.album", album_id=album_id))
