"""The page "Notifications", and the poll that keeps the count beside the bell true."""

from __future__ import annotations

import json

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from store import bundles, feed, wording
from store import notices as store_notices
from store.notices import Notice
from webapp.cards import card
from webapp.htmx import see_other
from webapp.language import language
from webapp.paging import cursor
from webapp.sessions import signed_in, viewer, viewer_id

blueprint = Blueprint("notices", __name__, url_prefix="/notifications")


@blueprint.get("")
@signed_in
def notices() -> ResponseReturnValue:
    """Show a page of what this person has been told, latest first."""
    before = cursor("before")
    page = store_notices.list_notices(viewer_id(), before=before)
    return render_template(
        "notices/notices.html",
        notices=[
            {
                "notice": notice,
                "sentence": wording.sentence(notice, language()),
                "card": card(notice.photos[-1], "", viewer_id()) if notice.photos else None,
            }
            for notice in page.items
        ],
        older_url=url_for("notices.notices", before=page.cursor) if page.cursor else None,
    )


@blueprint.get("/news")
@signed_in
def news() -> ResponseReturnValue:
    """Say how many notices are unread, and what the bar above the feed says of photos that have
    come `since` (in ms): nothing, or how many.

    Whether any have came with the session, so the poll is one call, and one more only to count
    them; where nothing is new it is answered with 304 and no body. The page names the bundle it is
    `watching`, see store/inbox.py.
    """
    found = viewer()
    assert found is not None
    since = request.args.get("since", 0, type=int)
    count = feed.count_since(viewer_id(), since) if found.inbox.photos_at > since else 0
    bar = ngettext("%(num)s new photo", "%(num)s new photos", count) if count else ""
    told = {"unread": found.inbox.unread, "photos": bar}
    answer = Response(json.dumps(told), mimetype="application/json")
    answer.headers["Cache-Control"] = "private, no-cache"  # kept, and asked about each time
    answer.set_etag(f"{found.inbox.unread}-{count}")
    return answer.make_conditional(request)


@blueprint.get("/<bundle_id>")
@signed_in
def follow(bundle_id: str) -> ResponseReturnValue:
    """Go to what a notice is about; it is read then."""
    notice = store_notices.get(viewer_id(), bundle_id)
    if notice.unread:
        store_notices.mark(viewer_id(), bundle_id, unread=False)
    return see_other(_target(notice))


def _target(notice: Notice) -> str:
    match notice.kind:
        case bundles.FRIENDS | bundles.REQUESTS:
            return url_for("friends.friends")
        case bundles.ROOM:
            return url_for("you.you")
        case bundles.ZIPS:
            return url_for("zips.show", zip_id=notice.zip_id)
    photo_id = notice.photos[0].photo_id if len(notice.photos) == 1 else ""
    if notice.album_id and photo_id:
        return url_for("albums.photo", album_id=notice.album_id, photo_id=photo_id)
    if notice.album_id:
        return url_for("albums.album", album_id=notice.album_id)
    if photo_id:
        return url_for("photos.photo", photo_id=photo_id)
    return url_for("feed.feed")


@blueprint.post("/<bundle_id>/reading")
@signed_in
def mark(bundle_id: str) -> ResponseReturnValue:
    """Make one notice read, or unread again."""
    store_notices.get(viewer_id(), bundle_id)
    store_notices.mark(viewer_id(), bundle_id, unread=request.form.get("unread") == "yes")
    return see_other(url_for("notices.notices"))


@blueprint.post("/reading")
@signed_in
def mark_all() -> ResponseReturnValue:
    """Make every notice read."""
    store_notices.mark_all_read(viewer_id())
    return see_other(url_for("notices.notices"))
