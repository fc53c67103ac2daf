"""Likes on a photo."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from store import likes as store_likes
from webapp.htmx import see_other, wants_fragment
from webapp.paging import cursor
from webapp.speakers import listening, photo_page, speaking, stay_in_album
from webapp.viewers import visiting

blueprint = Blueprint("likes", __name__, url_prefix="/photos/<photo_id>")
stay_in_album(blueprint)


@blueprint.get("/likes")
@visiting
def likes(photo_id: str) -> ResponseReturnValue:
    """Show who likes a photo."""
    photo, who = listening(photo_id)
    after = cursor("after")
    page = store_likes.list_faces(who.looks_as, photo_id, after=after)
    more = url_for("likes.likes", photo_id=photo_id, after=page.cursor) if page.cursor else None
    return render_template("likes/likes.html", photo=photo, people=page.items, more_url=more)


@blueprint.post("/like")
@visiting
def like(photo_id: str) -> ResponseReturnValue:
    """Like a photo."""
    return _change(photo_id, liked=True)


@blueprint.post("/like/removal")
@visiting
def unlike(photo_id: str) -> ResponseReturnValue:
    """Take one's like back."""
    return _change(photo_id, liked=False)


def _change(photo_id: str, *, liked: bool) -> ResponseReturnValue:
    photo, who = speaking(photo_id)
    act = store_likes.like if liked else store_likes.unlike
    if act(photo, who.author):
        photo = replace(photo, likes=max(0, photo.likes + (1 if liked else -1)))
    if wants_fragment():
        return render_template("likes/_likes.html", photo=photo, liked=liked)
    return see_other(photo_page(photo_id, "likes"))
