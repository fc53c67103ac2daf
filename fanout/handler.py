"""Lambda entry of the fan-out: reads its queue, writes feed entries and notices.

Messages come at least once and in any order. Each asks the table what is true now and writes what
follows from that, so that a repeat, a delay or a message about something deleted does no harm.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

from fanout import indexing, mailing, mentions, news, pushing, sharing
from store import album_places, comments, due, feed, media, observe, photos, queues, users

log = logging.getLogger(__name__)


@observe.invocation
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Handle a batch of SQS records, or a call to sweep.

    Answers with the records to be sent again, or with how much was due.
    """
    if "sweep" in event:
        return {"due": due.send_what_is_due()}
    failures = []
    for record in event["Records"]:
        try:
            _of_queue(record)(json.loads(record["body"]))
        except Exception:
            log.exception("message %s failed", record["messageId"])
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def _of_queue(record: dict[str, Any]) -> Callable[[dict[str, Any]], None]:
    """Return what handles the messages of the queue that the record came from."""
    queue = record.get("eventSourceARN", "").rpartition("-")[2]
    return {"push": pushing.handle, "mail": mailing.handle}.get(queue, handle)


def handle(message: dict[str, Any]) -> None:
    """Do what follows from one event. An unknown type raises, so that it ends in the DLQ."""
    match message["type"]:
        case "photo.ready" | "photo.shared":
            if _deliver(message):  # nobody hears of a photo that is not in their feed yet
                news.tell(message)
        case "friendship.made":
            sharing.handle(message)
            news.tell(message)
        case "comment.made" | "comment.edited":
            news.tell({**message, "mentions": mentions.note(message)})
        case "photo.liked" | "album.invited" | "album.filled" | "zip.ready" | "friend.asked":
            news.tell(message)
        case "photo.edited":
            _deliver(message)
            _describe(message)
        case "tag.renamed" | "person.renamed":
            indexing.handle(message)
        case "bundle.opened":
            news.go_on(message)
        case "photo.deleted":
            sharing.handle(message)
            media.delete_photo(message["user_id"], message["photo_id"])
            comments.forget(message["photo_id"])
            users.forget_picture(message["user_id"], message["photo_id"])
        case "circle.changed" | "album.shared" | "album.left" | "album.deleted":
            sharing.handle(message)
        case "friendship.ended" | "shelves.begun":
            sharing.handle(message)
        case unknown:
            raise ValueError(f"unknown event type {unknown!r}")


def _deliver(message: dict[str, Any]) -> bool:
    """Deliver the photo to some of its audience; say whether they are the last."""
    photo = photos.find_ready(message["photo_id"])
    if photo is None:
        return True
    sharing.put_into_album(photo)
    after = feed.deliver(photo, after=message.get("after"))
    if after:
        queues.continue_fanout({**message, "after": after})
    return after is None


def _describe(message: dict[str, Any]) -> None:
    photo = photos.find_ready(message["photo_id"])
    if photo and "after" not in message:
        album_places.describe(photo)
