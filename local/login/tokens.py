"""The stand-in's tokens: who somebody is, signed with RS256 as Cognito's pools do."""

from __future__ import annotations

import time
import uuid
from typing import Any

from authlib.oauth2.rfc6749 import OAuth2Request
from authlib.oidc.core import OpenIDCode
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from local.login.names import ISSUER

LIFETIME = 3600


def new_key() -> dict[str, Any]:
    """Return a new signing key, private part and all, in a form that JSON can keep."""
    return RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True).as_dict(
        private=True
    )


def load_key(kept: dict[str, Any]) -> RSAKey:
    """Return the key that `new_key` described."""
    return RSAKey.import_key(kept)


def subject(email: str) -> str:
    """Return the `sub` of that address: the same one for ever, without any storage."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{ISSUER}/{email.strip().lower()}"))


def person(email: str) -> dict[str, Any]:
    """Return the claims about the person with that address."""
    return {
        "sub": subject(email),
        "cognito:username": subject(email),
        "email": email,
        "email_verified": True,
    }


def access_token(email: str, client_id: str, scope: str, key: RSAKey) -> dict[str, Any]:
    """Return the token endpoint's answer, less the ID token."""
    now = int(time.time())
    claims = {
        "iss": ISSUER,
        "sub": subject(email),
        "email": email,
        "client_id": client_id,
        "token_use": "access",
        "scope": scope,
        "iat": now,
        "exp": now + LIFETIME,
        "jti": str(uuid.uuid4()),
    }
    return {
        "token_type": "Bearer",
        "access_token": jwt.encode(_header(key), claims, key),
        "expires_in": LIFETIME,
        "scope": scope,
    }


def email_of_access_token(token: str, key: RSAKey) -> str | None:
    """Return whose access token this is, None if it is none of ours or has expired."""
    try:
        claims = jwt.decode(token, key, algorithms=["RS256"]).claims
        jwt.JWTClaimsRegistry(
            token_use={"essential": True, "value": "access"}, exp={"essential": True}
        ).validate(claims)
    except (JoseError, ValueError):
        return None
    email: str = claims["email"]
    return email


class IdTokens(OpenIDCode):
    """ID tokens with `key`, as Cognito's: `token_use` says which kind of token it is."""

    def __init__(self, key: RSAKey) -> None:
        super().__init__()
        self._key = key

    def resolve_client_private_key(self, client: Any) -> RSAKey:
        return self._key

    def get_client_algorithm(self, client: Any) -> str:
        return "RS256"

    def get_encode_header(self, client: Any) -> dict[str, Any]:
        return _header(self._key)

    def get_client_claims(self, client: Any) -> dict[str, Any]:
        return {"iss": ISSUER, "aud": client.get_client_id()}

    def generate_user_info(self, user: str, scope: str) -> dict[str, Any]:
        return {**person(user), "token_use": "id"}

    def exists_nonce(self, nonce: str, request: OAuth2Request) -> bool:
        return False  # a nonce is the client's own affair: Cognito, too, takes it twice


def _header(key: RSAKey) -> dict[str, Any]:
    return {"alg": "RS256", "kid": key.kid}
