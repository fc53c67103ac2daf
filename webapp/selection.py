"""Several photos at once: choose them, do one thing with all, and read what became of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from store import album_photos, albums, feed, photos
from store.access import Person
from store.errors import NotFound
from store.feed import FeedPhoto
from store.ids import is_id
from store.photos import TAGS_LIMIT, Photo
from store.words import parse_tags
from webapp import audiences
from webapp.cards import Card, card
from webapp.feed import PAGE, cursor
from webapp.htmx import render
from webapp.sessions import signed_in, viewer_id

LIMIT = 60

blueprint = Blueprint("selection", __name__, url_prefix="/selection")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a photo; without a card it is not there (any more)."""

    done: bool
    words: str
    card: Card | None = None


@blueprint.get("")
@signed_in
def choose() -> ResponseReturnValue:
    """Show the feed with a box on each photo."""
    page = feed.read(viewer_id(), limit=PAGE, before=cursor())
    older = url_for("selection.choose", before=page.cursor) if page.cursor else None
    return _page(page.items, chosen=set(), older_url=older)


@blueprint.post("")
@signed_in
def chosen() -> ResponseReturnValue:
    """Show what was chosen elsewhere, and what can be done with it."""
    ids = _chosen()
    return _page(list(_visible(ids).values()), chosen=set(ids), older_url=None)


def _page(
    items: list[FeedPhoto], *, chosen: set[str], older_url: str | None
) -> ResponseReturnValue:
    return render(
        "selection/selection.html",
        block="photos",
        cards=[card(one.photo, one.owner_name, viewer_id()) for one in items],
        chosen=chosen,
        older_url=older_url,
        albums=albums.list_own(viewer_id()),
        choices=audiences.choices(),
    )


def _chosen() -> list[str]:
    ids = list(dict.fromkeys(request.form.getlist("photo_id")))
    if not ids or not all(is_id(each) for each in ids):
        abort(400, _("Please choose some photos first."))
    if len(ids) > LIMIT:
        abort(400, _("Please choose at most sixty photos at once."))
    return ids


def _visible(ids: list[str]) -> dict[str, FeedPhoto]:
    """Return those that the viewer may see now, in the order chosen; two or three calls."""
    there = photos.get_many(ids)
    return feed.see_now(viewer_id(), ((each, there[each].user_id) for each in ids if each in there))


@blueprint.post("/result")
@signed_in
def act() -> ResponseReturnValue:
    """Do one thing with all that was chosen, and say what became of each."""
    ids = _chosen()
    action = _action(request.form.get("action", ""))
    visible = _visible(ids)
    outcomes = [_try(action, visible.get(each)) for each in ids]
    return render_template("selection/result.html", outcomes=outcomes)


def _action(name: str) -> Callable[[Photo], Outcome]:
    """Return what is done with a photo of one's own; it answers 400 itself if something lacks."""
    match name:
        case "tag":
            return _tag(parse_tags(request.form.get("tags", "")))
        case "share":
            return _share(audiences.chosen().text)
        case "album":
            return _put_into(request.form.get("album_id", ""))
        case "delete":
            return _delete
    abort(400)


def _try(action: Callable[[Photo], Outcome], one: FeedPhoto | None) -> Outcome:
    if one is None:
        return Outcome(False, _("It is not there any more."))
    shown = card(one.photo, one.owner_name, viewer_id())
    if not shown.is_mine:
        return Outcome(
            False, _("It is %(name)s’s, and stays as it is.", name=one.owner_name), shown
        )
    try:
        outcome = action(one.photo)
    except NotFound:
        return Outcome(False, _("It is not there any more."))
    return Outcome(outcome.done, outcome.words, shown)


def _tag(tags: list[str]) -> Callable[[Photo], Outcome]:
    if not tags:
        abort(400, _("Please enter a tag."))

    def act(photo: Photo) -> Outcome:
        both = list(dict.fromkeys([*photo.tags, *tags]))
        if len(both) > TAGS_LIMIT:
            return Outcome(False, _("It would have more than twenty tags, and stays as it is."))
        if both == photo.tags:
            return Outcome(True, _("It had that already."))
        photos.edit(viewer_id(), photo.photo_id, tags=both)
        return Outcome(True, _("Tagged"))

    return act


def _share(audience: str) -> Callable[[Photo], Outcome]:
    def act(photo: Photo) -> Outcome:
        photos.set_visibility(viewer_id(), photo.photo_id, audience)
        return Outcome(True, _("Saved"))

    return act


def _put_into(album_id: str) -> Callable[[Photo], Outcome]:
    if not is_id(album_id):
        abort(400, _("Please choose an album."))
    title = albums.get(Person(viewer_id()), album_id)[0].title

    def act(photo: Photo) -> Outcome:
        if album_photos.add(Person(viewer_id()), album_id, [photo]):
            return Outcome(True, _("Added to %(title)s", title=title))
        return Outcome(True, _("It was in %(title)s already.", title=title))

    return act


def _delete(photo: Photo) -> Outcome:
    photos.delete(viewer_id(), photo.photo_id)
    return Outcome(True, _("Deleted"))
