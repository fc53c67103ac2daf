"""The photos in an album: putting them in and taking them out.

A photo lies in an album by an entry (store/album_entries.py), which says whose it is and by whose
leave it came; store/album_order.py gives it its place.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

from store import access, album_order, albums, copies, events, folds, keys, photos, table, terms
from store.access import Person
from store.album_entries import entry_of, list_of_photo
from store.album_places import describe_places
from store.albums import Album
from store.clock import now
from store.errors import Conflict, NotFound
from store.photos import READY, Photo

RUN = 100
ALBUMS_NAMED = 10
ADD_AT_ONCE = 20


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
            author = found.get(sender, {}).get("name", "")
            entry = _entry(album, photo, _host(viewer, album, found), author)
            alike, count_it = copies.find(album_id, photo), _count(album, photo)
            first_id = next((each for each in alike if folds.join(entry, each, count_it)), None)
            if first_id:
                describe_places(album_id, [first_id])
            else:
                table.transact(_put_in(album, photo, entry))
                copies.note(album_id, photo)
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


def _entry(album: Album, photo: Photo, host_id: str, author: str) -> table.Item:
    """Return the item by which the photo lies in the album, without a place."""
    key = keys.album_photo(photo.photo_id, album.album_id)
    entry = {
        "PK": key.pk,
        "SK": key.sk,
        "album_id": album.album_id,
        "photo_id": photo.photo_id,
        "owner_id": photo.user_id,
        "host_id": host_id,
        "added_at": now(),
        "terms": terms.marks(terms.of(photo, author)),
    }
    return entry | ({"guest_id": photo.guest_id} if photo.guest_id else {})


def _put_in(album: Album, photo: Photo, entry: table.Item) -> list[table.Operation]:
    rank = album_order.rank(photo)
    index = keys.album_photo_index(album.album_id, rank)
    place = {"GSI1PK": index.pk, "GSI1SK": index.sk, "rank": rank}
    return [
        table.put(entry | place, condition="attribute_not_exists(PK)"),
        table.put(folds.pointer(entry, rank)),
        _count(album, photo),
    ]


def _count(album: Album, photo: Photo) -> table.Operation:
    return table.update(
        keys.album(album.album_id),
        set_={"cover": photo.photo_id} if _may_be_cover(album, photo) else {},
        add={"photo_count": 1},
        condition="attribute_exists(PK)",
    )


def _may_be_cover(album: Album, photo: Photo) -> bool:
    """An album without a cover takes the first photo of its owner for one."""
    return not album.cover and photo.user_id == album.user_id and not photo.guest_id


def remove(album_id: str, photo_id: str) -> None:
    """Take a photo out of the album; it stays with its owner. Out already is no error."""
    count = table.update(
        keys.album(album_id), add={"photo_count": -1}, condition="attribute_exists(PK)"
    )
    for _ in range(folds.ATTEMPTS):
        item = table.get(keys.album_photo(photo_id, album_id))
        if item is None:
            return
        try:
            _take_out(item, count)
            return
        except Conflict:
            # Changed meanwhile, or the album itself is gone: then there is nothing to count.
            if table.get(keys.album(album_id)) is None:
                count = table.delete(keys.album(album_id))
    raise Conflict


def _take_out(item: table.Item, count: table.Operation) -> None:
    """Take an entry out, as read. Raises Conflict if that is not how it lies any more."""
    if item.get("fold") and folds.leave(item, count):
        describe_places(item["album_id"], [item["fold"]])
        return
    key = keys.Key(item["PK"], item["SK"])
    if not item.get("copies"):
        place = (
            [table.delete(keys.by_hand(item["album_id"], item["rank"]))] if "rank" in item else []
        )
        table.transact(
            [
                table.delete(
                    key, condition="attribute_exists(PK) AND attribute_not_exists(#copies)"
                ),
                *place,
                count,
            ]
        )
        return
    table.transact([*folds.succeed(item), count])
    heir_id = folds.copies_of(item)[0]["photo_id"]
    for photo in photos.get_many([heir_id]).values():
        copies.note(item["album_id"], photo)
    describe_places(item["album_id"], [heir_id])


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
    page = table.query(*keys.all_of(keys.by_hand, album_id), after=after, limit=RUN)
    for item in page.items:
        for each in (*folds.copies_of(item), item):
            if owner_id not in (None, each["owner_id"]):
                continue
            if each.get("guest_id"):
                photos.adopt(each["photo_id"], each["owner_id"])
            remove(album_id, each["photo_id"])
    return page.cursor
