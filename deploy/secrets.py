"""The secrets of a site: made on the first deployment, kept in SSM and nowhere else.

A SecureString of the standard tier costs nothing; CloudFormation cannot make one.
"""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient


@dataclass(frozen=True)
class Secrets:
    """What the web function reads. CloudFront sends the first of `origin_secrets`; all pass.

    `signing_key` is an EC P-256 private key as PEM, which CloudFront accepts beside RSA 2048
    (Amazon CloudFront API reference, PublicKey).
    """

    cookie_key: str
    origin_secrets: tuple[str, ...]
    signing_key: str
    oidc_client_secret: str = ""

    @property
    def public_key(self) -> str:
        return public_pem(self.signing_key)


def new_secrets() -> Secrets:
    return Secrets(new_token(), (new_token(),), new_signing_key())


def new_token() -> str:
    """Return 256 random bits as text that fits into a header."""
    return secrets.token_urlsafe(32)


def new_signing_key() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def public_pem(private_pem: str) -> str:
    key = serialization.load_pem_private_key(private_pem.encode(), None)
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


def ensure(ssm: SSMClient, name: str) -> tuple[Secrets, int]:
    """Return the secrets in the parameter `name` and its version; make them if there are none."""
    found = read(ssm, name)
    if found is None:
        fresh = new_secrets()
        return fresh, save(ssm, name, fresh)
    values, version = found
    values["origin_secrets"] = tuple(values["origin_secrets"])
    return Secrets(**values), version


def save(ssm: SSMClient, name: str, values: Secrets) -> int:
    """Write the secrets; return the parameter's new version."""
    return write(ssm, name, asdict(values))


def keep_client_secret(
    ssm: SSMClient, name: str, values: Secrets, client_secret: str
) -> int | None:
    """Keep the secret that Cognito made; return the new version, None where it was kept already."""
    if values.oidc_client_secret == client_secret:
        return None
    return save(ssm, name, replace(values, oidc_client_secret=client_secret))


def place_public_key(current: dict[str, str], values: Secrets) -> tuple[dict[str, str], str]:
    """Return the template's two public keys and the logical id of the one that is signed with.

    `current` are the stack's parameters. A key that stands in one of the two places stays there.
    """
    keys = {name: current.get(name, "") for name in ("SigningKeyA", "SigningKeyB")}
    for name, key in keys.items():
        if key.strip() == values.public_key.strip():
            return keys, name.replace("Signing", "Public")
    return {**keys, "SigningKeyA": values.public_key}, "PublicKeyA"


def ensure_push_key(ssm: SSMClient, name: str) -> str:
    """Return the public half of the key that signs pushes, as browsers want it; make it if need be.

    Browsers hold their subscriptions to this key, so it is never replaced.
    """
    found = read(ssm, name)
    private_pem = found[0]["push_key"] if found else new_signing_key()
    if found is None:
        write(ssm, name, {"push_key": private_pem})
    return push_point(private_pem)


def push_point(private_pem: str) -> str:
    """Return a key's public point, uncompressed, in base64url (RFC 8292)."""
    key = serialization.load_pem_private_key(private_pem.encode(), None)
    point = key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def read(ssm: SSMClient, name: str) -> tuple[dict[str, Any], int] | None:
    """Return a SecureString's JSON and version, None where there is no such parameter."""
    try:
        parameter = ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]
    except ssm.exceptions.ParameterNotFound:
        return None
    return json.loads(parameter["Value"]), parameter["Version"]


def write(ssm: SSMClient, name: str, values: dict[str, Any]) -> int:
    """Write a SecureString's JSON; return its new version."""
    return ssm.put_parameter(
        Name=name, Value=json.dumps(values), Type="SecureString", Overwrite=True
    )["Version"]
