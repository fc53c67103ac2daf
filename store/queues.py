"""Work that our own functions put into the queues, beside what S3 and the topic put there."""

from __future__ import annotations

import json
import os
from typing import Any
from urllib.parse import quote_plus

from store.aws import client, variable

LONGEST_DELAY = 900  # seconds


def requeue_upload(key: str) -> None:
    """Announce an object in `incoming/` once more, as S3 would (key URL-encoded)."""
    record = {"s3": {"object": {"key": quote_plus(key)}}}
    _send("THUMBNAILS_QUEUE_URL", {"Records": [record]})


def ask_to_remake(photo_id: str) -> None:
    """Have the image function render a photo again."""
    _send("THUMBNAILS_QUEUE_URL", {"remake": photo_id})


def count_pictures_waiting() -> int:
    """Return about how many messages the image function has yet to begin with."""
    found = client("sqs").get_queue_attributes(
        QueueUrl=variable("THUMBNAILS_QUEUE_URL"), AttributeNames=["ApproximateNumberOfMessages"]
    )
    return int(found["Attributes"]["ApproximateNumberOfMessages"])


def ask_to_copy(photo_ids: list[str]) -> None:
    """Have the image function make full-size copies without metadata: a call for each ten.

    Raises if one was refused.
    """
    for start in range(0, len(photo_ids), 10):
        answer = client("sqs").send_message_batch(
            QueueUrl=variable("THUMBNAILS_QUEUE_URL"),
            Entries=[
                {"Id": photo_id, "MessageBody": json.dumps({"copy": photo_id})}
                for photo_id in photo_ids[start : start + 10]
            ],
        )
        if answer.get("Failed"):
            raise RuntimeError(f"SQS refused {len(answer['Failed'])} messages of a batch")


def ask_to_zip(zip_id: str) -> None:
    """Have the image function go on with a zip."""
    _send("THUMBNAILS_QUEUE_URL", {"zip": zip_id})


def continue_fanout(event: dict[str, Any]) -> None:
    """Put the rest of a long fan-out back into its queue."""
    _send("FANOUT_QUEUE_URL", event)


def takes(channel: str) -> bool:
    """Say whether the channel has a queue: there is one for mail only where mail has a sender."""
    return channel != "mail" or bool(os.environ.get("MAIL_FROM"))


def send_to_channel(channel: str, message: dict[str, Any], *, seconds: int) -> None:
    """Put a message into the queue of "push", "mail" or "fanout", to come out in so many seconds
    (SQS knows fifteen minutes at most: it is sent on again from there).
    """
    client("sqs").send_message(
        QueueUrl=variable(f"{channel.upper()}_QUEUE_URL"),
        MessageBody=json.dumps(message),
        DelaySeconds=max(0, min(seconds, LONGEST_DELAY)),
    )


def _send(queue: str, message: dict[str, Any]) -> None:
    client("sqs").send_message(QueueUrl=variable(queue), MessageBody=json.dumps(message))
