"""AWS clients, made when first needed: importing boto3 is most of a cold start."""

from __future__ import annotations

import os
import threading
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, overload

from store import observe
from store.errors import MissingSetting

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient

_creating = threading.Lock()


def variable(name: str) -> str:
    """Return the environment variable `name`. Raises MissingSetting, which names it."""
    value = os.environ.get(name)
    if not value:
        raise MissingSetting(f"The environment variable {name} is not set.")
    return value


@overload
def client(service: Literal["dynamodb"]) -> DynamoDBClient: ...
@overload
def client(service: Literal["s3"]) -> S3Client: ...
@overload
def client(service: Literal["sesv2"]) -> SESV2Client: ...
@overload
def client(service: Literal["sns"]) -> SNSClient: ...
@overload
def client(service: Literal["sqs"]) -> SQSClient: ...
@overload
def client(service: Literal["ssm"]) -> SSMClient: ...
def client(service: str) -> Any:
    """Return the process's one client for `service`, with botocore's own region and keys."""
    with _creating:  # boto3's clients are thread-safe, but making one is not
        return _client(service)


@cache
def _client(service: str) -> Any:
    import boto3
    from botocore.config import Config

    config = Config(
        signature_version="s3v4" if service == "s3" else None,
        # Signed addresses name the region then. A young bucket redirects from the address without,
        # and the signature does not hold for where it redirects to.
        s3={"addressing_style": "virtual"} if service == "s3" else None,
        retries={"mode": "standard", "max_attempts": 4},
        connect_timeout=3,
        read_timeout=10,
        max_pool_connections=20,
    )
    made = boto3.client(service, config=config)  # type: ignore[call-overload]
    made.meta.events.register("before-call", observe.count_call)
    return made
