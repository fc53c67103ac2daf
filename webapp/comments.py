"""Comments on a photo: written, edited and removed within its page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from store import comments as store_comments
from store import likes as store_likes
from store import users
from store.authors import Face
from store.comments import Comment, Spoken
from store.ids import new_id
from store.photos import Photo
from store.users import User
from store.words import clean_text
from webapp.htmx import render, see_other, wants_fragment
from webapp.paging import cursor
from webapp.sessions import known
from webapp.speakers import Speaker, listening, photo_page, speaking, stay_in_album
from webapp.talk import Voice
from webapp.viewers import visiting

blueprint = Blueprint("comments", __name__, url_prefix="/photos/<photo_id>/comments")
stay_in_album(blueprint)


@blueprint.get("")
@visiting
def comments(photo_id: str) -> ResponseReturnValue:
    """Show the comments after a cursor: those for which the photo's page had no room."""
    photo, who = listening(photo_id)
    after = cursor("after", store_comments.is_comment_id)
    page, _also = store_comments.list_spoken(who.looks_as, photo_id, after=after)
    return render(
        "comments/comments.html",
        block="threads",
        photo=photo,
        voice=Voice(photo, who),
        threads=threads(page.items),
        more_url=more_url(photo_id, page.cursor),
        is_part=wants_fragment(),
    )


def talk_about(photo: Photo, who: Speaker) -> dict[str, Any]:
    """Return what the photo's page needs to show likes and the first comments."""
    mine = store_likes.key(photo.photo_id, who.author)
    owner = users.key(photo.user_id)
    page, also = store_comments.list_spoken(who.looks_as, photo.photo_id, also=(mine, owner))
    return {
        "camera": photo.camera if User.from_item(also[owner]).shows_camera else "",
        "voice": Voice(photo, who),
        "threads": threads(page.items),
        "more_url": more_url(photo.photo_id, page.cursor),
        "liked": mine in also,
    }


def threads(spoken: list[Spoken]) -> list[list[Spoken]]:
    """Return the comments, each followed by the replies to it.

    A thread can begin with a reply: what it answers was removed, or stood on the page before.
    """
    found: dict[str, list[Spoken]] = {}
    for one in spoken:
        found.setdefault(one.comment.thread_id, []).append(one)
    return list(found.values())


def more_url(photo_id: str, cursor: str | None) -> str | None:
    return url_for("comments.comments", photo_id=photo_id, after=cursor) if cursor else None


@blueprint.post("")
@visiting
def create(photo_id: str) -> ResponseReturnValue:
    """Write a comment or a reply; a form that was sent before writes nothing more."""
    photo, who = speaking(photo_id)
    text = _text()
    answers = request.form.get("answers", "")
    if answers and not store_comments.is_comment_id(answers):
        abort(404)
    form_id = request.form.get("form_id") or new_id()
    comment = store_comments.post(photo, who.author, form_id, text, answers=answers)
    return _said(photo, who, comment, "comments/_posted.html")


def _text() -> str:
    text = clean_text(request.form.get("text", ""))
    if not text:
        abort(400, _("Please write something first."))
    if len(text) > store_comments.TEXT_LIMIT:
        abort(400, _("A comment has room for 2,000 characters."))
    return text


def _said(photo: Photo, who: Speaker, comment: Comment, template: str) -> ResponseReturnValue:
    """Answer with the comment as it stands now: a piece of the page, or the way back to it."""
    if not wants_fragment():
        return see_other(_place(comment))
    one = Spoken(comment, _face(who))
    return render_template(template, photo=photo, voice=Voice(photo, who), one=one)


def _face(who: Speaker) -> Face:
    if who.name is not None:
        return Face(who.name)
    user = users.get(who.author.author_id, known=known())
    return Face(user.name, user.portrait)


def _place(comment: Comment) -> str:
    anchor = f"comment-{comment.comment_id}"
    return photo_page(comment.photo_id, anchor)


@blueprint.route("/<comment_id>/edit", methods=["GET", "POST"])
@visiting
def edit(photo_id: str, comment_id: str) -> ResponseReturnValue:
    """Let the author change the words."""
    photo, who = speaking(photo_id)
    comment = store_comments.get(photo_id, comment_id)
    if comment.author != who.author:
        abort(404)
    if request.method == "GET":
        return render("comments/edit.html", block="form", photo=photo, comment=comment)
    changed = store_comments.edit(photo, comment, _text())
    return _said(photo, who, changed, "comments/_comment.html")


@blueprint.post("/<comment_id>/deletion")
@visiting
def delete(photo_id: str, comment_id: str) -> ResponseReturnValue:
    """Remove one's own comment, or any on one's own photo."""
    photo, who = speaking(photo_id)
    store_comments.remove(who.author, photo, comment_id)
    return "" if wants_fragment() else see_other(photo_page(photo_id))
