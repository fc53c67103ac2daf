"""Between a queue and a handler: what Lambda's event source mapping does, on a real queue."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import pytest

from local.worker import Worker
from tests.stack import Stack


class Handler:
    """Remembers its events; fails whatever message says so."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def __call__(self, event: dict[str, Any], context: object) -> dict[str, Any]:
        self.events.append(event)
        if any(record["body"] == "raise" for record in event["Records"]):
            raise RuntimeError("as asked")
        failed = [it["messageId"] for it in event["Records"] if it["body"] == "fail"]
        return {"batchItemFailures": [{"itemIdentifier": it} for it in failed]}


@pytest.fixture
def sqs(stack: Stack) -> Any:
    return stack.client("sqs")


@pytest.fixture
def queue_url(sqs: Any) -> Iterator[str]:
    url = sqs.create_queue(QueueName=f"tests-{secrets.token_hex(4)}")["QueueUrl"]
    yield url
    sqs.delete_queue(QueueUrl=url)


def run_once(sqs: Any, queue_url: str, *bodies: str) -> tuple[Handler, list[str]]:
    """Give the worker one batch; return its handler and what is left in the queue."""
    handler = Handler()
    for body in bodies:
        sqs.send_message(
            QueueUrl=queue_url,
            MessageBody=body,
            MessageAttributes={"type": {"DataType": "String", "StringValue": "news"}},
        )
    messages = sqs.receive_message(
        QueueUrl=queue_url,
        MaxNumberOfMessages=10,
        MessageSystemAttributeNames=["All"],
        MessageAttributeNames=["All"],
    )["Messages"]
    by_handle = {it["ReceiptHandle"]: it["Body"] for it in messages}

    Worker(handler, queue_url, 10, sqs).work_on(messages)

    for handle in by_handle:
        try:
            sqs.change_message_visibility(
                QueueUrl=queue_url, ReceiptHandle=handle, VisibilityTimeout=0
            )
        except sqs.exceptions.ClientError:
            continue  # deleted
    left = sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10).get("Messages", [])
    return handler, sorted(it["Body"] for it in left)


def test_what_was_handled_is_deleted(sqs: Any, queue_url: str) -> None:
    handler, left = run_once(sqs, queue_url, "one", "two")

    assert left == []
    assert sorted(it["body"] for it in handler.events[0]["Records"]) == ["one", "two"]


def test_only_what_failed_is_tried_again(sqs: Any, queue_url: str) -> None:
    _, left = run_once(sqs, queue_url, "one", "fail", "two")

    assert left == ["fail"]


def test_a_handler_that_raises_fails_the_whole_batch(
    sqs: Any, queue_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    _, left = run_once(sqs, queue_url, "one", "raise")

    assert left == ["one", "raise"]
    assert "as asked" in caplog.text


def test_a_record_is_shaped_as_lambdas(sqs: Any, queue_url: str) -> None:
    handler, _ = run_once(sqs, queue_url, "one")

    (record,) = handler.events[0]["Records"]
    assert record["eventSource"] == "aws:sqs"
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert record["messageAttributes"]["type"]["stringValue"] == "news"
    assert {"messageId", "receiptHandle", "md5OfBody"} <= record.keys()


def test_no_messages_are_no_call(sqs: Any, queue_url: str) -> None:
    handler = Handler()

    Worker(handler, queue_url, 10, sqs).work_on([])

    assert handler.events == []
