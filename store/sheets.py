"""A page of an album, as somebody may see it now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from store import access, album_order, albums, keys, table, terms
from store.album_entries import Entry, entry_of
from store.albums import Album
from store.errors import NotFound
from store.photos import Photo
from store.search import LOOKED_AT, Query

ROUNDS = 4  # how often a page reads on when what may not be seen has emptied it


@dataclass(frozen=True, slots=True)
class Tile:
    """A photo in an album as somebody may see it, with its author's name and their rights.

    `keeper` is the name of the person whose photo it is: the author's own, unless that is a guest.
    `others` are the same photo from other people, which share its place, as far as they may be
    seen. `has_part` says, of a photo looked at by itself, that the viewer is one of the album's
    people: its owner or a member.
    """

    photo: Photo
    entry: Entry
    author: str
    keeper: str
    rights: frozenset[str]
    others: tuple[Tile, ...] = ()
    has_part: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of an album; `part` is that of a viewer who was let in as a member, and `cursor` the
    place to go on after, None at the end."""

    album: Album
    owner: str
    rights: frozenset[str]
    part: str | None
    tiles: list[Tile]
    cursor: str | None


def read(viewer: access.Viewer, album_id: str, *, limit: int, after: str | None = None) -> Sheet:
    """Return a page of the album as this viewer may see it now, in the album's order.

    Two BatchGetItem and one Query, however long the album is. Only a page that has been thinned
    out reads on. Raises NotFound for whoever has no right to the album.
    """
    known = albums.read_unauthorised(viewer, album_id)
    album, part = known.album, known.found
    owner = keys.user(album.user_id)
    tiles: list[Tile] = []
    cursor = after
    for _ in range(ROUNDS):
        entries, cursor = _query(album, limit, cursor)
        part |= _read(viewer, album, entries, part, [owner, *known.needed])
        rights = access.album_rights(viewer, album, part)
        if not rights or owner not in part:
            raise NotFound(album_id)
        tiles += _tiles(viewer, album, entries, part)
        if cursor is None or len(tiles) >= limit or not entries:
            break
    if len(tiles) > limit:
        tiles = tiles[:limit]
        cursor = tiles[-1].entry.rank
    member = None
    if isinstance(viewer, access.Person):
        member = access.member_part(album_id, viewer.user_id, part)
    return Sheet(album, part[owner]["name"], rights, member, tiles, cursor)


def find(
    viewer: access.Person, album_id: str, query: Query, *, limit: int, before: str | None = None
) -> Sheet:
    """Return a page of those photos of the album that match, latest taken first.

    Two BatchGetItem and one Query, which looks at LOOKED_AT photos: what it has not reached it
    leaves to the cursor, so that a page may be short or empty and not be the last. Raises NotFound
    for whoever has no right to the album.
    """
    known = albums.read_unauthorised(viewer, album_id)
    album = known.album
    wanted = [] if query.terms == [terms.EVERYTHING] else query.terms
    page = table.query_range(
        keys.album_photo_index(album_id, "").pk,
        low=album_order.rank_of_day(query.since) or "0",
        high=min(filter(None, [before, album_order.rank_of_day(query.until), "~"])),
        limit=LOOKED_AT if wanted else limit + 2,
        containing=[terms.mark(each) for each in wanted],
        index=True,
    )
    items, cursor = [item for item in page.items if item["GSI1SK"] != before], page.cursor
    if len(items) > limit:
        items, cursor = items[:limit], str(items[limit - 1]["GSI1SK"])
    entries = [Entry.from_item(_at_its_place(item)) for item in items]
    owner = keys.user(album.user_id)
    found = _read(viewer, album, entries, known.found, [owner, *known.needed])
    rights = access.album_rights(viewer, album, found)
    if not rights or owner not in found:
        raise NotFound(album_id)
    tiles = [
        tile
        for tile in _tiles(viewer, album, entries, found)
        if any(query.holds(each.photo, each.author) for each in (tile, *tile.others))
    ]
    member = access.member_part(album_id, viewer.user_id, found)
    return Sheet(album, found[owner]["name"], rights, member, tiles, cursor)


def look_at(viewer: access.Viewer, album_id: str, photo_id: str) -> tuple[Album, Tile]:
    """Return one photo of the album as this viewer may see it now. Raises NotFound."""
    known = albums.read_unauthorised(viewer, album_id)
    album = known.album
    entry = entry_of(album_id, photo_id)
    if entry is None:
        raise NotFound(photo_id)
    found = _read(viewer, album, [entry], known.found, known.needed)
    tile = _tile(viewer, album, entry, found)
    if tile is None:
        raise NotFound(photo_id)
    has_part = isinstance(viewer, access.Person) and (
        viewer.user_id == album.user_id
        or access.member_part(album_id, viewer.user_id, found) is not None
    )
    return album, replace(tile, has_part=has_part)


def pick(
    viewer: access.Viewer, album_id: str, photo_ids: Iterable[str]
) -> tuple[Album, list[Tile]]:
    """Return the album, and those of these photos that the viewer may see in it now.

    Raises NotFound for whoever has no right to the album.
    """
    known = albums.read_unauthorised(viewer, album_id)
    album = known.album
    lying = table.get_many(keys.album_photo(photo_id, album_id) for photo_id in photo_ids)
    entries = [Entry.from_item(item) for item in lying.values()]
    found = _read(viewer, album, entries, known.found, known.needed)
    if not access.album_rights(viewer, album, found):
        raise NotFound(album_id)
    return album, [tile for entry in entries if (tile := _tile(viewer, album, entry, found))]


def _query(album: Album, limit: int, after: str | None) -> tuple[list[Entry], str | None]:
    album_id = album.album_id
    if album.order == albums.BY_HAND:
        start = keys.by_hand(album_id, after).sk if after else None
        page = table.query(*keys.all_of(keys.by_hand, album_id), after=start, limit=limit)
    else:
        by_time = keys.all_of(keys.album_photo_index, album_id)
        page = table.query(*by_time, after=after or "", limit=limit, index=True)
    entries = [Entry.from_item(_at_its_place(item)) for item in page.items]
    return entries, entries[-1].rank if page.cursor else None


def _at_its_place(item: table.Item) -> table.Item:
    """Return the item with the place at which this order has it as its rank."""
    return item | {"rank": item.get("GSI1SK") or item["rank"]}


def _read(
    viewer: access.Viewer,
    album: Album,
    entries: list[Entry],
    known: access.Found,
    also: Iterable[keys.Key],
) -> dict[keys.Key, table.Item]:
    """Return what is known, what the tiles of these entries rest on, and the items `also` asked
    for; one call."""
    lying = [each for entry in entries for each in (entry, *entry.copies)]
    wanted = [
        key
        for each in lying
        for key in (
            keys.photo(each.photo_id),
            keys.user(each.owner_id),
            *access.entry_keys(viewer, album, each),
        )
    ]
    found = {**known, **table.get_many([*also, *wanted])}
    hosts = [key for each in lying for key in access.host_keys(album, each, found)]
    return found | table.get_many(hosts)


def _tiles(
    viewer: access.Viewer, album: Album, entries: list[Entry], found: access.Found
) -> list[Tile]:
    """Return a tile for each place in which something may be seen: the first, and the others."""
    tiles = []
    for entry in entries:
        each_seen = (_tile(viewer, album, each, found) for each in (entry, *entry.copies))
        seen = [tile for tile in each_seen if tile]
        if seen:
            first = replace(seen[0].entry, rank=entry.rank)
            tiles.append(replace(seen[0], entry=first, others=tuple(seen[1:])))
    return tiles


def _tile(viewer: access.Viewer, album: Album, entry: Entry, found: access.Found) -> Tile | None:
    item = found.get(keys.photo(entry.photo_id))
    photo = Photo.from_item(item) if item else None
    rights = access.entry_rights(viewer, album, entry, photo, found)
    keeper, author = found.get(keys.user(entry.owner_id)), found.get(entry.author.profile)
    if not photo or not author or not keeper or not rights:
        return None
    return Tile(photo, entry, author.get("name", ""), keeper["name"], rights)
