"""Who can see a thing: each friend and member, asked of store/access.py like any viewer."""

from __future__ import annotations

from dataclasses import dataclass

from store import access, friends, keys, members, table
from store.access import Person
from store.albums import Album
from store.photos import Photo

PAGE = 60


@dataclass(frozen=True, slots=True)
class Onlooker:
    """Somebody who can see the thing now, and what they may do with it."""

    user_id: str
    name: str
    rights: frozenset[str]


def of_photo(photo: Photo, *, after: str | None = None) -> table.Page[Onlooker]:
    """Return those of a page of the owner's friends who can see the photo outside of albums."""
    page = friends.list_friend_ids(photo.user_id, limit=PAGE, after=after)
    people = [item["friend_id"] for item in page.items]
    viewers = [Person(each) for each in people]
    needed = [key for viewer in viewers for key in access.photo_keys(viewer, photo)]
    found = table.get_many([*needed, *map(keys.user, people)])
    seen = [(viewer.user_id, access.photo_rights(viewer, photo, found)) for viewer in viewers]
    return table.Page(_named(seen, found), page.cursor)


def of_album(album: Album, *, after: str | None = None) -> table.Page[Onlooker]:
    """Return those of a page of the owner's friends, and on the first one those of the members,
    who can see the album."""
    page = friends.list_friend_ids(album.user_id, limit=PAGE, after=after)
    people = [item["friend_id"] for item in page.items]
    if after is None:
        people += [each.user_id for each in members.list_all(album.album_id)]
    viewers = [Person(each) for each in dict.fromkeys(people)]
    found = table.get_many(
        key for viewer in viewers for key in access.album_part_keys(viewer, album.album_id)
    )
    found |= table.get_many(
        key
        for viewer in viewers
        for key in (keys.user(viewer.user_id), *access.album_keys(viewer, album, found))
    )
    seen = [(viewer.user_id, access.album_rights(viewer, album, found)) for viewer in viewers]
    return table.Page(_named(seen, found), page.cursor)


def _named(
    seen: list[tuple[str, frozenset[str]]], found: dict[keys.Key, table.Item]
) -> list[Onlooker]:
    return [
        Onlooker(user_id, found[keys.user(user_id)]["name"], rights)
        for user_id, rights in seen
        if rights and keys.user(user_id) in found
    ]
