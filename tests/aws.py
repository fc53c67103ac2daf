"""An empty AWS account for unit tests, by moto: table, buckets, topic and queues as deployed.

moto enforces neither IAM nor presigned posts; what rests on those is tested in tests/functional.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import boto3
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from moto import mock_aws
from moto.core.serialize import BaseJSONSerializer
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table

from store import aws as store_aws
from store import secrets, signed_urls

REGION = "eu-central-1"
SERVICES = ("dynamodb", "s3", "sesv2", "sns", "sqs", "ssm")
SIGNING_KEY = ec.generate_private_key(ec.SECP256R1())
SECRETS = {
    "oidc_client_secret": "client-secret",
    "cookie_key": "cookie-key",
    "origin_secrets": [],
    "signing_key": SIGNING_KEY.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode(),
}
SCALARS = {"S", "N", "BOOL", "NULL", "SS", "NS"}


def _quicker(serialize: Any) -> Any:
    """Let moto hand out attributes as it holds them: it took half of its time to make them again.

    For every attribute of every item it asked for each type that there is, under several names.
    """

    def quicker(self: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
        if shape.name == "AttributeValue" and isinstance(value, dict) and value.keys() <= SCALARS:
            serialized[key] = value
        else:
            serialize(self, serialized, value, shape, key)

    return quicker


BaseJSONSerializer._serialize_type_structure = _quicker(
    BaseJSONSerializer._serialize_type_structure
)


def _undoing(transact: Any) -> Any:
    """Let moto undo a transaction that fails by the items that it names: for each of them it copied
    the whole table beforehand, which was most of its time in tests of many photos or friends."""

    def undoing(self: Any, transact_items: list[dict[str, Any]]) -> None:
        before = []
        for operation in transact_items:
            (about,) = operation.values()
            table, key = self.get_table(about["TableName"]), about.get("Key") or about["Item"]
            place = DynamoType(key["PK"]), DynamoType(key["SK"])
            before.append((table.items[place[0]], place[1], deepcopy(table.get_item(*place))))
        try:
            transact(self, transact_items)
        except Exception:
            for partition, sort_key, item in before:
                partition.pop(sort_key, None)
                if item:
                    partition[sort_key] = item
            raise

    return undoing


DynamoDBBackend.transact_write_items = _undoing(DynamoDBBackend.transact_write_items)
Table.__deepcopy__ = lambda self, memo: self


@dataclass
class Account:
    """The account, and which calls were made to it since `calls` and `asked` were last cleared.

    `asked` has the arguments: for what moto does not show, such as consistent reads.
    """

    calls: Counter[str] = field(default_factory=Counter)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def count(self, model: Any, **_: Any) -> None:
        self.calls[model.name] += 1

    def note(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.asked.append((model.name, params))

    def client(self, service: str) -> Any:
        return _client(service)

    def items(self) -> list[dict[str, Any]]:
        table = boto3.resource("dynamodb", region_name=REGION).Table("table")
        return table.scan()["Items"]

    def events(self, queue: str = "fanout") -> list[dict[str, Any]]:
        """Take what the topic has delivered to the fan-out's queue, or another one."""
        sqs, found = self.client("sqs"), []
        url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                found.append(json.loads(message["Body"]))
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found


@contextmanager
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "TABLE_NAME": "table",
        "UPLOAD_BUCKET": "uploads",
        "MEDIA_BUCKET": "media",
        "SECRETS_PARAMETER": "/secrets",
        "MEDIA_URL": "https://photos.example",
        "SIGNING_KEY_ID": "KEXAMPLE",
        "PUBLIC_URL": "https://photos.example",
        "PUSH_PARAMETER": "/push",
        "MAIL_FROM": "news@photos.example",
        "MAIL_CONFIGURATION_SET": "contact-sheet",
    }.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    with mock_aws():
        # Making clients takes most of a second; moto serves old ones as well as new ones.
        monkeypatch.setattr(store_aws, "_client", _product_client)
        _forget_secrets()
        found = Account()
        _create(found, monkeypatch)
        for service in SERVICES:
            events = store_aws.client(service).meta.events
            events.register("before-call", found.count, unique_id="count")
            events.register("provide-client-params", found.note, unique_id="note")
        yield found
        for service in SERVICES:
            events = store_aws.client(service).meta.events
            events.unregister("before-call", unique_id="count")
            events.unregister("provide-client-params", unique_id="note")
    _forget_secrets()


@cache
def _client(service: str) -> Any:
    return boto3.client(service, region_name=REGION)


_product_client = cache(store_aws._client.__wrapped__)


def _forget_secrets() -> None:
    secrets.load.cache_clear()
    secrets.load_push_key.cache_clear()
    signed_urls._signed.cache_clear()
    signed_urls._signing_key.cache_clear()


def _create(found: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    found.client("dynamodb").create_table(
        TableName="table",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[
            {"AttributeName": "PK", "KeyType": "HASH"},
            {"AttributeName": "SK", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"}
            for name in ("PK", "SK", "GSI1PK", "GSI1SK")
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "GSI1",
                "KeySchema": [
                    {"AttributeName": "GSI1PK", "KeyType": "HASH"},
                    {"AttributeName": "GSI1SK", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    for bucket in ("uploads", "media"):
        found.client("s3").create_bucket(
            Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
    sqs = found.client("sqs")
    topic = found.client("sns").create_topic(Name="events")["TopicArn"]
    monkeypatch.setenv("TOPIC_ARN", topic)
    for name, types in {
        "thumbnails": None,
        "fanout": [{"anything-but": ["notice.opened"]}],
        "push": ["notice.opened"],
        "mail": ["notice.opened"],
    }.items():
        url = sqs.create_queue(QueueName=name)["QueueUrl"]
        monkeypatch.setenv(f"{name.upper()}_QUEUE_URL", url)
        if types:
            found.client("sns").subscribe(
                TopicArn=topic,
                Protocol="sqs",
                Endpoint=f"arn:aws:sqs:{REGION}:123456789012:{name}",
                Attributes={
                    "RawMessageDelivery": "true",
                    "FilterPolicy": json.dumps({"type": types}),
                },
            )
    found.client("ssm").put_parameter(
        Name="/push", Type="SecureString", Value=json.dumps({"push_key": SECRETS["signing_key"]})
    )
    found.client("ssm").put_parameter(
        Name="/secrets", Type="SecureString", Value=json.dumps(SECRETS)
    )
