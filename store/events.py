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
