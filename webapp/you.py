"""One's own page: the roll, and signing out."""

from __future__ import annotations

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from store import photos, users
from webapp.cards import card
from webapp.htmx import render
from webapp.paging import PAGE, cursor
from webapp.sessions import signed_in, viewer_id

blueprint = Blueprint("you", __name__)


@blueprint.get("/you")
@signed_in
def you() -> ResponseReturnValue:
    """Show one's own photos, whoever else may see them."""
    me = users.get(viewer_id())
    page = photos.list_roll(me.user_id, limit=PAGE, before=cursor("before"))
    return render(
        "you/you.html",
        block="photos",
        user=me,
        cards=[card(photo, me.name, me.user_id) for photo in page.items],
        older_url=url_for("you.you", before=page.cursor) if page.cursor else None,
    )
