"""Whom a bundle is told to, by what its owner had said when it happened.

Nothing here asks a photo: one that is deleted meanwhile must not silence those that follow it into
the same bundle. What may be seen is asked when a notice is shown.
"""

from __future__ import annotations

from store import albums, audience, bundles, members, table
from store.bundles import Bundle
from store.errors import NotFound
from store.readers import list_readers

READERS_A_RUN = 1000


def find(bundle: Bundle, told_to: str, *, after: str | None = None) -> table.Page[str]:
    """Return a page of the user ids of an event's audience, without who did it.

    `told_to` is a person's id, the id of the bundle's album for its owner and members, or the text
    of an `Audience`. They come READERS_A_RUN at a time; `after` is the page before's cursor.
    """
    if bundle.kind != bundles.PHOTOS:
        return table.Page([told_to])
    owner_id = bundle.authors[0].author_id
    page: table.Page[str] = table.Page([])
    if said := audience.parse(told_to):
        page = list_readers(owner_id, said, limit=READERS_A_RUN, after=after)
    of_album = _of_album(bundle.album_id) if bundle.album_id and after is None else []
    readers = dict.fromkeys([*of_album, *page.items])
    return table.Page([each for each in readers if each != owner_id], page.cursor)


def _of_album(album_id: str) -> list[str]:
    """Return the album's owner and members; nobody if it is gone."""
    try:
        owner_id = albums.find(album_id).user_id
    except NotFound:
        return []
    return [owner_id, *(member.user_id for member in members.list_all(album_id))]
