"""Photos to take home: a full-size copy without metadata for friends, the untouched file for its
owner. Both come straight from S3, because a Lambda answer ends at 6 MB.

The copy is made when first asked for, by the image function, and kept for a week. Where none can
be made an empty one says so, for as long.
"""

from __future__ import annotations

from store import media, queues
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


def find_copy(photo: Photo, *, shows: bool = False) -> str | None:
    """Return an address of the full-size copy, for ten minutes; None if it has yet to be made.

    A browser saves what is there, or `shows` it. The caller has made sure that the person may
    download the photo. Raises NoCopy.
    """
    size = media.copy_size(photo.photo_id)
    if size is None:
        return None
    if not size:
        raise NoCopy(photo.photo_id)
    return media.address(media.copy_key(photo.photo_id), file_name(photo), shows=shows)


def ask_for_copy(photo: Photo) -> None:
    """Have the copy made."""
    queues.ask_to_copy(photo.photo_id)


def original_url(photo: Photo) -> str:
    """Return an address of the file as it came, for ten minutes; for its owner only."""
    return media.address(media.original_key(photo.photo_id), file_name(photo, original=True))


def file_name(photo: Photo, *, original: bool = False) -> str:
    """Return a name that sorts by time, such as "contact-sheet-2026-08-01-7x3k2q.jpg"."""
    day = (photo.taken_at or photo.created_at.isoformat())[:10]
    extension = EXTENSIONS.get(photo.format, "") if original else ".jpg"
    return f"contact-sheet-{day}-{photo.photo_id[-6:].lower()}{extension}"
