"""Signing in with OpenID Connect, through Authlib; on AWS the other side is Cognito's hosted UI.

Authlib is half of the web function's import time, so only the sign-in views ever load it.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Flask, Request, current_app
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask.typing import ResponseReturnValue

from store import secrets, users
from webapp.sessions import settings

LOGIN_LIFETIME = 600  # seconds between leaving for the sign-in page and coming back


class SignInFailed(Exception):
    """The sign-in cannot be trusted or was broken off; the message is for the log."""


class LoginState(SecureCookieSessionInterface):
    """Flask's signed cookie carries one thing: state, nonce and PKCE verifier of a sign-in.

    It exists between leaving for the sign-in page and coming back, and nowhere but under /auth.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if not request.path.startswith("/auth/"):
            return None
        app.secret_key = secrets.load().cookie_key
        return super().open_session(app, request)


def init_app(app: Flask) -> None:
    here = app.extensions["settings"]
    app.session_interface = LoginState()
    app.config.update(
        SESSION_COOKIE_NAME=here.cookie("login"),
        SESSION_COOKIE_SECURE=here.secure,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=LOGIN_LIFETIME,  # the signature's, whatever the browser keeps
    )


def leave_for_sign_in() -> ResponseReturnValue:
    """Return the redirect to the sign-in page: code flow, PKCE S256, state and nonce."""
    answer: ResponseReturnValue = _client().authorize_redirect(_callback_url())
    return answer


def complete_sign_in() -> tuple[str, str]:
    """Return the identity that has signed in, in the request that comes back from there.

    With it comes their verified e-mail address, empty if there is none; nobody is known by it.

    Raises SignInFailed for a wrong or repeated state, a code that is not ours, a missing ID token,
    or one with a wrong signature, algorithm, issuer, audience, nonce or use.
    """
    import requests
    from authlib.common.errors import AuthlibBaseError
    from joserfc.errors import JoseError

    try:
        token = _client().authorize_access_token(
            claims_options={"token_use": {"essential": True, "value": "id"}, **_issuer()}
        )
    except (AuthlibBaseError, JoseError, requests.RequestException, ValueError) as error:
        raise SignInFailed(f"{type(error).__name__}: {error}") from error
    claims = token.get("userinfo")
    if not claims or not claims.get("nonce"):
        raise SignInFailed("no ID token with a nonce")
    # Cognito has said "true" as a string, too.
    is_verified = str(claims.get("email_verified", "")).lower() == "true"
    address = str(claims.get("email", "")) if is_verified else ""
    return users.identity_id(claims["iss"], claims["sub"]), address


def sign_out_url() -> str:
    """Return where the browser goes so that the sign-in pages forget it too."""
    here = settings()
    query = urlencode({"client_id": here.oidc_client_id, "logout_uri": f"{here.public_url}/"})
    return f"{here.oidc_logout_url}?{query}"


def _issuer() -> dict[str, Any]:
    return {"iss": {"essential": True, "value": _client().load_server_metadata()["issuer"]}}


def _client() -> Any:
    """Return Authlib's client, made once a process; it keeps metadata and keys."""
    from authlib.integrations.flask_client import OAuth

    if "oauth" not in current_app.extensions:
        oauth = OAuth(current_app)
        oauth.register(
            "login",
            client_id=settings().oidc_client_id,
            client_secret=secrets.load().oidc_client_secret,
            server_metadata_url=settings().oidc_discovery_url,
            client_kwargs={
                "scope": "openid email profile",
                "code_challenge_method": "S256",
                "timeout": 10,
            },
        )
        current_app.extensions["oauth"] = oauth
    client = current_app.extensions["oauth"].login
    # The pool signs with RS256; whatever else its metadata may offer is refused.
    client.load_server_metadata()["id_token_signing_alg_values_supported"] = ["RS256"]
    return client


def _callback_url() -> str:
    return f"{settings().public_url}/auth/callback"
