"""The queues' mappings, which Lambda makes and changes in its own time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock
from uuid import NAMESPACE_URL, uuid5

import boto3
import pytest
from botocore.stub import Stubber
from click import ClickException

from deploy import functions

ARN = "arn:aws:sqs:eu-central-1:000000000000:album-production-"
FANOUT, PUSH, MAIL = (f"{ARN}{name}" for name in ("fanout", "push", "mail"))
OUTPUTS = {"FanoutQueueArn": FANOUT}


def identity(arn: str) -> str:
    return str(uuid5(NAMESPACE_URL, arn))


class Lambda:
    """What Lambda is asked and answers, in order; each test says how it goes."""

    def __init__(self) -> None:
        client = boto3.client(
            "lambda", "eu-central-1", aws_access_key_id="id", aws_secret_access_key="secret"
        )
        self.stub = Stubber(client)
        self.site: Any = Mock(**{"session.client.return_value": client})
        self.site.function.return_value = "album-production-fanout"

    def has(self, *arns: str) -> None:
        mappings = [{"UUID": identity(arn), "EventSourceArn": arn} for arn in arns]
        self.stub.add_response(
            "list_event_source_mappings",
            {"EventSourceMappings": mappings},
            {"FunctionName": "album-production-fanout"},
        )

    def says(self, arn: str, state: str) -> None:
        self.stub.add_response(
            "get_event_source_mapping", {"State": state}, {"UUID": identity(arn)}
        )

    def takes_update(self, arn: str) -> None:
        queue = arn.removeprefix(ARN)
        expected = {
            "UUID": identity(arn),
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "ScalingConfig": {"MaximumConcurrency": functions.CONCURRENCY[queue]},
        }
        self.stub.add_response("update_event_source_mapping", {}, expected)

    def refuses(self, operation: str) -> None:
        self.stub.add_client_error(operation, "ResourceInUseException", http_status_code=400)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lambda]:
    monkeypatch.setattr(functions, "_WAIT", 0)
    lambdas = Lambda()
    with lambdas.stub:
        yield lambdas
        lambdas.stub.assert_no_pending_responses()


def test_mapping_is_changed_when_lambda_has_made_it(
    aws: Lambda, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.has(FANOUT)
    aws.says(FANOUT, "Creating")
    aws.says(FANOUT, "Enabling")
    aws.says(FANOUT, "Enabled")
    aws.takes_update(FANOUT)

    functions.finish_mappings(aws.site, "fanout", OUTPUTS)

    assert capsys.readouterr().out.count("waiting for Lambda") == 1


def test_refused_change_is_tried_again(aws: Lambda) -> None:
    aws.has(FANOUT)
    aws.says(FANOUT, "Enabled")
    aws.refuses("update_event_source_mapping")
    aws.says(FANOUT, "Updating")
    aws.says(FANOUT, "Enabled")
    aws.takes_update(FANOUT)

    functions.finish_mappings(aws.site, "fanout", OUTPUTS)


def test_mapping_of_a_queue_that_is_no_more_goes_and_the_others_stay(aws: Lambda) -> None:
    aws.has(FANOUT, PUSH, MAIL)
    for arn in (FANOUT, PUSH):
        aws.says(arn, "Enabled")
        aws.takes_update(arn)
    aws.says(MAIL, "Updating")
    aws.says(MAIL, "Disabled")
    aws.stub.add_response("delete_event_source_mapping", {}, {"UUID": identity(MAIL)})

    functions.finish_mappings(aws.site, "fanout", {**OUTPUTS, "PushQueueArn": PUSH})


def test_mapping_that_never_settles_ends_in_a_sentence(
    aws: Lambda, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(functions, "_LOOKS", 2)
    aws.has(FANOUT)
    aws.says(FANOUT, "Creating")
    aws.says(FANOUT, "Creating")

    with pytest.raises(ClickException, match=r"album-production-fanout.*creating.*again"):
        functions.finish_mappings(aws.site, "fanout", OUTPUTS)


def test_queue_that_zappa_could_not_connect_is_named(aws: Lambda) -> None:
    aws.has()

    with pytest.raises(ClickException, match="lambda:CreateEventSourceMapping"):
        functions.finish_mappings(aws.site, "fanout", OUTPUTS)


def test_queues_leave_room_for_pages_in_a_new_account() -> None:
    assert sum(functions.CONCURRENCY.values()) < 10
    assert min(functions.CONCURRENCY.values()) >= 2, "Lambda takes no less"
