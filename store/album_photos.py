"""The photos in an album: putting them in, taking them out, and their order.

A photo lies in an album by an item under the photo (`Entry`), which says whose it is and by whose
leave it came. The index sorts those by the time taken; a second, tiny item keeps the order by hand.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from store import access, albums, copies, events, keys, photos, table, terms, users
from store.access import Person
from store.albums import Album
from store.clock import now
from store.errors import Conflict, NotFound
from store.ids import is_id, new_id
from store.photos import READY, Photo

HAND = "HAND#"
RUN = 100
ALBUMS_NAMED = 10
ADD_AT_ONCE = 20
MOVES = ("earlier", "later", "first", "last")


@dataclass(frozen=True, slots=True)
class Entry:
    """That a photo lies in an album. `host_id` is by whose friendship its owner was let in.

    Entries of one `fold` are the same photo from several people; without one it is its own.
    """

    album_id: str
    photo_id: str
    owner_id: str
    host_id: str
    rank: str
    guest_id: str = ""
    fold: str = ""

    @property
    def group(self) -> str:
        """What it is shown as one with."""
        return self.fold or self.photo_id

    @classmethod
    def from_item(cls, item: table.Item) -> Entry:
        return cls(**{name: item[name] for name in cls.__slots__ if name in item})


def entry_of(album_id: str, photo_id: str) -> Entry | None:
    """Return how the photo lies in the album, None if it does not."""
    item = table.get(keys.album_photo(photo_id, album_id)) if is_id(photo_id) else None
    return Entry.from_item(item) if item else None


def list_of_photo(photo_id: str) -> list[str]:
    """Return the ids of the albums that the photo was put into."""
    page = table.query(f"PHOTO#{photo_id}", prefix="ALBUM#", limit=100)
    return [item["album_id"] for item in page.items]


def list_albums(viewer: Person, photo_id: str) -> list[Album]:
    """Return the albums in which this viewer finds the photo, at most ALBUMS_NAMED; four calls."""
    album_ids = list_of_photo(photo_id)[:ALBUMS_NAMED]
    if not album_ids:
        return []
    asked = [(each, access.album_part_keys(viewer, each)) for each in album_ids]
    part = table.get_many(
        key for album_id, parts in asked for key in [keys.album(album_id), *parts]
    )
    there = [
        Album.from_item(part[keys.album(each)]) for each in album_ids if keys.album(each) in part
    ]
    ties = table.get_many(key for album in there for key in access.album_keys(viewer, album, part))
    found = part | ties
    return [album for album in there if access.VIEW in access.album_rights(viewer, album, found)]


def list_copies(entry: Entry) -> list[str]:
    """Return the ids of the album's photos that are shown as one with this one, its own too."""
    page = table.query(f"ALBUM#{entry.album_id}", prefix=entry.rank[:13], limit=100, index=True)
    lying = [Entry.from_item(item) for item in page.items]
    return [one.photo_id for one in lying if one.group == entry.group]


def show_apart(album_id: str, photo_ids: Iterable[str]) -> None:
    """Let each of these photos of the album be shown as its own, for good."""
    for photo_id in photo_ids:
        with contextlib.suppress(Conflict):  # taken out meanwhile
            table.write(
                table.update(
                    keys.album_photo(photo_id, album_id),
                    set_={"fold": photo_id},
                    condition="attribute_exists(PK)",
                )
            )


def describe(photo: Photo) -> None:
    """Write what the photo is found by, as it is now, to where it lies in albums."""
    album_ids = list_of_photo(photo.photo_id)
    if not album_ids:
        return
    sender = keys.guest(photo.guest_id) if photo.guest_id else users.key(photo.user_id)
    author = (table.get(sender) or {}).get("name", "")
    for album_id in album_ids:
        with contextlib.suppress(Conflict):  # taken out meanwhile
            table.write(
                table.update(
                    keys.album_photo(photo.photo_id, album_id),
                    set_={"terms": terms.marks(terms.of(photo, author))},
                    condition="attribute_exists(PK)",
                )
            )


def add(viewer: access.Viewer, album_id: str, added: Iterable[Photo]) -> int:
    """Put photos into the album, one transaction each; return how many were not in it before.

    The viewer must have the right to add and be their author: for a guest, have sent them by that
    link. Raises NotFound without the right. Members are told of what was not sent to the album in
    the first place, which they hear of by itself.
    """
    album, part, needed = albums.look_at(viewer, album_id)
    sender = _sender(viewer)
    found = part | table.get_many([*needed, sender])
    if access.ADD not in access.album_rights(viewer, album, found):
        raise NotFound(album_id)
    new: list[Photo] = []
    for photo in added:
        with contextlib.suppress(Conflict):  # it is in the album already
            rank = _rank(photo)
            original = copies.find(album_id, photo)
            if original:  # beside it, whatever a messenger made of the time
                rank = original.rank[:13] + photo.photo_id
            host = _host(viewer, album, found)
            fold = original.fold if original else ""
            author = found.get(sender, {}).get("name", "")
            table.transact(_put_in(album, photo, host, rank, fold, author))
            if not original:
                copies.note(album_id, photo, rank)
            new.append(photo)
    if told := [photo.photo_id for photo in new if photo.album_id != album_id]:
        events.publish("album.filled", album_id=album_id, photo_ids=told)
    return len(new)


def _sender(viewer: access.Viewer) -> keys.Key:
    """Name the item in which their name is who adds."""
    if isinstance(viewer, Person):
        return keys.user(viewer.user_id)
    return keys.guest(viewer.guest_id)


def _host(viewer: access.Viewer, album: Album, found: access.Found) -> str:
    """Return by whose leave the viewer adds: who made them a member, or the owner."""
    if isinstance(viewer, Person) and viewer.user_id != album.user_id:
        host: str = found[keys.member(album.album_id, viewer.user_id)]["host_id"]
        return host
    return album.user_id


def _put_in(
    album: Album, photo: Photo, host_id: str, rank: str, fold: str, author: str
) -> list[table.Operation]:
    key = keys.album_photo(photo.photo_id, album.album_id)
    index = keys.album_photo_index(album.album_id, rank)
    entry = {
        "PK": key.pk,
        "SK": key.sk,
        "GSI1PK": index.pk,
        "GSI1SK": index.sk,
        "album_id": album.album_id,
        "photo_id": photo.photo_id,
        "owner_id": photo.user_id,
        "host_id": host_id,
        "rank": rank,
        "added_at": now(),
        "terms": terms.marks(terms.of(photo, author)),
    }
    if photo.guest_id:
        entry["guest_id"] = photo.guest_id
    if fold:
        entry["fold"] = fold
    return [
        table.put(entry, condition="attribute_not_exists(PK)"),
        table.put(_hand_item(album.album_id, rank, entry)),
        table.update(
            keys.album(album.album_id),
            set_={"cover": photo.photo_id} if _may_be_cover(album, photo) else {},
            add={"photo_count": 1},
            condition="attribute_exists(PK)",
        ),
    ]


def _may_be_cover(album: Album, photo: Photo) -> bool:
    """An album without a cover takes the first photo of its owner for one."""
    return not album.cover and photo.user_id == album.user_id and not photo.guest_id


def _rank(photo: Photo) -> str:
    """Return the photo's place by time taken: seconds on the camera's clock, then its id.

    A camera's clock often has no zone; what people compare is what it showed.
    """
    try:
        shown = datetime.fromisoformat(photo.taken_at or "")
    except ValueError:
        shown = photo.created_at
    return f"{_seconds(shown):012d}#{photo.photo_id}"


def _seconds(shown: datetime) -> int:
    return max(int(shown.replace(tzinfo=UTC).timestamp()), 0)


def rank_of_day(day: str) -> str:
    """Return what stands before everything taken on "2025-06-01" or later, empty without a day.

    What is older than 1970 lies together, before all else.
    """
    return f"{max(_seconds(datetime.fromisoformat(day)), 1):012d}" if day else ""


def _hand_item(album_id: str, rank: str, entry: table.Item) -> table.Item:
    """Return the pointer that keeps a photo's place by hand: all that a page needs of the entry."""
    key = keys.by_hand(album_id, rank)
    names = ("album_id", "photo_id", "owner_id", "host_id", "guest_id")
    pointed = {name: entry[name] for name in names if entry.get(name)}
    return {"PK": key.pk, "SK": key.sk, "rank": rank, **pointed}


def remove(album_id: str, photo_id: str) -> None:
    """Take a photo out of the album; it stays with its owner. Out already is no error."""
    item = table.get(keys.album_photo(photo_id, album_id))
    if item is None:
        return
    out = [
        table.delete(keys.album_photo(photo_id, album_id), condition="attribute_exists(PK)"),
        table.delete(keys.by_hand(album_id, item["rank"])),
    ]
    count = table.update(
        keys.album(album_id), add={"photo_count": -1}, condition="attribute_exists(PK)"
    )
    try:
        table.transact([*out, count])
    except Conflict as conflict:
        if conflict.failed == (2,):  # the album itself is gone
            table.transact(out)


def move(user_id: str, album_id: str, photo_id: str, *, where: str) -> None:
    """Move a photo in one's own album by hand: "earlier", "later", "first" or "last".

    Neighbours change their ranks, so that a move is one transaction however long the album is.
    """
    albums.change(user_id, album_id, {"order": albums.BY_HAND})
    mine = table.get(keys.album_photo(photo_id, album_id))
    if mine is None:
        raise NotFound(photo_id)
    here = HAND + mine["rank"]
    pk = f"ALBUM#{album_id}"
    match where:
        case "earlier":
            page = table.query(pk, before=here, newest_first=True, limit=1)
        case "later":
            page = table.query(pk, after=here, prefix=HAND, limit=1)
        case "first":
            page = table.query(pk, prefix=HAND, limit=1)
        case _last:
            page = table.query(pk, prefix=HAND, newest_first=True, limit=1)
    if not page.items or page.items[0].get("photo_id", photo_id) == photo_id:
        return  # it is there already: what comes before the first is the album's own item
    other = page.items[0]
    if where in ("earlier", "later"):
        theirs = table.get(keys.album_photo(other["photo_id"], album_id))
        if theirs:
            table.transact(_give_rank(mine, theirs["rank"]) + _give_rank(theirs, mine["rank"]))
        return
    seconds = int(other["rank"].split("#")[0]) + (-1 if where == "first" else 1)
    table.transact(
        [
            *_give_rank(mine, f"{max(seconds, 0):012d}#{new_id()}"),
            table.delete(keys.by_hand(album_id, mine["rank"])),
        ]
    )


def _give_rank(entry: table.Item, rank: str) -> list[table.Operation]:
    return [
        table.update(
            keys.Key(entry["PK"], entry["SK"]),
            set_={"rank": rank},
            condition="#rank = :before",
            values={":before": entry["rank"]},
        ),
        table.put(_hand_item(entry["album_id"], rank, entry)),
    ]


def set_cover(user_id: str, album_id: str, photo_id: str) -> None:
    """Choose one of one's own photos to stand for one's own album. Raises NotFound.

    Only the owner's own can: whoever may know of the album may see those.
    """
    entry = entry_of(album_id, photo_id)
    if entry is None or entry.owner_id != user_id or entry.guest_id:
        raise NotFound(photo_id)
    albums.change(user_id, album_id, {"cover": photo_id})


def is_cover(album: Album, entry: table.Item | None, photo: table.Item | None) -> bool:
    """Say whether these two items, as read, make a picture that may stand for the album."""
    return bool(entry and photo and photo["status"] == READY and photo["user_id"] == album.user_id)


def take_out(photo: Photo, album_id: str) -> None:
    """Take a photo out by leave of `access.MANAGE`. A guest's has no other place: it is deleted."""
    remove(album_id, photo.photo_id)
    if photo.guest_id:
        photos.delete(photo.user_id, photo.photo_id)


def is_contributor(album_id: str, user_id: str) -> bool:
    """Say whether the person could put photos into the album at this moment."""
    try:
        return access.ADD in albums.get(Person(user_id), album_id)[1]
    except NotFound:
        return False


def take_out_all(
    album_id: str, *, owner_id: str | None = None, after: str | None = None
) -> str | None:
    """Remove what a deleted album leaves behind, or what one member had put in.

    RUN entries at most; return the cursor to go on `after`, None at the end. What guests had added
    to a deleted album goes to the roll of the person who keeps it.
    """
    page = table.query(f"ALBUM#{album_id}", prefix=HAND, after=after, limit=RUN)
    for item in page.items:
        if owner_id in (None, item["owner_id"]):
            if item.get("guest_id"):
                photos.adopt(item["photo_id"], item["owner_id"])
            remove(album_id, item["photo_id"])
    return page.cursor
