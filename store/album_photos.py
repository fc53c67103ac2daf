"""The photos in an album: putting them in and taking them out.

A photo lies in an album by an entry (store/album_entries.py), which says whose it is and by whose
leave it came; store/album_order.py gives it its place.
"""

from __future__ import annotations

from collections.abc import Iterable

from store import (
    access,
    album_order,
    albums,
    authors,
    copies,
    covers,
    events,
    folds,
    keys,
    photos,
    table,
    terms,
)
from store.access import Person
from store.album_entries import list_of_photo
from store.album_places import describe_places
from store.albums import Album
from store.clock import now
from store.errors import Conflict, NotFound
from store.photos import Photo

RUN = 100
ALBUMS_NAMED = 10
ADD_AT_ONCE = 20


def list_albums(viewer: Person, photo_id: str) -> list[Album]:
    """Return the albums in which this viewer finds the photo, at most ALBUMS_NAMED; three calls."""
    return list(albums.get_many(viewer, list_of_photo(photo_id)[:ALBUMS_NAMED]).values())


def add(viewer: access.Viewer, album_id: str, added: Iterable[Photo]) -> int:
    """Put photos into the album, one transaction each; return how many were not in it before.

    The viewer must have the right to add and be their author: for a guest, have sent them by that
    link. Raises NotFound without the right. Members are told of what was not sent to the album in
    the first place, which they hear of by itself.
    """
    read = albums.read_unauthorised(viewer, album_id)
    album, sender = read.album, authors.of_viewer(viewer).profile
    found = read.found | table.get_many([*read.needed, sender])
    if access.ADD not in access.album_rights(viewer, album, found):
        raise NotFound(album_id)
    author, host_id = found.get(sender, {}).get("name", ""), _host(viewer, album, found)
    count_it = table.update(
        keys.album(album_id), add={"photo_count": 1}, condition="attribute_exists(PK)"
    )
    new: list[Photo] = []
    for photo in added:
        try:
            _put_in(album, photo, _entry(album, photo, host_id, author), count_it)
        except Conflict as conflict:
            if 0 not in conflict.failed:  # the album is gone
                raise NotFound(album_id) from None
        else:
            new.append(photo)
    covers.choose_first(album, new)
    if told := [photo.photo_id for photo in new if photo.album_id != album_id]:
        events.publish("album.filled", album_id=album_id, photo_ids=told)
    return len(new)


def _host(viewer: access.Viewer, album: Album, found: access.Found) -> str:
    """Return by whose leave the viewer adds: who made them a member, or the owner."""
    if isinstance(viewer, Person) and viewer.user_id != album.user_id:
        host: str = found[keys.member(album.album_id, viewer.user_id)]["host_id"]
        return host
    return album.user_id


def _entry(album: Album, photo: Photo, host_id: str, author: str) -> table.Item:
    """Return the item by which the photo lies in the album, without a place."""
    entry = {
        **keys.album_photo(photo.photo_id, album.album_id).primary,
        "album_id": album.album_id,
        "photo_id": photo.photo_id,
        "owner_id": photo.user_id,
        "host_id": host_id,
        "added_at": now(),
        "terms": terms.marks(terms.of(photo, author)),
    }
    return entry | ({"guest_id": photo.guest_id} if photo.guest_id else {})


def _put_in(album: Album, photo: Photo, entry: table.Item, count_it: table.Operation) -> None:
    """Put a photo into the place of one that looks the same, or into one of its own.

    Raises Conflict if it is in the album already (0 among the failed), or the album gone.
    """
    alike = copies.find(album.album_id, photo)
    first_id = next((each for each in alike if folds.join(entry, each, count_it)), None)
    if first_id:
        describe_places(album.album_id, [first_id])
        return
    rank = album_order.rank(photo)
    place = {**keys.album_photo_index(album.album_id, rank).indexed, "rank": rank}
    table.transact(
        [
            table.put(entry | place, condition="attribute_not_exists(PK)"),
            table.put(folds.pointer(entry, rank)),
            count_it,
        ]
    )
    copies.note(album.album_id, photo)


def remove(album_id: str, photo_id: str) -> None:
    """Take a photo out of the album; it stays with its owner. Out already is no error."""
    album, entry = keys.album(album_id), keys.album_photo(photo_id, album_id)

    def take_out() -> None:
        found = table.get_many([album, entry])
        if entry in found:
            _take_out(found[entry], _count_out(found.get(album), album, photo_id))

    table.retry_on_conflict(take_out)


def _count_out(found: table.Item | None, album: keys.Key, photo_id: str) -> table.Operation:
    """Describe what the album loses with the photo; of one that is gone there is nothing left."""
    if found is None:
        return table.delete(album)
    return table.update(
        album,
        add={"photo_count": -1},
        remove=["cover"] if found.get("cover") == photo_id else [],
        condition="attribute_exists(PK)",
    )


def _take_out(item: table.Item, count: table.Operation) -> None:
    """Take an entry out, as read. Raises Conflict if that is not how it lies any more."""
    if item.get("fold") and folds.leave(item, count):
        describe_places(item["album_id"], [item["fold"]])
        return
    key = keys.Key.of(item)
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

    RUN items at most; return the cursor to go on `after`, None at the end. What guests had added
    to a deleted album goes to the roll of the person who keeps it.
    """
    places_at = keys.all_of(keys.by_hand, album_id)
    prefix = places_at.sk if owner_id else ""
    page = table.query(places_at.pk, prefix, after=after, limit=RUN)
    places = [item for item in page.items if item["SK"].startswith(places_at.sk)]
    for item in places:
        for each in (*folds.copies_of(item), item):
            if owner_id not in (None, each["owner_id"]):
                continue
            if each.get("guest_id"):
                photos.adopt(each["photo_id"], each["owner_id"])
            remove(album_id, each["photo_id"])
    others = [item for item in page.items if item not in places]  # of members, and likenesses
    table.write_many(deletes=[keys.Key.of(item) for item in others])
    return page.cursor
