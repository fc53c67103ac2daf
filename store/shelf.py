"""The shelf: pointers by which people find the albums they may open. What they may see of an album,
store/access.py decides when the shelf is read.
"""

from __future__ import annotations

from dataclasses import dataclass

from store import access, circles, friends, keys, table
from store.access import Person
from store.album_photos import is_cover
from store.albums import Album, pointer
from store.audience import FOR_FRIENDS
from store.photos import Photo

FRIENDS_A_RUN = 1000


@dataclass(frozen=True, slots=True)
class Shelved:
    """An album that somebody may open, its owner's name, and the photo that stands for it."""

    album: Album
    owner: str
    cover: Photo | None
    rights: frozenset[str]


def read(user_id: str, *, limit: int, before: str | None = None) -> table.Page[Shelved]:
    """Return a page of the albums that this person may open now, newest first, in three calls."""
    viewer = Person(user_id)
    page = table.query(f"SHELF#{user_id}", limit=limit, before=before, newest_first=True)
    ids = [entry["album_id"] for entry in page.items]
    found = table.get_many(
        key for each in ids for key in (keys.album(each), *access.album_part_keys(viewer, each))
    )
    albums = [Album.from_item(found[key]) for key in map(keys.album, ids) if key in found]
    found |= table.get_many(
        key
        for album in albums
        for key in (
            keys.user(album.user_id),
            keys.photo(album.cover),
            keys.album_photo(album.cover, album.album_id),
            *access.album_keys(viewer, album, found),
        )
    )
    shelved = []
    for album in albums:
        rights = access.album_rights(viewer, album, found)
        owner = found.get(keys.user(album.user_id))
        entry = found.get(keys.album_photo(album.cover, album.album_id))
        photo = found.get(keys.photo(album.cover))
        cover = Photo.from_item(photo) if photo and is_cover(album, entry, photo) else None
        if rights and owner:
            shelved.append(Shelved(album, owner["name"], cover, rights))
    return table.Page(shelved, page.cursor)


def deliver(album: Album, *, after: str | None = None) -> str | None:
    """Write pointers for the album's audience, FRIENDS_A_RUN people at a time.

    Return the cursor to go on `after`, None when all have theirs. Writing twice changes nothing.
    """
    if album.visibility == FOR_FRIENDS:
        page = friends.list_friend_ids(album.user_id, limit=FRIENDS_A_RUN, after=after)
        readers = [each["friend_id"] for each in page.items if friends.is_friendship(each)]
        cursor = page.cursor
    else:
        listed = [one for circle in album.circles for one in circles.list_member_ids(circle)]
        readers, cursor = list(dict.fromkeys([*listed, *album.people])), None
    table.write_many(puts=[pointer(one, album.album_id, album.user_id) for one in readers])
    return cursor
