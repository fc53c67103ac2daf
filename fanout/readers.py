"""Whom a bundle is told to, by what its owner had said when it happened.

Nothing here asks a photo: one that is deleted meanwhile must not silence those that follow it into
the same bundle. What may be seen is asked when a notice is shown.
"""

from __future__ import annotations

from store import albums, audience, bundles, circles, friends, members, table
from store.audience import FOR_FRIENDS, Audience
from store.bundles import Bundle
from store.errors import NotFound

READERS_A_RUN = 1000


def find(bundle: Bundle, told_to: str, *, after: str | None = None) -> table.Page[str]:
    """Return a page of the user ids of an event's audience, without who did it.

    `told_to` is a person's id, the id of the bundle's album for its owner and members, or the text
    of an `Audience`. Friends come READERS_A_RUN at a time; `after` is the page before's cursor.
    """
    if bundle.kind != bundles.PHOTOS:
        return table.Page([told_to])
    owner_id = bundle.authors[0].author_id
    said = audience.parse(told_to) or Audience(audience.PRIVATE)
    page: table.Page[str] = table.Page([])
    if said.visibility == FOR_FRIENDS:
        found = friends.list_friend_ids(owner_id, limit=READERS_A_RUN, after=after)
        listed = [item["friend_id"] for item in found.items if friends.is_friendship(item)]
        page = table.Page(listed, found.cursor)
    named = _named(said, bundle.album_id) if after is None else []
    readers = dict.fromkeys([*named, *page.items])
    return table.Page([each for each in readers if each != owner_id], page.cursor)


def _named(said: Audience, album_id: str) -> list[str]:
    """Return those told by name: circles and people chosen, the album's owner and members."""
    named = [one for circle in said.circles for one in circles.list_member_ids(circle)]
    return named + list(said.people) + (_of_album(album_id) if album_id else [])


def _of_album(album_id: str) -> list[str]:
    """Return the album's owner and members; nobody if it is gone."""
    try:
        owner_id = albums.find(album_id).user_id
    except NotFound:
        return []
    return [owner_id, *(member.user_id for member in members.list_all(album_id))]
