"""The secrets are made once, kept in SSM, and survive every later deployment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from moto import mock_aws

from deploy import providers, secrets
from deploy.site import Site

NAME = "/album/production/web"


@pytest.fixture
def ssm() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client(
            "ssm", "eu-central-1", aws_access_key_id="test", aws_secret_access_key="test"
        )


def test_first_deployment_makes_them_and_the_second_keeps_them(ssm: Any) -> None:
    first, _ = secrets.ensure(ssm, NAME)
    second, _ = secrets.ensure(ssm, NAME)

    assert first == second
    assert len(first.cookie_key) >= 43
    assert first.cookie_key != first.origin_secrets[0]
    assert ssm.get_parameter(Name=NAME)["Parameter"]["Type"] == "SecureString"


def test_signing_key_is_what_cloudfront_takes() -> None:
    key = serialization.load_pem_public_key(secrets.new_secrets().public_key.encode())

    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert key.curve.name == "secp256r1"


def test_cognitos_secret_is_kept_once(ssm: Any) -> None:
    values, version = secrets.ensure(ssm, NAME)

    assert secrets.keep_client_secret(ssm, NAME, values, "from cognito") == version + 1
    again, _ = secrets.ensure(ssm, NAME)
    assert again.oidc_client_secret == "from cognito"
    assert secrets.keep_client_secret(ssm, NAME, again, "from cognito") is None


def test_public_key_stays_in_its_place() -> None:
    values = secrets.new_secrets()

    keys, active = secrets.place_public_key({}, values)
    assert (keys["SigningKeyA"], active) == (values.public_key, "PublicKeyA")

    moved = {"SigningKeyA": "another", "SigningKeyB": values.public_key.strip()}
    assert secrets.place_public_key(moved, values) == (moved, "PublicKeyB")


def test_provider_is_kept_beside_others_and_forgotten_alone(ssm: Any) -> None:
    site = Site("album", "production", boto3.Session("test", "test", region_name="eu-central-1"))
    google = {"GoogleClientId": "id", "GoogleClientSecret": "secret"}
    facebook = {"FacebookClientId": "id", "FacebookClientSecret": "secret"}

    providers.keep(site, "google", google)
    providers.keep(site, "facebook", facebook)
    assert secrets.read(ssm, site.providers)[0] == {**google, **facebook}  # type: ignore[index]

    providers.keep(site, "google", {})
    kept = secrets.read(ssm, site.providers)[0]  # type: ignore[index]
    assert kept["GoogleClientId"] == ""
    assert kept["FacebookClientId"] == "id"
