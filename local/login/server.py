"""The stand-in's side of the authorization code flow: one client, PKCE, codes that work once."""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, OAuth2Request
from authlib.oauth2.rfc6749.errors import InvalidRequestError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import AuthorizationCodeMixin
from flask import Flask
from joserfc.jwk import RSAKey

from local.login import tokens
from local.login.names import CLIENT_ID, SCOPES

CODE_LIFETIME = 300  # seconds
CLIENT_AUTHENTICATION = ("client_secret_basic", "client_secret_post")


@dataclass(frozen=True)
class Client(ClientMixin):
    """The one application that may ask, as Cognito's app client would have it."""

    secret: str
    redirect_url: str
    logout_url: str
    client_id: str = CLIENT_ID

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> str:
        return self.redirect_url

    def get_allowed_scope(self, scope: str) -> str:
        return " ".join(word for word in (scope or "").split() if word in SCOPES)

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.redirect_url

    def check_client_secret(self, client_secret: str) -> bool:
        return secrets.compare_digest(self.secret, client_secret)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method in CLIENT_AUTHENTICATION

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass(frozen=True)
class Code(AuthorizationCodeMixin):
    """An authorization code that waits to be redeemed."""

    code: str
    email: str
    redirect_uri: str
    scope: str
    nonce: str | None
    code_challenge: str
    code_challenge_method: str
    issued_at: float = field(default_factory=time.time)

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> int:
        return int(self.issued_at)


class Codes:
    """The codes that were given out and not redeemed yet."""

    def __init__(self) -> None:
        self._codes: dict[str, Code] = {}
        self._lock = threading.Lock()

    def add(self, code: Code) -> None:
        with self._lock:
            self._codes[code.code] = code

    def find(self, code: str) -> Code | None:
        with self._lock:
            oldest = time.time() - CODE_LIFETIME
            self._codes = {key: it for key, it in self._codes.items() if it.issued_at > oldest}
            return self._codes.get(code)

    def discard(self, code: Code) -> None:
        with self._lock:
            self._codes.pop(code.code, None)


class Proof(CodeChallenge):
    """PKCE with S256, which Cognito and Authlib leave to the client, and which is a must here."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        data = grant.request.payload.data
        if not data.get("code_challenge") or data.get("code_challenge_method") != "S256":
            raise InvalidRequestError("A code_challenge with the method S256 is required.")
        super().validate_code_challenge(grant, redirect_uri)


def make_server(app: Flask, client: Client, key: RSAKey) -> AuthorizationServer:
    """Return an OAuth server that knows this client and signs with this key."""
    server = AuthorizationServer(
        app,
        query_client=lambda client_id: client if client_id == client.client_id else None,
        save_token=lambda token, request: None,
    )

    def generate(
        *, user: str, scope: str, client: Client, grant_type: str, **options: Any
    ) -> dict[str, Any]:
        return tokens.access_token(user, client.client_id, scope, key)

    server.register_token_generator("default", generate)
    server.register_grant(_code_grant(Codes()), [Proof(), tokens.IdTokens(key)])
    return server


def _code_grant(codes: Codes) -> type[AuthorizationCodeGrant]:
    class CodeGrant(AuthorizationCodeGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = CLIENT_AUTHENTICATION

        def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
            data = request.payload.data
            codes.add(
                Code(
                    code=code,
                    email=request.user,
                    redirect_uri=request.payload.redirect_uri,
                    scope=request.scope,
                    nonce=data.get("nonce"),
                    code_challenge=data["code_challenge"],
                    code_challenge_method=data["code_challenge_method"],
                )
            )

        def query_authorization_code(self, code: str, client: Client) -> Code | None:
            return codes.find(code)

        def delete_authorization_code(self, authorization_code: Code) -> None:
            codes.discard(authorization_code)

        def authenticate_user(self, authorization_code: Code) -> str:
            return authorization_code.email

    return CodeGrant
