"""An upload becomes a photo with its pictures, or fails with a reason.

Every step can be repeated: names are fixed, writes are conditional, and the upload itself is
removed last, so that a crash anywhere leaves the next delivery, or the sweep, all that it needs.
"""

from __future__ import annotations

import hashlib
import logging
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from pathlib import Path

from store import events, media, observe, photos, uploads, words
from store.clock import now
from store.errors import Conflict, NotFound, QuotaExceeded
from store.photos import Photo
from thumbnails.render import Rendered, UnreadableImage
from thumbnails.sandbox import render_safely

log = logging.getLogger(__name__)

CHANGED = "The file changed on its way here. Please try again."
DUPLICATE = "This photo is already here."
NO_ROOM = "There is no room left for your photos. Delete some and try again."


def process(key: str) -> None:
    """Turn the upload of that name into a ready photo, or into a failure with a reason."""
    upload = media.find_upload(key)
    if upload is None:
        return  # handled before, or not one of ours
    try:
        photo = uploads.arrive(
            upload,
            caption=words.clean_caption(upload.metadata.get("caption", "")),
            tags=words.parse_tags(upload.metadata.get("tags", "")),
        )
    except QuotaExceeded:
        uploads.refuse(upload, NO_ROOM)
    except NotFound:
        log.warning("upload %s is nobody's", key)
    else:
        if photo.status == photos.PENDING:
            _make_pictures(photo, upload)
        if photo.status == photos.READY or photos.get(photo.photo_id).status == photos.READY:
            events.publish("photo.ready", photo_id=photo.photo_id)
    media.delete_upload(key)


def _make_pictures(photo: Photo, upload: media.Upload) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "upload"
        media.download_upload(upload, file)
        with file.open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        if photo.sha256 not in ("", sha256):
            uploads.fail(photo, CHANGED)
            return
        try:
            rendered = render_safely(file)
        except UnreadableImage as error:
            log.info("photo %s refused: %s", photo.photo_id, error.reason)
            uploads.fail(photo, error.reason)
            return
    _store(rendered.images, upload)
    _finish(photo, upload, sha256, rendered)


def _store(images: dict[str, bytes], upload: media.Upload) -> None:
    """Put pictures and original where they stay, at the same time: S3 takes tens of ms for each."""
    puts = [partial(media.write_picture, upload.photo_id, *each) for each in images.items()]
    puts.append(partial(media.keep_original, upload))
    with ThreadPoolExecutor(len(puts)) as pool:
        # in a copy of the context, by which calls are counted
        running = [pool.submit(copy_context().run, put) for put in puts]
    for put in running:
        put.result()


def _finish(photo: Photo, upload: media.Upload, sha256: str, rendered: Rendered) -> None:
    try:
        uploads.finish(
            photo,
            sha256=sha256,
            size=upload.size,
            width=rendered.width,
            height=rendered.height,
            taken_at=rendered.taken_at,
            placeholder=rendered.placeholder,
            animated=rendered.animated,
            format=rendered.format,
            camera=rendered.camera,
            likeness=rendered.likeness,
        )
        observe.metric("PhotosProcessed", photo_id=photo.photo_id)
        waited = now() - upload.arrived_at
        observe.metric("SecondsToReady", waited, "Seconds", photo_id=photo.photo_id)
    except uploads.Duplicate as duplicate:
        uploads.fail(photo, DUPLICATE, duplicate_of=duplicate.photo_id)
        media.delete_photo(photo.user_id, photo.photo_id)
    except Conflict:  # finished by another delivery of the same message, or withdrawn
        if photos.get(photo.photo_id).status != photos.READY:
            media.delete_photo(photo.user_id, photo.photo_id)
