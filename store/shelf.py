"""The shelf: pointers by which people find the albums they may open. What they may see of an album,
store/access.py decides when the shelf is read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from store import access, albums, covers, keys, members, pointers, table, terms
from store.access import Person
from store.albums import Album, pointer
from store.photos import Photo
from store.readers import list_readers

POINTERS_A_RUN = 1000  # that one fan-out message writes before it continues in another
LOOKED_AT = 1000  # pointers, the newest albums', that a search by title looks at: one call
NAMED = 16  # albums of a title: their items are one BatchGetItem


@dataclass(frozen=True, slots=True)
class Shelved:
    """An album that somebody may open, its owner's name, and the photo that stands for it.

    A search leaves the photo out.
    """

    album: Album
    owner: str
    cover: Photo | None
    rights: frozenset[str]


def read(user_id: str, *, limit: int, before: str | None = None) -> table.Page[Shelved]:
    """Return a page of the albums that this person may open now, newest first.

    One Query and two BatchGetItem, unless removals have thinned it out.
    """
    follow = partial(_follow, user_id)
    pk = keys.all_of(keys.shelf_entry, user_id).pk
    return pointers.read(pk, follow, limit=limit, before=before)


def _follow(user_id: str, entries: list[table.Item]) -> tuple[dict[str, Shelved], list[table.Item]]:
    """Return what may be opened now, and the pointers that are stale.

    That of a member is not, whatever hides the album from them: lifting a block writes no pointer.
    """
    viewer = Person(user_id)
    ids = [entry["album_id"] for entry in entries]
    found = table.get_many(
        key for each in ids for key in (keys.album(each), *access.album_part_keys(viewer, each))
    )
    there = [Album.from_item(found[key]) for key in map(keys.album, ids) if key in found]
    found |= table.get_many(
        key
        for album in there
        for key in (
            keys.user(album.user_id),
            *covers.keys_of(album),
            *access.album_keys(viewer, album, found),
        )
    )
    shelved = {}
    for album in there:
        rights = access.album_rights(viewer, album, found)
        owner = found.get(keys.user(album.user_id))
        if rights and owner:
            cover = covers.read(album, found)
            shelved[album.album_id] = Shelved(album, owner["name"], cover, rights)
    kept = {
        each.album_id
        for each in there
        if each.album_id in shelved or keys.member(each.album_id, user_id) in found
    }
    return shelved, [entry for entry in entries if entry["album_id"] not in kept]


def find(user_id: str, words: Iterable[str]) -> list[Shelved]:
    """Return albums that this person may open now and that these words name, best first, NAMED at
    most; two calls. The words are as `terms.split_words` has them."""
    words = list(words)
    pointers = look_for(user_id, words, limit=NAMED)
    found = table.get_many(keys_to_open(user_id, pointers))
    return opened(user_id, pointers, words, found)


def look_for(user_id: str, words: Iterable[str], *, limit: int) -> list[table.Item]:
    """Return pointers to albums with one of these words in their titles; one call.

    Those with the most of them come first, and of as many the newest: the other words may be the
    owner's name, which is not in the pointer.
    """
    marks = [terms.mark(terms.word(each)) for each in words]
    page = table.query_range(
        keys.shelf_entry(user_id, "").pk,
        low="0",
        high="~",
        limit=LOOKED_AT,
        containing=marks,
        either=True,
    )
    with_most_first = sorted(
        page.items, key=lambda item: -sum(one in item["terms"] for one in marks)
    )
    return with_most_first[:limit]


def keys_to_open(user_id: str, pointers: Iterable[table.Item]) -> list[keys.Key]:
    """Name what `opened` rests on, as far as the pointers tell."""
    return [
        key
        for each in pointers
        for key in (
            keys.album(each["album_id"]),
            keys.member(each["album_id"], user_id),
            keys.user(each["owner_id"]),
            keys.friendship(each["owner_id"], user_id),
            keys.friendship(user_id, each["owner_id"]),
            keys.friendship(each["host_id"], user_id),
        )
    ]


def opened(
    user_id: str, pointers: list[table.Item], words: list[str], found: access.Found
) -> list[Shelved]:
    """Return those of the albums that may be opened now, and that the words name: all are in the
    title or in the owner's name, and one at least in the title.

    One that has changed hands since its pointer was written is left out until the fan-out has
    written the pointer anew: what its rights rest on has not been read.
    """
    viewer, asked, said = Person(user_id), set(keys_to_open(user_id, pointers)), set(words)
    shelved = []
    for each in pointers:
        item = found.get(keys.album(each["album_id"]))
        album = Album.from_item(item) if item else None
        owner = found.get(keys.user(album.user_id)) if album else None
        if album is None or owner is None:
            continue
        title, name = set(terms.split_words(album.title)), set(terms.split_words(owner["name"]))
        needed = [keys.user(album.user_id), *access.album_keys(viewer, album, found)]
        rights = access.album_rights(viewer, album, found)
        if said & title and said <= title | name and rights and asked.issuperset(needed):
            shelved.append(Shelved(album, owner["name"], None, rights))
    return shelved


def backfill(reader_ids: list[str], owner_id: str, *, after: str | None = None) -> str | None:
    """Write pointers to a page of the owner's albums for those who may open each now as friends.

    Return the cursor to go on `after`, None at the end. Writing twice changes nothing.
    """
    ties = table.get_many(keys.friendship(owner_id, reader) for reader in reader_ids)
    limit = max(1, POINTERS_A_RUN // len(reader_ids))
    page = albums.list_own(owner_id, limit=limit, after=after)
    table.write_many(
        puts=[
            pointer(reader, album)
            for album in page.items
            for reader in reader_ids
            if access.is_meant_for(reader, album, ties.get(keys.friendship(owner_id, reader)))
        ]
    )
    return page.cursor


def deliver(album: Album, *, after: str | None = None) -> str | None:
    """Write pointers for the album's audience, members and owner, POINTERS_A_RUN at a time.

    Return the cursor to go on `after`, None when all have theirs. Writing twice changes nothing.
    """
    hosts = {each.user_id: each.host_id for each in members.list_all(album.album_id)}
    page = list_readers(album.user_id, album.audience, limit=POINTERS_A_RUN, after=after)
    named = [album.user_id, *hosts] if after is None else []
    table.write_many(
        puts=[
            pointer(one, album, host_id=hosts.get(one, ""))
            for one in dict.fromkeys([*named, *page.items])
        ]
    )
    return page.cursor
