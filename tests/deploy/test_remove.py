"""What `python -m deploy.remove` takes away, and what it says where it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock

import boto3
import pytest
from botocore.stub import Stubber
from click import ClickException
from moto import mock_aws

from deploy import remove
from deploy.errors import plainly
from deploy.site import Site

SITE = Site("album", "production", boto3.Session("id", "secret", region_name="eu-central-1"))


@pytest.fixture
def cloudformation() -> Iterator[Stubber]:
    """CloudFormation with the site's stack in it, which takes the call that removes it."""
    with Stubber(SITE.session.client("cloudformation")) as stub:
        stub.add_response("describe_stacks", _stack("UPDATE_COMPLETE"), {"StackName": SITE.stack})
        stub.add_response("delete_stack", {}, {"StackName": SITE.stack})
        yield stub


def _stack(status: str, **more: str) -> dict[str, Any]:
    stack = {"StackName": SITE.stack, "StackId": "arn:stack/1", "CreationTime": 0}
    return {"Stacks": [{**stack, "StackStatus": status, **more}]}


def _remove_stack(cloudformation: Stubber) -> str:
    session = Mock(**{"client.return_value": cloudformation.client})
    with pytest.raises(ClickException) as told:
        plainly(remove._remove_stack)(Site("album", "production", session))
    return told.value.message


def test_credentials_that_expire_while_it_waits_are_told(cloudformation: Stubber) -> None:
    cloudformation.add_client_error("describe_stacks", "ExpiredToken", "expired")

    assert "sign in again, then run the same command" in _remove_stack(cloudformation)


def test_stack_that_cannot_be_removed_is_told_with_its_reason(cloudformation: Stubber) -> None:
    failed = _stack("DELETE_FAILED", StackStatusReason="the bucket is not empty")
    cloudformation.add_response("describe_stacks", failed)

    assert "the bucket is not empty" in _remove_stack(cloudformation)


@mock_aws
def test_user_pool_that_only_has_the_sites_name_stays(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cognito = SITE.session.client("cognito-idp")

    def new_pool(**tags: str) -> str:
        made = cognito.create_user_pool(PoolName=SITE.name, UserPoolTags=tags)
        return made["UserPool"]["Id"]

    own, others = new_pool(**SITE.tags), [new_pool(project="another"), new_pool()]
    monkeypatch.setattr(remove, "_remove_stack", Mock())  # moto has no CloudFormation here
    monkeypatch.setattr("builtins.input", lambda _: SITE.project)

    remove.remove(SITE)

    left = [pool["Id"] for pool in cognito.list_user_pools(MaxResults=60)["UserPools"]]
    assert sorted(left) == sorted(others)
    said = capsys.readouterr().out
    assert f"every account in {own}," in said
    assert all(f"{pool} has this site's name but not its tag" in said for pool in others)
