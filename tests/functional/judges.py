"""Who decides about a presigned POST: MiniStack, a Ceph object gateway, or the rules themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Protocol

import boto3
import requests
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.functional import post_policy


@dataclass(frozen=True)
class Answer:
    """An HTTP status and S3's error code, which is empty for what was taken."""

    status: int
    code: str = ""


@dataclass(frozen=True)
class Stored:
    """An object as S3 would describe it."""

    size: int
    content_type: str
    metadata: dict[str, str]


class Judge(Protocol):
    """Takes or refuses a form, and tells what it has stored."""

    environment: dict[str, str]
    checks_checksums: bool

    def post(self, bucket: str, fields: dict[str, str], body: bytes) -> Answer: ...

    def stored(self, bucket: str, key: str) -> Stored | None: ...


class Server:
    """A real S3 server at `endpoint`; `client` may look into its buckets."""

    def __init__(self, environment: dict[str, str], client: Any, *, checks_checksums: bool) -> None:
        self.environment = environment
        self.checks_checksums = checks_checksums
        self._client = client

    def post(self, bucket: str, fields: dict[str, str], body: bytes) -> Answer:
        answer = requests.post(
            f"{self.environment['AWS_ENDPOINT_URL']}/{bucket}",
            data=fields,
            files={"file": ("holiday.jpg", body, "application/x-whatever")},
            allow_redirects=False,
            timeout=30,
        )
        code = re.search("<Code>(.*?)</Code>", answer.text)
        return Answer(answer.status_code, code[1] if code else "")

    def stored(self, bucket: str, key: str) -> Stored | None:
        try:
            found = self._client.head_object(Bucket=bucket, Key=key)
        except ClientError:
            return None
        return Stored(found["ContentLength"], found["ContentType"], found["Metadata"])


@dataclass
class Rules:
    """The rules as AWS documents them, in our own words, with `secrets` by access key."""

    environment: dict[str, str]
    secrets: dict[str, str]
    checks_checksums: bool = True
    _objects: dict[tuple[str, str], Stored] = field(default_factory=dict)

    def post(self, bucket: str, fields: dict[str, str], body: bytes) -> Answer:
        try:
            post_policy.check(bucket, fields, body, self.secrets)
        except post_policy.Refused as refused:
            return Answer(refused.status, refused.code)
        metadata = {
            name.removeprefix("x-amz-meta-"): value
            for name, value in fields.items()
            if name.startswith("x-amz-meta-")
        }
        self._objects[bucket, fields["key"]] = Stored(len(body), fields["Content-Type"], metadata)
        return Answer(303 if "success_action_redirect" in fields else 204)

    def stored(self, bucket: str, key: str) -> Stored | None:
        return self._objects.get((bucket, key))


def s3_client(environment: dict[str, str], key: str, secret: str) -> Any:
    """A client with those keys for that environment's endpoint."""
    return boto3.client(
        "s3",
        endpoint_url=environment["AWS_ENDPOINT_URL"],
        region_name=environment["AWS_DEFAULT_REGION"],
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        config=Config(s3={"addressing_style": "path"}),
    )
