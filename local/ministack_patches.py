"""What MiniStack 1.5.33 does otherwise than a store that is to keep photos. It is pinned for these.

Each function replaces private functions of it, once, before the first request.
"""

from __future__ import annotations

import base64
import contextvars
import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any


def keep_bodies_out_of_memory() -> None:
    """Drop the copy of every object's bytes that MiniStack's version history holds.

    The bytes are on disk in the same instant and are read from there when the copy is missing; the
    copies of sixty photos would be several hundred megabytes.
    """
    from ministack.services import s3

    record = s3._record_object_version

    def record_without_bytes(
        bucket: str, key: str, prior: Any, current: dict[str, Any], data: bytes
    ) -> str | None:
        version: str | None = record(bucket, key, prior, current, data)
        for entry in s3._object_versions.get((bucket, key)) or []:
            entry["data"] = None
        return version

    s3._record_object_version = record_without_bytes


def delete_with_the_save(undeleted: dict[tuple[str, str], Callable[[], None]]) -> None:
    """Leave a deleted object's file on disk until the table is saved: `undeleted` collects them.

    An upload is deleted once the table says that it was taken in. If a kill lost that news and not
    the deletion, the photo would be gone; this way round the upload is there again, and is taken in
    again.
    """
    from ministack.services import s3

    delete, persist = s3._delete_persisted_object, s3._persist_object

    def delete_later(bucket: str, key: str) -> None:
        account = contextvars.copy_context()  # MiniStack knows from it whose bucket this is
        undeleted[bucket, key] = partial(account.run, delete, bucket, key)

    def persist_now(bucket: str, key: str, current: Any) -> None:
        undeleted.pop((bucket, key), None)
        persist(bucket, key, current)

    s3._delete_persisted_object, s3._persist_object = delete_later, persist_now


def put_messages_back() -> None:
    """Make every message visible: what the last run was working on, nobody works on any more."""
    from ministack.services import sqs

    now = time.time()
    for _, queue in sqs._queues.all_items():
        for message in queue["messages"]:
            message["visible_at"] = now


def put_mail_into(folder: Path) -> None:
    """Write each mail that SES takes into the folder, as it would go out.

    MiniStack keeps the parts that it understands; the headers are not among them.
    """
    from ministack.services import ses_v2

    handle = ses_v2.handle_request
    folder.mkdir(exist_ok=True)

    async def handle_and_keep(
        method: str, path: str, headers: Any, body: bytes, query_params: Any
    ) -> Any:
        answer = await handle(method, path, headers, body, query_params)
        if method == "POST" and path.endswith("/outbound-emails") and answer[0] == 200:
            raw = base64.b64decode(json.loads(body)["Content"]["Raw"]["Data"])
            (folder / f"{time.time_ns()}.eml").write_bytes(raw)
        return answer

    ses_v2.handle_request = handle_and_keep


def ask_for_the_rights_that_aws_asks_for() -> None:
    """Take batches for what they are, and mail for its sender's.

    IAM knows no right to publish or send batches beside that to publish or send, and sending a mail
    takes a right to its sender's identity (Service Authorization Reference, Amazon SNS, Amazon SQS
    and Amazon SES v2).
    """
    from ministack.core import iam_actions

    batches = {"sns:PublishBatch": "sns:Publish", "sqs:SendMessageBatch": "sqs:SendMessage"}
    action_of, resource_of = iam_actions.extract_iam_action, iam_actions.extract_resource_arn

    def action(*arguments: Any) -> Any:
        found = action_of(*arguments)
        return batches.get(found, found)

    def resource(
        service: str, method: str, path: str, headers: Any, body: bytes, query: Any, *place: str
    ) -> Any:
        if service == "ses" and path.endswith("/outbound-emails"):
            domain = json.loads(body)["FromEmailAddress"].rpartition("@")[2]
            return f"arn:aws:ses:{':'.join(place)}:identity/{domain}"
        return resource_of(service, method, path, headers, body, query, *place)

    iam_actions.extract_iam_action, iam_actions.extract_resource_arn = action, resource
