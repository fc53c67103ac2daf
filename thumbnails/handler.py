"""Lambda entry of the image function: an upload becomes pictures, or fails with a reason.

Messages come at least once and in any order. Every step can be repeated: names are fixed, writes
are conditional, and the upload itself is removed last, so that a crash anywhere leaves the next
delivery, or the sweep, everything it needs.
"""

from __future__ import annotations

import hashlib
import json
import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

from thumbnails.render import Rendered, UnreadableImage
from thumbnails.sandbox import render_safely

from store import events, media, photos, queues, uploads, words
from store.clock import now
from store.errors import Conflict, QuotaExceeded
from store.photos import Photo

log = logging.getLogger(__name__)

LAST_DELIVERY = 5  # maxReceiveCount of the queue: after it the message goes to the dead letters

BROKEN = "Something went wrong on our side. Please try again."
CHANGED = "The file changed on its way here. Please try again."
DUPLICATE = "This photo is already here."
NO_ROOM = "There is no room left for your photos. Delete some and try again."
NEVER_CAME = "The file never arrived. Please try again."


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Handle a batch of SQS records with S3 events, or a call to sweep.

    Answers with the records to be delivered again, or with the sweep's counts.
    """
    if "sweep" in event:
        return sweep(**event["sweep"])
    failures = []
    for record in event["Records"]:
        try:
            for key in _uploaded_keys(json.loads(record["body"])):
                process(key)
        except Exception:
            log.exception("message %s failed", record["messageId"])
            failures.append({"itemIdentifier": record["messageId"]})
            _tell_owner_if_last(record)
    return {"batchItemFailures": failures}


def _uploaded_keys(message: dict[str, Any]) -> Iterator[str]:
    """Yield the object names of an S3 event; the s3:TestEvent that S3 begins with has none."""
    for record in message.get("Records", []):
        yield unquote_plus(record["s3"]["object"]["key"])


def _tell_owner_if_last(record: dict[str, Any]) -> None:
    """Say "failed" to the owner of what now goes to the dead letters."""
    if int(record["attributes"]["ApproximateReceiveCount"]) < LAST_DELIVERY:
        return
    try:
        for key in _uploaded_keys(json.loads(record["body"])):
            if names := media.parse_incoming(key):
                uploads.fail(photos.get(names[1]), BROKEN)
    except Exception:
        log.exception("could not mark message %s as failed", record["messageId"])


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
    for name, picture in rendered.images.items():
        media.write_picture(photo.photo_id, name, picture)
    media.keep_original(upload)
    _finish(photo, upload, sha256, rendered)


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
        )
    except uploads.Duplicate as duplicate:
        uploads.fail(photo, DUPLICATE, duplicate_of=duplicate.photo_id)
        media.delete_photo(photo.user_id, photo.photo_id)
    except Conflict:  # finished by another delivery of the same message, or withdrawn
        if photos.get(photo.photo_id).status != photos.READY:
            media.delete_photo(photo.user_id, photo.photo_id)


def sweep(minimum_age_seconds: int = uploads.GIVE_UP_AFTER) -> dict[str, Any]:
    """Queue again every upload that has lain unhandled that long; fail grants that nobody used.

    An event can be lost and a queue can be down; an object in `incoming/` cannot be overlooked.
    """
    waiting = {
        key for key, arrived_at in media.list_uploads() if arrived_at <= now() - minimum_age_seconds
    }
    for key in waiting:
        queues.requeue_upload(key)
    failed = 0
    for photo in uploads.list_overdue():
        if media.incoming_key(photo.user_id, photo.photo_id) not in waiting:
            uploads.fail(photo, NEVER_CAME)
            failed += 1
    return {"requeued": len(waiting), "failed": failed}
