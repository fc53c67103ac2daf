"""Photos to take home: a full-size copy without metadata for friends, the untouched file for its
owner. Both come straight from S3, because a Lambda answer ends at 6 MB.

The copy is made when first asked for, by the image function, and kept for a week. Where none can
be made an empty one says so, for as long.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from store import access, media, photos, queues, sheets, table
from store.photos import Photo

EXTENSIONS = {
    "AVIF": ".avif",
    "GIF": ".gif",
    "HEIF": ".heic",
    "JPEG": ".jpg",
    "PNG": ".png",
    "WEBP": ".webp",
}


class NoCopy(Exception):
    """No full-size copy can be made of the photo."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A full-size copy: its address for ten minutes, its file's name and its size in bytes."""

    address: str
    name: str
    size: int


def list_takeable(user_id: str, photo_ids: Iterable[str], *, album_id: str = "") -> list[Photo]:
    """Return those of the photos, perhaps of an album, that this person may take home now.

    A call for each hundred photos and one for whose they are, two or more for those of an album.
    Raises NotFound for whoever has no right to the album.
    """
    person = access.Person(user_id)
    if album_id:
        _, tiles = sheets.pick(person, album_id, photo_ids)
        return [tile.photo for tile in tiles if access.DOWNLOAD in tile.rights]
    found = photos.get_many(photo_ids).values()
    ties = table.get_many(key for photo in found for key in access.photo_keys(person, photo))
    return [photo for photo in found if access.DOWNLOAD in access.photo_rights(person, photo, ties)]


def find_copy(photo: Photo, *, shows: bool = False) -> Copy | None:
    """Return the full-size copy; None if it has yet to be made.

    A browser saves what is there, or `shows` it. The caller has made sure that the person may
    download the photo. Raises NoCopy.
    """
    size = media.copy_size(photo.photo_id)
    if size is None:
        return None
    if not size:
        raise NoCopy(photo.photo_id)
    name = file_name(photo)
    return Copy(media.address(media.copy_key(photo.photo_id), name, shows=shows), name, size)


def ask_for_copies(wanted: Iterable[Photo]) -> None:
    """Have the copies made."""
    queues.ask_to_copy([photo.photo_id for photo in wanted])


def original_url(photo: Photo) -> str:
    """Return an address of the file as it came, for ten minutes; for its owner only."""
    return media.address(media.original_key(photo.photo_id), file_name(photo, original=True))


def file_name(photo: Photo, *, original: bool = False) -> str:
    """Return a name that sorts by time, such as "contact-sheet-2026-08-01-7x3k2q.jpg"."""
    day = (photo.taken_at or photo.created_at.isoformat())[:10]
    extension = EXTENSIONS.get(photo.format, "") if original else ".jpg"
    return f"contact-sheet-{day}-{photo.photo_id[-6:].lower()}{extension}"
