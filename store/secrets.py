"""Secrets: for each function one SecureString in SSM, read once a process."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from store.aws import client, variable

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class Secrets:
    """`origin_secrets` are the accepted values of the origin header, without one of which nobody
    is let in; `signing_key` is the PEM of an EC P-256 private key for CloudFront, or empty."""

    oidc_client_secret: str
    cookie_key: str
    origin_secrets: tuple[str, ...]
    signing_key: str


@cache
def load() -> Secrets:
    """Return the secrets: one AWS call for the life of the process."""
    answer = client("ssm").get_parameter(Name=variable("SECRETS_PARAMETER"), WithDecryption=True)
    found = json.loads(answer["Parameter"]["Value"])
    return Secrets(
        oidc_client_secret=found["oidc_client_secret"],
        cookie_key=found["cookie_key"],
        origin_secrets=tuple(found["origin_secrets"]),
        signing_key=found["signing_key"],
    )


def private_key(pem: str) -> EllipticCurvePrivateKey:
    """Return the elliptic-curve private key of a PEM. Raises TypeError if it is another kind."""
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, EllipticCurvePrivateKey):
        raise TypeError("a secret is no elliptic-curve private key")
    return key


@cache
def load_push_key() -> str:
    """Return the PEM of the EC P-256 key that signs pushes, which only the fan-out may read."""
    answer = client("ssm").get_parameter(Name=variable("PUSH_PARAMETER"), WithDecryption=True)
    return str(json.loads(answer["Parameter"]["Value"])["push_key"])
