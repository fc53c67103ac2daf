"""What follows from a change of audience: pointers are written for who is new, and swept up.

Nothing here hides anything: reading decides. A long piece of work is done in runs, each of which
puts the rest back into the queue; doing a run twice changes nothing.
"""

from __future__ import annotations

from itertools import permutations
from typing import Any

from store import access, album_entries, album_photos, albums, circles, feed, photos, queues, shelf
from store.errors import NotFound
from store.photos import Photo

LATEST = 200  # photos that a new friend finds in their feed


def handle(message: dict[str, Any]) -> None:
    """Do what follows from an event about circles, albums or ended friendships."""
    match message["type"]:
        case "friendship.made":
            for owner_id, reader_id in permutations(message["user_ids"]):
                feed.backfill([reader_id], owner_id, limit=LATEST)
                _fill_shelves(owner_id, [reader_id])
        case "circle.changed":
            if "after" not in message:
                _fill_shelves(message["user_id"], message["friend_ids"])
            _go_on(message, _fill_feeds(message))
        case "shelves.begun":
            _fill_shelves(message["owner_id"], message["reader_ids"], after=message["after"])
        case "album.shared":
            _go_on(message, _deliver_album(message))
        case "album.left" | "album.deleted":
            _go_on(message, _take_out(message))
        case "friendship.ended":
            one, other = message["user_ids"]
            circles.forget(one, other)
            circles.forget(other, one)
        case "photo.deleted":
            for album_id in album_entries.list_of_photo(message["photo_id"]):
                album_photos.remove(album_id, message["photo_id"])


def _go_on(message: dict[str, Any], cursor: str | None) -> None:
    if cursor:
        queues.continue_fanout({**message, "after": cursor})


def _fill_shelves(owner_id: str, reader_ids: list[str], *, after: str | None = None) -> None:
    """Give new friends, or new members of a circle, the owner's albums that they may open now."""
    rest = {"type": "shelves.begun", "owner_id": owner_id, "reader_ids": reader_ids}
    _go_on(rest, shelf.backfill(reader_ids, owner_id, after=after))


def _fill_feeds(message: dict[str, Any]) -> str | None:
    """Give new members of a circle what they may see now, a page of the owner's roll a run."""
    friend_ids, before = message["friend_ids"], message.get("after")
    return feed.backfill(friend_ids, message["user_id"], before=before)


def _deliver_album(message: dict[str, Any]) -> str | None:
    try:
        album = albums.find(message["album_id"])
    except NotFound:
        return None
    return shelf.deliver(album, after=message.get("after"))


def _take_out(message: dict[str, Any]) -> str | None:
    """Remove from an album what somebody who left had put in, or everything when it is deleted."""
    album_id, leaver = message["album_id"], message.get("user_id")
    if leaver and album_photos.is_contributor(album_id, leaver):
        return None  # is back, or never ceased to be: an old message
    return album_photos.take_out_all(album_id, owner_id=leaver, after=message.get("after"))


def put_into_album(photo: Photo) -> None:
    """Put a photo that is ready into the album that it was sent to, if its sender still may.

    Once: a repeated or later event must not bring back what was taken out since. A guest's photo
    that has no album left goes to the roll of the person who keeps it.
    """
    if photo.placed or not photo.album_id:
        return
    viewer: access.Viewer = access.Person(photo.user_id)
    if photo.guest_id:
        viewer = access.Guest(photo.link_id, photo.guest_id)
    try:
        album_photos.add(viewer, photo.album_id, [photo])
    except NotFound:
        if photo.guest_id:
            photos.adopt(photo.photo_id, photo.user_id)
    photos.note_placed(photo.photo_id)
