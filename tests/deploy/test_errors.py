"""What can go wrong at AWS is told in one sentence that says what to do."""

from __future__ import annotations

import re
from typing import Any
from unittest.mock import Mock

import boto3
import pytest
from botocore.exceptions import ClientError, NoCredentialsError
from click import ClickException

from deploy import package, stack
from deploy.errors import plainly, sentence, stack_failure
from deploy.site import Site, split_stage
from tests.deploy import aws_cli

SITE = Site("album", "production", boto3.Session(region_name="eu-central-1"))


def refusal(code: str, message: str = "no", operation: str = "CreateStack") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (NoCredentialsError(), "aws sso login"),
        (refusal("ExpiredToken"), "sign in again"),
        (refusal("InvalidClientTokenId"), "AWS_PROFILE"),
        (refusal("AccessDenied"), "deploy/deployer-policy.json"),
        (refusal("LimitExceededException", "too many stacks"), "too many stacks"),
    ],
)
def test_error_of_a_call_says_what_to_do(error: Any, advice: str) -> None:
    told = sentence(error)

    assert advice in told
    assert "\n" not in told


@pytest.mark.parametrize(
    ("resource", "reason", "advice"),
    [
        ("UploadBucket", "album-production already exists", "choose another project_name"),
        ("UserPoolDomain", "Domain already associated with another user pool", "SignInDomain"),
        ("MailIdentity", "photos.example already exists", '"SesIdentity": "existing"'),
        ("Table", "album-production already exists in stack x", "deploy.remove production"),
        ("WebRole", "User is not authorized to perform: iam:CreateRole", "deployer-policy.json"),
        ("Distribution", "Something else", "Something else"),
    ],
)
def test_stack_that_cannot_be_made_says_what_to_do(resource: str, reason: str, advice: str) -> None:
    assert advice in stack_failure(SITE, resource, reason, new=True)


@pytest.mark.parametrize(
    ("resource", "reason", "advice"),
    [
        ("Budget", "album already exists", "deploy again"),
        ("UploadBucket", "album already exists", "deploy again"),
        ("MailIdentity", "photos.example already exists", '"SesIdentity": "existing"'),
        ("UserPoolDomain", "User pool already has a domain configured", "put SignInDomain"),
    ],
)
def test_site_that_is_there_is_never_told_to_remove_its_data(
    resource: str, reason: str, advice: str
) -> None:
    told = stack_failure(SITE, resource, reason, new=False)

    assert advice in told
    assert "deploy.remove" not in told


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        ("UPDATE_IN_PROGRESS", "wait"),
        ("ROLLBACK_COMPLETE", "delete-stack"),
        ("ROLLBACK_FAILED", "deploy.remove production"),
        ("CREATE_FAILED", "deploy.remove production"),
        ("DELETE_FAILED", "deploy.remove production"),
        ("UPDATE_ROLLBACK_FAILED", "continue-update-rollback"),
    ],
)
def test_broken_stack_says_what_to_do(status: str, advice: str) -> None:
    with pytest.raises(ClickException, match=advice):
        stack._refuse_broken(SITE, {"StackStatus": status})


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED"])
def test_advised_commands_are_the_clis(status: str) -> None:
    with pytest.raises(ClickException) as told:
        stack._refuse_broken(SITE, {"StackStatus": status})
    asked: list[tuple[str, Any]] = []
    client = boto3.client(
        "cloudformation", "eu-central-1", aws_access_key_id="id", aws_secret_access_key="secret"
    )
    client._make_api_call = lambda name, given: asked.append((name, given))

    commands = re.findall(r"'(aws [^']+)'", told.value.message)
    for command in commands:
        assert "--region eu-central-1" in command
        aws_cli.run(command, lambda _: client)

    assert asked
    assert all(given["StackName"] == "album-production-site" for _, given in asked)


def test_refusal_without_a_reason_is_a_sentence_too() -> None:
    cloudformation = Mock(**{"describe_events.return_value": {"OperationEvents": []}})

    resource, reason = stack._refused_beforehand(cloudformation, "album-production-site")

    assert resource == "album-production-site"
    assert "console" in reason


def test_callback_ends_in_a_sentence_and_not_in_a_traceback() -> None:
    @plainly
    def callback() -> None:
        raise refusal("ExpiredTokenException")

    with pytest.raises(ClickException, match="expired"):
        callback()


def test_wrong_python_is_told_which_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package.sys, "version_info", (3, 11, 7))

    with pytest.raises(ClickException, match=r"Python 3\.13.*this is 3\.11"):
        package.build("web", "arm64")


def test_stage_names_environment_and_component() -> None:
    assert split_stage("staging") == ("staging", "web")
    assert split_stage("staging_fanout") == ("staging", "fanout")
    with pytest.raises(ClickException, match="staging_thumbnails"):
        split_stage("staging_other")
