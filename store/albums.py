"""Albums: photos of several people on one sheet, for the album's own audience.

What may be seen is decided by store/access.py when a page is read. The photos are in
store/album_photos.py and sheets.py, the cover in covers.py, the members in members.py, and how
people find albums in shelf.py.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from store import access, events, keys, photos, table, terms
from store.access import Person
from store.audience import Audience
from store.clock import as_datetime
from store.errors import NotFound
from store.ids import created_at, is_id, new_id

TITLE_LIMIT = 80
BY_TIME, BY_HAND = "taken", "hand"
ORDERS = (BY_TIME, BY_HAND)


@dataclass(frozen=True, slots=True)
class Album:
    """An album. `circles` and `people` are those of its audience; members come on top of that."""

    album_id: str
    user_id: str
    title: str
    visibility: str
    order: str = BY_TIME
    cover: str = ""
    photo_count: int = 0
    circles: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)

    @property
    def audience(self) -> Audience:
        return Audience(self.visibility, tuple(self.circles), tuple(self.people))

    @property
    def created_at(self) -> datetime:
        return as_datetime(created_at(self.album_id))

    @classmethod
    def from_item(cls, item: table.Item) -> Album:
        return cls(**{name: item[name] for name in cls.__slots__ if name in item})


def create(user_id: str, title: str, audience: Audience) -> str:
    """Create an empty album; return its id. Tells the fan-out whom it is for."""
    album_id = new_id()
    key, index = keys.album(album_id), keys.album_index(user_id, album_id)
    album: table.Item = {
        **key.primary,
        **index.indexed,
        "album_id": album_id,
        "user_id": user_id,
        "title": title,
        "order": BY_TIME,
        "photo_count": 0,
        **photos.audience_attributes(audience),
    }
    mine = pointer(user_id, Album.from_item(album))
    events.commit([table.put(album), table.put(mine)], "album.shared", album_id=album_id)
    return album_id


def find(album_id: str) -> Album:
    """Return the album for a worker, who asks for no rights. Raises NotFound."""
    item = table.get(keys.album(album_id)) if is_id(album_id) else None
    if item is None:
        raise NotFound(album_id)
    return Album.from_item(item)


def list_own(user_id: str, *, limit: int, after: str | None = None) -> table.Page[Album]:
    """Return a page of the person's own albums, oldest first."""
    page = table.query(
        *keys.all_of(keys.album_index, user_id), after=after, limit=limit, index=True
    )
    return table.Page([Album.from_item(item) for item in page.items], page.cursor)


@dataclass(frozen=True, slots=True)
class Unauthorised:
    """An album that its viewer may or may not see: `found` is what was read with it, `needed` what
    has yet to be read before `access.album_rights` can be asked."""

    album: Album
    found: dict[keys.Key, table.Item]
    needed: list[keys.Key]


def read_unauthorised(viewer: access.Viewer, album_id: str) -> Unauthorised:
    """Return the album for somebody whose rights to it are asked next; one call.

    Raises NotFound if there is none, and for nothing else.
    """
    if not is_id(album_id):
        raise NotFound(album_id)
    key = keys.album(album_id)
    found = table.get_many([key, *access.album_part_keys(viewer, album_id)])
    if key not in found:
        raise NotFound(album_id)
    album = Album.from_item(found[key])
    return Unauthorised(album, found, access.album_keys(viewer, album, found))


def get(viewer: access.Viewer, album_id: str) -> tuple[Album, frozenset[str]]:
    """Return the album and the viewer's rights, in two calls. Raises NotFound without any."""
    read = read_unauthorised(viewer, album_id)
    rights = access.album_rights(viewer, read.album, read.found | table.get_many(read.needed))
    if not rights:
        raise NotFound(album_id)
    return read.album, rights


def get_many(viewer: Person, album_ids: Iterable[str]) -> dict[str, Album]:
    """Return those of the albums that the viewer may open now, by id, in that order; two calls for
    thirty of them."""
    asked = [(each, access.album_part_keys(viewer, each)) for each in album_ids]
    part = table.get_many(key for each, parts in asked for key in [keys.album(each), *parts])
    there = [
        Album.from_item(part[keys.album(each)]) for each, _ in asked if keys.album(each) in part
    ]
    ties = table.get_many(key for album in there for key in access.album_keys(viewer, album, part))
    found = part | ties
    return {
        album.album_id: album
        for album in there
        if access.VIEW in access.album_rights(viewer, album, found)
    }


def get_own(user_id: str, album_id: str) -> Album:
    """Return the person's own album. Raises NotFound."""
    album, rights = get(Person(user_id), album_id)
    if access.MANAGE not in rights:
        raise NotFound(album_id)
    return album


def edit(user_id: str, album_id: str, *, title: str, order: str, audience: Audience) -> None:
    """Change words, order and audience of one's own album. Raises NotFound.

    The fan-out writes the title's words into the pointers, by which the album is found.
    """
    said = {"title": title, "order": order, **photos.audience_attributes(audience)}
    _share(_change(user_id, album_id, said), album_id)


def set_audience(user_id: str, album_id: str, audience: Audience) -> None:
    """Say whom one's own album is for, members aside, from the next request on. Raises NotFound."""
    _share(_change(user_id, album_id, photos.audience_attributes(audience)), album_id)


def _share(change: table.Operation, album_id: str) -> None:
    with table.must_exist(album_id):
        events.commit([change], "album.shared", album_id=album_id)


def change(user_id: str, album_id: str, values: dict[str, object]) -> None:
    """Set attributes of one's own album that nobody finds it by. Raises NotFound."""
    table.write_existing(_change(user_id, album_id, values))


def _change(user_id: str, album_id: str, values: dict[str, object]) -> table.Operation:
    return table.update(
        keys.album(album_id), set_=values, condition="#user_id = :me", values={":me": user_id}
    )


def delete(user_id: str, album_id: str) -> None:
    """Delete one's own album at once for everybody; its photos stay with their owners.

    What the album leaves behind is removed by the fan-out. Raises NotFound.
    """
    album = table.delete(keys.album(album_id), condition="#user_id = :me", values={":me": user_id})
    with table.must_exist(album_id):
        events.commit([album], "album.deleted", album_id=album_id)


def pointer(user_id: str, album: Album, *, host_id: str = "") -> table.Item:
    """Return the pointer by which this person finds the album, also by the words of its title.

    It says whose friendships to read for it, its owner's and that of who let them in: a hint.
    """
    return {
        **keys.shelf_entry(user_id, album.album_id).primary,
        "album_id": album.album_id,
        "owner_id": album.user_id,
        "host_id": host_id or album.user_id,
        "delivered_at": time.time_ns() // 1_000_000,
        "terms": terms.marks([terms.word(each) for each in terms.split_words(album.title)]),
    }
