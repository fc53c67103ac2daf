"""Search: one box for tags, people, albums, words and dates, and the pages that are searches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, to_user_timezone
from flask_babel import gettext as _

from store import search as store_search
from store import sheets, shelf
from store.access import Person
from store.clock import as_datetime, now
from store.ids import is_id
from store.search import Query
from webapp import query
from webapp.albums import CURSOR, tile_card
from webapp.albums import PAGE as ALBUM_PAGE
from webapp.cards import card
from webapp.htmx import render, see_other
from webapp.paging import PAGE, cursor
from webapp.sessions import signed_in, viewer_id

blueprint = Blueprint("search", __name__)


@dataclass(frozen=True, slots=True)
class Chip:
    """A part of what was looked for, and the address of the search without it."""

    label: str
    remove_url: str


@blueprint.get("/search")
@signed_in
def search() -> ResponseReturnValue:
    """Show what the words in the address find, or for htmx the photos after a cursor."""
    typed, album_id = request.args.get("q", ""), request.args.get("album", "")
    parts = query.parse(typed, today())
    if album_id:
        return _within(album_id, typed, parts)
    if words := query.album_words(parts):
        return _choose_album(words, typed, parts)
    if not parts:
        return _page(typed, [], cards=None, older_url=None)
    return _page(typed, chips(parts), **found(query.understand(parts), "search.search", q=typed))


def _page(typed: str, chips: list[Chip], **what: Any) -> ResponseReturnValue:
    return render("search/search.html", block="photos", typed=typed, chips=chips, **what)


def chips(parts: list[query.Part], **values: Any) -> list[Chip]:
    """Return the parts as chips; `values` stay in the addresses of the search without one."""
    return [
        Chip(_label(part), url_for("search.search", q=query.without(parts, part), **values))
        for part in parts
    ]


def _choose_album(words: list[str], typed: str, parts: list[query.Part]) -> ResponseReturnValue:
    """Go on to the search within the album of that name, or let choose from several."""
    rest = " ".join(part.text for part in parts if part.kind != query.ALBUM)
    named = shelf.find(viewer_id(), words)
    links = [(each, url_for("search.search", q=rest, album=each.album.album_id)) for each in named]
    if len(links) == 1:
        return see_other(links[0][1])
    return _page(typed, chips(parts), albums=links, cards=[], older_url=None)


def _within(album_id: str, typed: str, parts: list[query.Part]) -> ResponseReturnValue:
    """Show what is found in one album."""
    if not is_id(album_id):
        abort(404)
    before = cursor("before", CURSOR.fullmatch)
    parts = [part for part in parts if part.kind != query.ALBUM]
    me = Person(viewer_id())
    sheet = sheets.find(me, album_id, query.understand(parts), limit=ALBUM_PAGE, before=before)
    in_album = Chip(_("In %(title)s", title=sheet.album.title), url_for("search.search", q=typed))
    cards = [tile_card(me, sheet.album, tile) for tile in sheet.tiles]
    return _page(
        typed,
        [in_album, *chips(parts, album=album_id)],
        album=sheet.album,
        **_counted(cards, sheet.cursor, "search.search", q=typed, album=album_id),
    )


@blueprint.get("/on-this-day")
@signed_in
def on_this_day() -> ResponseReturnValue:
    """Show photos taken on this day in earlier years."""
    day = today()
    wanted = Query(day=f"{day:%m-%d}", until=f"{day.year:04}")
    return render(
        "search/on_this_day.html", block="photos", day=day, **found(wanted, "search.on_this_day")
    )


def today() -> date:
    """Return which day it is for the viewer."""
    day: date = to_user_timezone(as_datetime(now())).date()
    return day


def found(wanted: Query, endpoint: str, **values: Any) -> dict[str, Any]:
    """Return a page of photos for the templates, and the albums that are called so."""
    before = cursor("before", store_search.is_cursor)
    me = viewer_id()
    page = store_search.find(me, wanted, limit=PAGE, before=before)
    cards = [card(one.photo, one.owner_name, me) for one in page.items]
    albums = [(each, url_for("albums.album", album_id=each.album.album_id)) for each in page.albums]
    return {"albums": albums, **_counted(cards, page.cursor, endpoint, **values)}


def _counted(cards: list[Any], cursor: str | None, endpoint: str, **values: Any) -> dict[str, Any]:
    """Return the cards, the way to the older ones, and how many there are up to here.

    The address of the next page carries the number on, so that the last one knows it for all.
    """
    before = request.args.get("seen", "")
    count = len(cards) + (int(before) if before.isdecimal() and len(before) < 7 else 0)
    older = url_for(endpoint, before=cursor, seen=count, **values) if cursor else None
    return {"cards": cards, "older_url": older, "count": count}


def _label(part: query.Part) -> str:
    """Return how a part was understood: dates are written out, so that a mistake can be seen."""
    if part.tag:
        return f"#{part.tag}"
    if part.span is None:
        return part.text
    span = part.span
    if span.on_this_day:
        return str(_("On this day: %(day)s", day=format_date(span.on_this_day, "d. MMMM")))
    first, last = query.first_and_last_day(span)
    if first == last and first:
        return str(format_date(first, "long"))
    if first and last:
        return f"{format_date(first, 'medium')} – {format_date(last, 'medium')}"
    if first:
        return str(_("From %(day)s", day=format_date(first, "long")))
    return str(_("Until %(day)s", day=format_date(last, "long")))
