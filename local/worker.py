"""A worker function as a local process: what Lambda does between a queue and a handler."""

from __future__ import annotations

import importlib
import logging
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

from deploy.functions import BATCH_SIZES

POLL = 20  # seconds that a long poll waits
SWEEP_EVERY = 300  # seconds, as the schedule in the deployment

logger = logging.getLogger(__name__)


class Worker:
    """Feeds the messages of a queue to a handler, one batch at a time, until `stop()`."""

    def __init__(
        self, handler: Callable[[dict[str, Any], None], Any], queue_url: str, batch: int, sqs: Any
    ) -> None:
        self._handler = handler
        self._queue_url = queue_url
        self._queue_arn = "arn:aws:sqs:::" + queue_url.rpartition("/")[2]
        self._batch = batch
        self._sqs = sqs
        self._waiting = False
        self._stopping = False

    def run(self, *, sweeping: bool) -> None:
        """Work until told to stop. With `sweeping`, sweep now and then on schedule."""
        next_sweep = time.monotonic()
        sweep: dict[str, Any] = {"sweep": {"minimum_age_seconds": 0}}
        while not self._stopping:
            if sweeping and time.monotonic() >= next_sweep:
                self._invoke(sweep)
                next_sweep = time.monotonic() + SWEEP_EVERY
                sweep = {"sweep": {}}
            self.work_on(self._receive())

    def stop(self) -> None:
        """End now if there is nothing to do, else after this batch: called by a signal."""
        self._stopping = True
        if self._waiting:
            sys.exit(0)

    def _receive(self) -> list[dict[str, Any]]:
        self._waiting = True
        answer = self._sqs.receive_message(
            QueueUrl=self._queue_url,
            MaxNumberOfMessages=self._batch,
            WaitTimeSeconds=POLL,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        self._waiting = False
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        return messages

    def work_on(self, messages: list[dict[str, Any]]) -> None:
        """Invoke the handler and delete what it did not report as failed.

        The rest becomes visible again after the queue's timeout, and ends in the dead letters after
        as many attempts as the queue allows.
        """
        if not messages:
            return
        result = self._invoke(
            {"Records": [_record(message, self._queue_arn) for message in messages]}
        )
        if result is None:
            return
        failed = {item["itemIdentifier"] for item in result.get("batchItemFailures", [])}
        for message in messages:  # one by one: MiniStack's IAM has a right of its own for batches
            if message["MessageId"] not in failed:
                self._sqs.delete_message(
                    QueueUrl=self._queue_url, ReceiptHandle=message["ReceiptHandle"]
                )

    def _invoke(self, event: dict[str, Any]) -> dict[str, Any] | None:
        """Return the handler's answer; None if it raised, which fails the whole batch."""
        try:
            result: dict[str, Any] = self._handler(event, None) or {}
        except Exception:
            logger.exception("The handler raised; its messages will be tried again")
            return None
        return result


def main(function: str, queue: str, queue_url: str) -> None:
    """Read one of the function's queues until SIGTERM; beside its first one, sweep."""
    handler = importlib.import_module(f"{function}.handler").handler
    worker = Worker(handler, queue_url, BATCH_SIZES[queue], _sqs_client())
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    worker.run(sweeping=queue == function)


def _record(message: dict[str, Any], queue_arn: str) -> dict[str, Any]:
    """Return an SQS message in the shape of Lambda's event source mapping."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": {
            name: {_lower(key): value for key, value in attribute.items()}
            for name, attribute in message.get("MessageAttributes", {}).items()
        },
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
    }


def _lower(name: str) -> str:
    return name[0].lower() + name[1:]


def _sqs_client() -> Any:
    import boto3
    from botocore.config import Config

    return boto3.client("sqs", config=Config(read_timeout=POLL + 10))
