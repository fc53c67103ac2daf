"""The functions here and the functions on AWS are told the same things under the same names."""

from __future__ import annotations

from collections import defaultdict
from types import SimpleNamespace
from typing import Any, cast

import pytest

from deploy import functions
from local import environments
from tests.stack import Stack

# Lambda sets region and keys itself, and the endpoint is AWS's own; a site's name is for its
# metrics, which nobody gathers here, and time zones lie in its package instead of on the system.
ONLY_HERE = {
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_ENDPOINT_URL",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "PUSH_SERVICES",  # ours, beside the browsers' own
}
ONLY_THERE = {"SITE", "PYTHONTZPATH", "PYTZ_TZDATADIR"}


@pytest.mark.parametrize("function", ["web", "thumbnails", "fanout"])
def test_each_variable_of_the_deployment_is_here_and_no_other(stack: Stack, function: str) -> None:
    site = SimpleNamespace(
        name="site",
        secrets="/site/web",
        push="/site/push",
        session=SimpleNamespace(region_name="eu-central-1"),
    )
    outputs: dict[str, str] = defaultdict(lambda: "something")
    outputs["MailFrom"] = "news@photos.example"

    here = stack.environment(function)
    there = functions.environment(cast(Any, site), function, outputs, "PublicKeyA", "push")

    assert set(here) - ONLY_HERE == set(there) - ONLY_THERE
    assert all(here.values())


def test_no_function_has_the_roots_key(stack: Stack) -> None:
    root, _ = stack.memory["root_key"]

    keys = {stack.environment(it)["AWS_ACCESS_KEY_ID"] for it in ("web", "thumbnails", "fanout")}

    assert len(keys) == 3
    assert root not in keys


def test_a_function_lacks_the_rights_of_the_others(stack: Stack) -> None:
    bucket = stack.environment("web")["MEDIA_BUCKET"]
    web = _client(stack, "web", "s3")
    fanout = _client(stack, "fanout", "sqs")

    with pytest.raises(web.exceptions.ClientError, match="AccessDenied"):
        web.put_object(Bucket=bucket, Key="originals/forged", Body=b"")
    with pytest.raises(fanout.exceptions.ClientError, match="AccessDenied"):
        fanout.receive_message(QueueUrl=environments.queue_url("thumbnails", stack.memory))


def _client(stack: Stack, function: str, service: str) -> Any:
    import boto3

    own = stack.environment(function)
    return boto3.client(
        service,
        endpoint_url=own["AWS_ENDPOINT_URL"],
        region_name=own["AWS_REGION"],
        aws_access_key_id=own["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=own["AWS_SECRET_ACCESS_KEY"],
    )
