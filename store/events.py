"""What happened, told to the fan-out: SNS with one JSON message an event, and its queue."""

from __future__ import annotations

import json
from typing import Any

from store.aws import client, variable


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
