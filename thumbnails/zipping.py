"""Building a zip: first a file for each photo, then parts of the zip, a stretch of it each run.

A run ends long before the function's time does and puts the rest back into the queue. What is
done is noted with conditions, so that a message that comes twice does not do it twice.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from store import downloads, media, queues, zips
from store.errors import Conflict, NotFound
from store.multipart import ObjectWriter
from store.photos import Photo
from store.zips import Zip
from thumbnails.remake import make_copy

RUN_SECONDS = 30
PART_BYTES = 1_000_000_000  # half of what some devices can unpack


def build(zip_id: str) -> None:
    """Go on with a zip for as long as a run may take."""
    try:
        wanted = zips.get(zip_id)
        is_prepared = wanted.prepared == len(wanted.photo_ids)
        wanted = _pack(wanted) if is_prepared else _prepare(wanted)
    except (NotFound, Conflict):
        return  # its week is over, or another run is ahead of this one
    if not wanted.is_ready:
        queues.ask_to_zip(zip_id)


def _prepare(wanted: Zip) -> Zip:
    """Have a full-size copy made of every photo that is somebody else's."""
    deadline = time.monotonic() + RUN_SECONDS
    prepared, skipped = wanted.prepared, []
    for photo_id in wanted.photo_ids[wanted.prepared :]:
        photo = zips.look_at(wanted, photo_id)
        if photo is None or not _has_file(wanted, photo):
            skipped.append(photo_id)
        prepared += 1
        if time.monotonic() > deadline:
            break
    return zips.note_prepared(wanted, prepared=prepared, skipped=skipped)


def _has_file(wanted: Zip, photo: Photo) -> bool:
    if photo.user_id == wanted.user_id:
        return True
    try:
        return bool(downloads.find_copy(photo)) or make_copy(photo.photo_id)
    except downloads.NoCopy:
        return False


def _pack(wanted: Zip) -> Zip:
    """Write the next part, of PART_BYTES or little more, from where the last one ended; a shorter
    one where S3 is too slow to fill it within a run."""
    deadline = time.monotonic() + RUN_SECONDS
    packed, number = wanted.packed, len(wanted.parts) + 1
    entries = _entries(wanted)
    first = next(entries, None)
    if first is None:
        return zips.note_part(wanted, packed=len(wanted.photo_ids), size=0)
    with (
        ObjectWriter(zips.part_key(wanted.zip_id, number), "application/zip") as part,
        ZipFile(part, "w", ZIP_STORED) as archive,  # type: ignore[call-overload]
    ):
        packed = _add(archive, *first)
        while (
            part.size < PART_BYTES
            and time.monotonic() < deadline
            and (entry := next(entries, None))
        ):
            packed = _add(archive, *entry)
    if next(entries, None) is None:
        packed = len(wanted.photo_ids)
    return zips.note_part(wanted, packed=packed, size=part.size)


def _entries(wanted: Zip) -> Iterator[tuple[int, Photo, str]]:
    """Yield what is still to be packed: how many are done with it, the photo, its object's name.

    Rights are asked for once more: the copy may have been made long before.
    """
    for number, photo_id in enumerate(wanted.photo_ids[wanted.packed :], wanted.packed + 1):
        photo = zips.look_at(wanted, photo_id) if photo_id not in wanted.skipped else None
        if photo is not None:
            own = photo.user_id == wanted.user_id
            yield number, photo, (media.original_key if own else media.copy_key)(photo_id)


def _add(archive: ZipFile, number: int, photo: Photo, key: str) -> int:
    moment = time.gmtime(photo.created_at.timestamp())
    name = downloads.file_name(photo, original=key.startswith("originals/"))
    info = ZipInfo(name, date_time=moment[:6])
    info.file_size = photo.bytes  # large enough files need the 64-bit form, which is chosen first
    with archive.open(info, "w") as file:
        for piece in media.stream(key):
            file.write(piece)
    return number
