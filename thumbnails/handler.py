"""Lambda entry of the image function: uploads from the queue, the sweep, and its own address."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_plus

from store import media, observe, photos, uploads
from thumbnails.on_request import answer
from thumbnails.reasons import UnreadableImage
from thumbnails.remake import make_copy, remake
from thumbnails.sweeper import sweep
from thumbnails.uploaded import process
from thumbnails.zipping import build

log = logging.getLogger(__name__)

LAST_DELIVERY = 5  # maxReceiveCount of the queue: after it the message goes to the dead letters

BROKEN = "Something went wrong on our side. Please try again."


@observe.invocation
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Handle a batch of SQS records, a scheduled sweep, or a request to the function's URL.

    A batch is answered with the records to be delivered again, a sweep with its counts.
    """
    if "sweep" in event:
        return sweep(**event["sweep"])
    if "rawPath" in event:
        return answer(event)
    failures = []
    for record in event["Records"]:
        try:
            _handle(json.loads(record["body"]))
        except Exception:
            log.exception("message %s failed", record["messageId"])
            failures.append({"itemIdentifier": record["messageId"]})
            _tell_owner_if_last(record)
    return {"batchItemFailures": failures}


def _handle(message: dict[str, Any]) -> None:
    if "remake" in message:
        _remake(message["remake"])
    if "copy" in message:
        make_copy(message["copy"])
    if "zip" in message:
        build(message["zip"])
    for key in _uploaded_keys(message):
        process(key)


def _remake(photo_id: str) -> None:
    try:
        remake(photo_id)
    except UnreadableImage as error:  # and no delivery will change that
        log.warning("photo %s keeps its pictures: %s", photo_id, error.reason)


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
