"""What happened, told to the fan-out: SNS with one JSON message an event, and its queue.

What somebody has done is told by `commit`. `publish` alone is for workers, whose own messages come
again until they end well, for a wish (`tag.renamed`: whoever has it is told that it failed), and
for `album.filled`, which tells of many transactions at once and is news only.
"""

from __future__ import annotations

import json
import logging
from typing import Any

from store import due, table
from store.aws import client, variable
from store.clock import MINUTE, now
from store.ids import new_id

log = logging.getLogger(__name__)

TOLD_AGAIN_AFTER = 5 * MINUTE


def commit(operations: list[table.Operation], kind: str, **details: Any) -> None:
    """Do the operations as one transaction and tell the topic that `kind` happened, for certain.

    The transaction keeps the event until the topic has it: if that cannot be told or we break off,
    the sweep tells the fan-out. A call more than transaction and publishing. Raises Conflict as
    `table.transact` does.
    """
    event = {"type": kind, **details}
    again_at = now() + TOLD_AGAIN_AFTER
    waiting = due.item("fanout", event, due_at=again_at, whose=new_id(), what=kind)
    table.transact([*operations, table.put(waiting)])
    try:
        publish(kind, **details)
        due.forget(waiting)
    except Exception:  # what was asked for is done, and the rest will be
        log.exception("the sweep will tell of %s", kind)


def publish(kind: str, **details: Any) -> None:
    """Tell the topic that something happened, such as `photo.ready`; fanout.handler lists them."""
    client("sns").publish(
        TopicArn=variable("TOPIC_ARN"),
        Message=json.dumps({"type": kind, **details}),
        MessageAttributes={"type": {"DataType": "String", "StringValue": kind}},
    )


def publish_many(kind: str, all_details: list[dict[str, Any]]) -> None:
    """Tell the topic of many things of one kind: a call for each ten. Raises if one was refused."""
    for start in range(0, len(all_details), 10):
        answer = client("sns").publish_batch(
            TopicArn=variable("TOPIC_ARN"),
            PublishBatchRequestEntries=[
                {
                    "Id": str(number),
                    "Message": json.dumps({"type": kind, **details}),
                    "MessageAttributes": {"type": {"DataType": "String", "StringValue": kind}},
                }
                for number, details in enumerate(all_details[start : start + 10])
            ],
        )
        if answer.get("Failed"):
            raise RuntimeError(f"SNS refused {len(answer['Failed'])} messages of a batch")
