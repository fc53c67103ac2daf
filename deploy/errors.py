"""What can go wrong on the way to AWS, each in one sentence that says what to do."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
)
from click import ClickException

from deploy.site import Site

P = ParamSpec("P")
T = TypeVar("T")

_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired"}
_UNKNOWN = {
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "InvalidSignatureException",
    "AuthFailure",
}
_FORBIDDEN = {
    "AccessDenied",
    "AccessDeniedException",
    "UnauthorizedOperation",
    "AuthorizationError",
    "403",
}


def plainly(function: Callable[P, T]) -> Callable[P, T]:
    """Turn AWS's errors into one sentence and a non-zero exit instead of a traceback."""

    @functools.wraps(function)
    def told(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return function(*args, **kwargs)
        except (BotoCoreError, ClientError) as error:
            raise ClickException(sentence(error)) from error

    return told


def sentence(error: BotoCoreError | ClientError) -> str:
    """Say in one sentence what an AWS call's failure means for the deployer."""
    if isinstance(error, NoCredentialsError | PartialCredentialsError | ProfileNotFound):
        return "No AWS credentials were found: sign in with 'aws sso login' or set AWS_PROFILE."
    if isinstance(error, NoRegionError):
        return "No region is set: put aws_region into zappa_settings.json."
    if isinstance(error, EndpointConnectionError):
        return f"AWS cannot be reached ({error}): look at the network and at aws_region."
    if not isinstance(error, ClientError):
        return f"AWS could not be asked: {error}"
    code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    if code in _EXPIRED:
        return "The AWS credentials have expired: sign in again, then run the same command."
    if code in _UNKNOWN:
        return f"AWS does not accept these credentials ({code}): check AWS_PROFILE or the keys."
    if code in _FORBIDDEN:
        return (
            f"These credentials may not call {error.operation_name}: give them the policy in "
            f"deploy/deployer-policy.json. AWS says: {message}"
        )
    return f"AWS refused {error.operation_name}: {message} ({code})"


def stack_failure(site: Site, resource: str, reason: str, *, new: bool) -> str:
    """Say in one sentence why a site's stack could not be made (`new`) or changed.

    `resource` is the logical id that failed first and `reason` AWS's own words.
    """
    reason = reason.strip()
    taken = "already exist" in reason or "already associated" in reason or "not available" in reason
    if resource == "UserPoolDomain" and not new:
        return (
            "A site keeps the address of its sign-in page: put SignInDomain in zappa_settings.json "
            f"back to what it was, and deploy again. AWS says: {reason}"
        )
    if resource == "UserPoolDomain" and taken:
        return (
            "The sign-in page's address is taken by another account: choose another one, "
            '"parameters": {"SignInDomain": "..."} in zappa_settings.json, and deploy again.'
        )
    if resource == "MailIdentity" and taken:
        return (
            'SES has the domain of MailFrom already: add "SesIdentity": "existing" to the '
            '"parameters" in zappa_settings.json to use it as it is, and deploy again.'
        )
    if taken and not new:
        return (
            f"{resource} has a name that something else in this account has ({reason}): remove or "
            "rename that, and deploy again; the site is as it was."
        )
    if resource.endswith("Bucket") and taken:
        return (
            f"The bucket's name is taken ({reason}): it is left over from an earlier "
            "deployment or another account's, so remove it or choose another project_name."
        )
    if taken:
        return (
            f"{resource} is left over from an earlier deployment of this name ({reason}): "
            f"'python -m deploy.remove {site.environment}' removes everything of it, data too."
        )
    if "not authorized" in reason or "AccessDenied" in reason or "Access Denied" in reason:
        return (
            f"These credentials may not make {resource}: give them the policy in "
            f"deploy/deployer-policy.json. AWS says: {reason}"
        )
    return f"The stack {site.stack} was taken back because of {resource}: {reason}"
