"""Several photos at once: choose them in the feed, on the roll or in an album, do one thing with
all, and read what became of each.

In an album the form carries its id as `album`, and the album decides what may be seen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from flask import Blueprint, abort, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from store import album_photos, albums, downloads, feed, photos, sheets, shelf
from store.access import ADD, Person
from store.errors import NotFound
from store.ids import is_id
from store.photos import TAGS_LIMIT, Photo
from store.words import parse_tags
from webapp import audiences
from webapp.albums import CURSOR, tile_card
from webapp.albums import PAGE as ALBUM_PAGE
from webapp.cards import Card, card
from webapp.htmx import render
from webapp.paging import PAGE, cursor
from webapp.sessions import signed_in, viewer_id

LIMIT = 60
ALBUMS = 16  # to choose from, the newest that one may add to

blueprint = Blueprint("selection", __name__, url_prefix="/selection")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a photo; without a card it is not there (any more), or not from now on."""

    done: bool
    words: str
    card: Card | None = None
    gone: bool = False


@blueprint.get("")
@signed_in
def choose() -> ResponseReturnValue:
    """Show the feed, or an album, with a box on each photo."""
    if album_id := _album_id():
        after = cursor("after", CURSOR.fullmatch)
        me = Person(viewer_id())
        sheet = sheets.read(me, album_id, limit=ALBUM_PAGE, after=after)
        cards = [tile_card(me, sheet.album, tile) for tile in sheet.tiles]
        more: dict[str, Any] | None = (
            {"album": album_id, "after": sheet.cursor} if sheet.cursor else None
        )
    else:
        page = feed.read(viewer_id(), limit=PAGE, before=cursor("before"))
        cards = [card(one.photo, one.owner_name, viewer_id()) for one in page.items]
        more = {"before": page.cursor} if page.cursor else None
    older = url_for("selection.choose", **more) if more else None
    return _page(cards, chosen=set(), older_url=older)


@blueprint.post("")
@signed_in
def chosen() -> ResponseReturnValue:
    """Show what was chosen elsewhere, and what can be done with it."""
    ids = _chosen()
    return _page(list(_visible(ids).values()), chosen=set(ids), older_url=None)


def _page(cards: list[Card], *, chosen: set[str], older_url: str | None) -> ResponseReturnValue:
    return render(
        "selection/selection.html",
        block="photos",
        cards=cards,
        chosen=chosen,
        older_url=older_url,
        album_id=_album_id(),
        albums=[
            each.album for each in shelf.read(viewer_id(), limit=ALBUMS).items if ADD in each.rights
        ],
        choices=audiences.choices(),
    )


def _album_id() -> str:
    """Return the album in which the photos are chosen, empty for feed and roll."""
    album_id = request.values.get("album", "")
    if album_id and not is_id(album_id):
        abort(404)
    return album_id


def _chosen() -> list[str]:
    ids = list(dict.fromkeys(request.form.getlist("photo_id")))
    if not ids or not all(is_id(each) for each in ids):
        abort(400, _("Please choose some photos first."))
    if len(ids) > LIMIT:
        abort(400, _("Please choose at most sixty photos at once."))
    return ids


def _visible(ids: list[str]) -> dict[str, Card]:
    """Return those that the viewer may see now, in the order chosen; three or four calls.

    A card in an album is the viewer's own (`is_mine`) if they may take the photo out of it.
    """
    if album_id := _album_id():
        me = Person(viewer_id())
        album, tiles = sheets.pick(me, album_id, ids)
        seen = {tile.photo.photo_id: tile_card(me, album, tile) for tile in tiles}
        return {each: seen[each] for each in ids if each in seen}
    there = photos.get_many(ids)
    found = feed.see_now(
        viewer_id(), ((each, there[each].user_id) for each in ids if each in there)
    )
    return {
        photo_id: card(one.photo, one.owner_name, viewer_id()) for photo_id, one in found.items()
    }


@blueprint.post("/copies")
@signed_in
def copies() -> ResponseReturnValue:
    """Tell a script that saves what was chosen how far the full-size copy of each photo is.

    By photo id: {"state": "ready", "address", "name", "size" in bytes}, "waiting", or "none" if
    there can be none. What may not be taken home is left out. Those that wait are asked for,
    unless `asked` says that they were.
    """
    takeable = downloads.list_takeable(viewer_id(), _chosen(), album_id=_album_id())
    states = {photo.photo_id: _copy(photo) for photo in takeable}
    if "asked" not in request.form:
        waiting = (each for each in takeable if states[each.photo_id]["state"] == "waiting")
        downloads.ask_for_copies(waiting)
    return jsonify(copies=states)


def _copy(photo: Photo) -> dict[str, Any]:
    try:
        found = downloads.find_copy(photo)
    except downloads.NoCopy:
        return {"state": "none"}
    return {"state": "ready", **asdict(found)} if found else {"state": "waiting"}


@blueprint.post("/result")
@signed_in
def act() -> ResponseReturnValue:
    """Do one thing with all that was chosen, and say what became of each."""
    ids = _chosen()
    action = _action(request.form.get("action", ""))
    visible = _visible(ids)
    outcomes = [_try(action, visible.get(each)) for each in ids]
    return render_template("selection/result.html", outcomes=outcomes, album_id=_album_id())


def _action(name: str) -> Callable[[Card], Outcome]:
    """Return what is done with a photo; it answers 400 itself if something lacks."""
    match name:
        case "tag":
            return _of_own(_tag(parse_tags(request.form.get("tags", ""))))
        case "share":
            return _of_own(_share(audiences.chosen().text))
        case "album":
            return _of_own(_put_into(request.form.get("album_id", "")))
        case "delete":
            return _of_own(_delete)
        case "take-out" if album_id := _album_id():
            return _take_out_of(album_id)
    abort(400)


def _try(action: Callable[[Card], Outcome], shown: Card | None) -> Outcome:
    if shown is None:
        return Outcome(False, _("It is not there any more."))
    try:
        outcome = action(shown)
    except NotFound:
        return Outcome(False, _("It is not there any more."))
    return Outcome(outcome.done, outcome.words, shown, outcome.gone)


def _stays(shown: Card) -> Outcome:
    return Outcome(False, _("It is %(name)s’s, and stays as it is.", name=shown.owner.name))


def _of_own(act: Callable[[Photo], Outcome]) -> Callable[[Card], Outcome]:
    """Return the action as one that leaves other people's photos as they are."""
    return lambda shown: act(shown.photo) if shown.photo.user_id == viewer_id() else _stays(shown)


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
    return Outcome(True, _("Deleted"), gone=True)


def _take_out_of(album_id: str) -> Callable[[Card], Outcome]:
    """Take out what one put in, or as the album's owner anything; a guest's is deleted by that."""

    def act(shown: Card) -> Outcome:
        if not shown.is_mine:
            return _stays(shown)
        album_photos.take_out(shown.photo, album_id)
        return Outcome(True, _("Taken out of the album"), gone=bool(shown.photo.guest_id))

    return act
