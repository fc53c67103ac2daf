"""A site's stack by itself, without functions: what CloudFormation alone decides shows here."""

from __future__ import annotations

import boto3
import pytest

from deploy import secrets, stack
from deploy.site import Site
from tests.deploy.cloud import ACCESS_KEY, PROJECT, SECRET_KEY, Cloud

KEY = secrets.new_secrets().public_key


def site_in(region: str, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setenv("AWS_ENDPOINT_URL", cloud.endpoint)
    session = boto3.Session(ACCESS_KEY, SECRET_KEY, region_name=region)
    return Site(PROJECT, "production", session)


def make(site: Site, **parameters: str) -> dict[str, str]:
    """Make or change the site's stack; return its outputs."""
    given = {"Project": site.project, "Environment": site.environment, "OriginSecret": "secret"}
    given |= {"SigningKeyA": KEY, "AlertEmail": "deployer@example.org"}
    return stack.ensure(site, {**given, **parameters}, keep=())
