"""Who can see this: the answer for each photo and album, by the code that authorises."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from store import album_photos, albums, links, members, photos, reach
from store.access import Person
from webapp import audiences
from webapp.cards import card
from webapp.paging import cursor
from webapp.sessions import signed_in, viewer_id

blueprint = Blueprint("audience", __name__)


@blueprint.get("/photos/<photo_id>/audience")
@signed_in
def of_photo(photo_id: str) -> ResponseReturnValue:
    """Show and let choose who can see one's photo, and by which albums and links it is seen."""
    mine = photos.get_own(viewer_id(), photo_id)
    seen = reach.of_photo(mine, after=cursor("after"))
    in_albums = album_photos.list_albums(Person(viewer_id()), photo_id)
    return render_template(
        "albums/audience_photo.html",
        card=card(mine, "", viewer_id()),
        choices=audiences.choices_for(mine),
        friends=audiences.friends_to_choose(cursor("after"))[0],
        seen=seen.items,
        albums=in_albums,
        links=_links(f"photo:{photo_id}"),
        next_url=_next("audience.of_photo", seen.cursor, photo_id=photo_id),
    )


@blueprint.get("/albums/<album_id>/audience")
@signed_in
def of_album(album_id: str) -> ResponseReturnValue:
    """Show and let choose who can see one's album, and who may add to it."""
    mine = albums.get_own(viewer_id(), album_id)
    seen = reach.of_album(mine, after=cursor("after"))
    let_in = {each.user_id: each.part for each in members.list_all(album_id)}
    return render_template(
        "albums/audience_album.html",
        album=mine,
        choices=audiences.choices_for(mine),
        friends=audiences.friends_to_choose(cursor("after"))[0],
        parts=let_in,
        seen=seen.items,
        links=_links(f"album:{album_id}"),
        next_url=_next("audience.of_album", seen.cursor, album_id=album_id),
    )


def _next(endpoint: str, cursor: str | None, **values: Any) -> str | None:
    return url_for(endpoint, after=cursor, **values) if cursor else None


def _links(target: str) -> list[links.Link]:
    return [each for each in links.list_own(viewer_id()) if each.target == target and each.works]
