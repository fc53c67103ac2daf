"""Likes on a photo."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from store import likes as store_likes
from store import photos
from store.authors import Author
from store.ids import is_id
from webapp.htmx import see_other, wants_fragment
from webapp.sessions import known, signed_in, viewer_id

blueprint = Blueprint("likes", __name__, url_prefix="/photos/<photo_id>")


@blueprint.get("/likes")
@signed_in
def likes(photo_id: str) -> ResponseReturnValue:
    """Show who likes a photo."""
    photo, _owner = photos.get_visible(viewer_id(), photo_id)
    after = request.args.get("after")
    if after is not None and not is_id(after):
        abort(404)
    page = store_likes.list_names(viewer_id(), photo_id, after=after)
    more = url_for("likes.likes", photo_id=photo_id, after=page.cursor) if page.cursor else None
    return render_template("likes/likes.html", photo=photo, people=page.items, more_url=more)


@blueprint.post("/like")
@signed_in
def like(photo_id: str) -> ResponseReturnValue:
    """Like a photo."""
    return _change(photo_id, liked=True)


@blueprint.post("/like/removal")
@signed_in
def unlike(photo_id: str) -> ResponseReturnValue:
    """Take one's like back."""
    return _change(photo_id, liked=False)


def _change(photo_id: str, *, liked: bool) -> ResponseReturnValue:
    photo, _owner = photos.get_visible(viewer_id(), photo_id, known=known())
    act = store_likes.like if liked else store_likes.unlike
    if act(photo, Author(viewer_id())):
        photo = replace(photo, likes=max(0, photo.likes + (1 if liked else -1)))
    if wants_fragment():
        return render_template("likes/_likes.html", photo=photo, liked=liked)
    return see_other(url_for("photos.photo", photo_id=photo_id, _anchor="likes"))
