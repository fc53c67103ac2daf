"""The feed: one's own and friends' photos, newest first."""

from __future__ import annotations

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from store import feed as store_feed
from webapp.cards import card
from webapp.htmx import render
from webapp.paging import PAGE, cursor
from webapp.sessions import signed_in, viewer_id

blueprint = Blueprint("feed", __name__)


@blueprint.get("/feed")
@signed_in
def feed() -> ResponseReturnValue:
    """Show a page of the feed, or for htmx the photos that come after a cursor."""
    me = viewer_id()
    page = store_feed.read(me, limit=PAGE, before=cursor("before"))
    return render(
        "feed/feed.html",
        block="photos",
        cards=[card(entry.photo, entry.owner_name, me) for entry in page.items],
        older_url=url_for("feed.feed", before=page.cursor) if page.cursor else None,
    )
