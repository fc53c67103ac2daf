"""The login stand-in: OpenID Connect over HTTP with Cognito's paths, on Authlib's own server.

Whoever names an e-mail address is that person: there are no passwords, so it must only ever listen
on loopback. What a client must get right against Cognito it must get right here: the exact redirect
and logout URLs, the client's secret, PKCE with S256, a code that works once and for five minutes.
"""

from __future__ import annotations

import secrets
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, OAuth2Error, OAuth2Request
from authlib.oauth2.rfc6749.errors import InvalidRequestError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import AuthorizationCodeMixin, OpenIDCode
from flask import Flask, Response, jsonify, redirect, render_template, request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

POOL = "us-east-1_local"
# Identity is issuer and subject. Neither may change with the port or the data folder.
ISSUER = f"https://login.contact-sheet.example/{POOL}"
SCOPES = ("openid", "email", "profile")
CODE_LIFETIME = 300
TOKEN_LIFETIME = 3600


@dataclass(frozen=True)
class Client(ClientMixin):  # type: ignore[misc]
    """The one application that may ask, as Cognito's app client would have it."""

    client_id: str
    secret: str
    redirect_url: str
    logout_url: str

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
        return method in ("client_secret_basic", "client_secret_post")

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass(frozen=True)
class Code(AuthorizationCodeMixin):  # type: ignore[misc]
    """An authorization code that waits to be redeemed."""

    code: str
    email: str
    client_id: str
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


class Proof(CodeChallenge):  # type: ignore[misc]
    """PKCE as Cognito has it when asked: S256 and nothing else. Here it must be asked."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)
    DEFAULT_CODE_CHALLENGE_METHOD = "S256"

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        data = grant.request.payload.data
        if not data.get("code_challenge") or data.get("code_challenge_method") != "S256":
            raise InvalidRequestError("A code_challenge with the method S256 is required.")
        super().validate_code_challenge(grant, redirect_uri)


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


def create_app(client: Client, key: RSAKey, people: Mapping[str, str]) -> Flask:
    """Make the stand-in. `people` (address to name) are offered as buttons on its page."""
    app = Flask(__name__)
    codes = Codes()
    server = AuthorizationServer(
        app,
        query_client=lambda client_id: client if client_id == client.client_id else None,
        save_token=lambda token, request: None,
    )
    server.register_token_generator("default", _token_generator(key))
    server.register_grant(_code_grant(codes), [Proof(), _id_tokens(key)])

    @app.get(f"/{POOL}/.well-known/openid-configuration")
    def discovery() -> Response:
        here = request.host_url.rstrip("/")
        return jsonify(
            issuer=ISSUER,
            authorization_endpoint=f"{here}/oauth2/authorize",
            token_endpoint=f"{here}/oauth2/token",
            userinfo_endpoint=f"{here}/oauth2/userInfo",
            end_session_endpoint=f"{here}/logout",
            jwks_uri=f"{here}/{POOL}/.well-known/jwks.json",
            response_types_supported=["code"],
            subject_types_supported=["public"],
            id_token_signing_alg_values_supported=["RS256"],
            scopes_supported=SCOPES,
            token_endpoint_auth_methods_supported=["client_secret_basic", "client_secret_post"],
        )

    @app.get(f"/{POOL}/.well-known/jwks.json")
    def jwks() -> Response:
        return jsonify(keys=[key.as_dict(private=False)])

    @app.route("/oauth2/authorize", methods=["GET", "POST"])
    def authorize() -> Any:
        try:
            grant = server.get_consent_grant()
        except OAuth2Error as error:  # Cognito, too, shows it and sends nobody anywhere
            return render_template("refused.html", reason=error.get_error_description()), 400
        email = request.form.get("email", "").strip()
        if "@" not in email:
            return render_template("login.html", people=people, site=_host(client))
        return server.create_authorization_response(grant_user=email, grant=grant)

    @app.post("/oauth2/token")
    def token() -> Any:
        return server.create_token_response()

    @app.get("/oauth2/userInfo")
    def userinfo() -> Any:
        try:
            claims = jwt.decode(_bearer(), key, algorithms=["RS256"]).claims
            jwt.JWTClaimsRegistry(token_use={"value": "access"}).validate(claims)
        except (JoseError, ValueError):
            return jsonify(error="invalid_token"), 401
        return jsonify(person(claims["email"]))

    @app.get("/logout")
    def logout() -> Any:
        asked = (request.args.get("client_id"), request.args.get("logout_uri"))
        if asked != (client.client_id, client.logout_url):
            reason = "This application or its logout address is not known here."
            return render_template("refused.html", reason=reason), 400
        return redirect(client.logout_url)

    return app


def _code_grant(codes: Codes) -> type[AuthorizationCodeGrant]:
    class CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]
        TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic", "client_secret_post")

        def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
            data = request.payload.data
            codes.add(
                Code(
                    code=code,
                    email=request.user,
                    client_id=request.client.client_id,
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


def _id_tokens(key: RSAKey) -> OpenIDCode:
    class IdTokens(OpenIDCode):  # type: ignore[misc]
        def resolve_client_private_key(self, client: Client) -> RSAKey:
            return key

        def get_client_algorithm(self, client: Client) -> str:
            return "RS256"

        def get_encode_header(self, client: Client) -> dict[str, Any]:
            return _header(key)

        def get_client_claims(self, client: Client) -> dict[str, Any]:
            return {"iss": ISSUER, "aud": client.client_id}

        def generate_user_info(self, user: str, scope: str) -> dict[str, Any]:
            return {**person(user), "token_use": "id"}

        def exists_nonce(self, nonce: str, request: OAuth2Request) -> bool:
            return False

    return IdTokens()


def _token_generator(key: RSAKey) -> Callable[..., dict[str, Any]]:
    def generate(
        grant_type: str,
        client: Client,
        user: str,
        scope: str,
        expires_in: int | None = None,
        include_refresh_token: bool = False,
    ) -> dict[str, Any]:
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "sub": subject(user),
            "email": user,
            "client_id": client.client_id,
            "token_use": "access",
            "scope": scope,
            "iat": now,
            "exp": now + TOKEN_LIFETIME,
            "jti": str(uuid.uuid4()),
        }
        return {
            "token_type": "Bearer",
            "access_token": jwt.encode(_header(key), claims, key),
            "expires_in": TOKEN_LIFETIME,
            "scope": scope,
        }

    return generate


def _header(key: RSAKey) -> dict[str, Any]:
    return {"alg": "RS256", "kid": key.kid}


def _bearer() -> str:
    return request.headers.get("Authorization", "").removeprefix("Bearer ")


def _host(client: Client) -> str:
    return urlsplit(client.redirect_url).netloc


def new_key() -> RSAKey:
    """Return a new signing key."""
    return RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)


def load_key(remembered: dict[str, Any]) -> RSAKey:
    """Return the key that `new_key().as_dict(private=True)` described."""
    return RSAKey.import_key(remembered)
