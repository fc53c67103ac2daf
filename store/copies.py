"""The same photo from several people, in one album: found when it is added, and shown as one.

Photos are compared within an album only, and only those of different people: all who may see the
one may see the other, so that a likeness tells nobody what somebody else has.
"""

from __future__ import annotations

from collections.abc import Iterator

from store import keys, table
from store.photos import Photo

BANDS = 8  # of sixteen bits
CLOSE = 7  # bits that copies may differ in: fewer than bands, so that one band at least is the same
SHAPES = 0.02  # by which the ratios of width to height may differ


def find(album_id: str, photo: Photo) -> list[str]:
    """Return the ids of what others have put into the album that looks the same; one call.

    Some may have been taken out since.
    """
    found = table.get_many(_bands(album_id, photo))
    return list(dict.fromkeys(each["photo_id"] for each in found.values() if _is_copy(photo, each)))


def _is_copy(photo: Photo, item: table.Item) -> bool:
    bits = (int(photo.likeness, 16) ^ int(item["likeness"], 16)).bit_count()
    here, there = photo.width * item["height"], item["width"] * photo.height
    same_shape = abs(here - there) <= SHAPES * max(here, there)
    return bits <= CLOSE and same_shape and item["sender_id"] != photo.sender_id


def note(album_id: str, photo: Photo) -> None:
    """Remember what an album's photo looks like, for those that come after it."""
    known = {
        "photo_id": photo.photo_id,
        "sender_id": photo.sender_id,
        "likeness": photo.likeness,
        "width": photo.width,
        "height": photo.height,
    }
    table.write_many(puts=[{**key.primary, **known} for key in _bands(album_id, photo)])


def _bands(album_id: str, photo: Photo) -> Iterator[keys.Key]:
    """Yield where photos are remembered that share a sixteenth of a likeness with this one."""
    for band in range(BANDS if photo.likeness else 0):
        yield keys.likeness(album_id, f"{band}-{photo.likeness[4 * band : 4 * band + 4]}")
