"""Search: one box for tags, people, words and dates, and the pages that are searches themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, to_user_timezone
from flask_babel import gettext as _

from store import search as store_search
from store.clock import as_datetime, now
from store.search import Query
from webapp import query
from webapp.cards import card
from webapp.feed import PAGE
from webapp.htmx import render
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
    typed = request.args.get("q", "")
    parts = query.parse(typed, today())
    if not parts:
        return render("search/search.html", typed=typed, chips=[], cards=None, older_url=None)
    return render(
        "search/search.html",
        block="photos",
        typed=typed,
        chips=[
            Chip(_label(part), url_for("search.search", q=query.without(parts, part)))
            for part in parts
        ],
        **found(query.understand(parts), "search.search", q=typed),
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
    """Return a page of photos for the templates: `cards` and `older_url`."""
    before = request.args.get("before")
    if before is not None and not store_search.is_cursor(before):
        abort(404)
    me = viewer_id()
    page = store_search.find(me, wanted, limit=PAGE, before=before)
    return {
        "cards": [card(one.photo, one.owner_name, me) for one in page.items],
        "older_url": url_for(endpoint, before=page.cursor, **values) if page.cursor else None,
    }


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
