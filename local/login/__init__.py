"""The login stand-in: OpenID Connect over HTTP with Cognito's paths, on Authlib's own server.

Whoever names an e-mail address is that person: there are no passwords, so it must only ever listen
on loopback. What a client must get right against Cognito it must get right here: the exact redirect
and logout URLs, the client's secret, PKCE with S256, a code that works once and for five minutes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from authlib.oauth2.rfc6749 import OAuth2Error
from flask import Flask, Response, jsonify, redirect, render_template, request
from joserfc.jwk import RSAKey

from local.login import tokens
from local.login.names import ISSUER, POOL, SCOPES
from local.login.server import Client, make_server


def create_app(client: Client, key: RSAKey, people: Mapping[str, str]) -> Flask:
    """Make the stand-in. `people` (address to name) are offered as buttons on its page."""
    app = Flask(__name__)
    server = make_server(app, client, key)

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
            return _refused(error.get_error_description())
        email = request.form.get("email", "").strip()
        if "@" not in email:
            site = urlsplit(client.redirect_url).netloc
            return render_template("login.html", people=people, site=site)
        return server.create_authorization_response(grant_user=email, grant=grant)

    @app.post("/oauth2/token")
    def token() -> Any:
        return server.create_token_response()

    @app.get("/oauth2/userInfo")
    def userinfo() -> Any:
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        email = tokens.email_of_access_token(bearer, key)
        if email is None:
            return jsonify(error="invalid_token"), 401
        return jsonify(tokens.person(email))

    @app.get("/logout")
    def logout() -> Any:
        asked = (request.args.get("client_id"), request.args.get("logout_uri"))
        if asked != (client.client_id, client.logout_url):
            return _refused("This application or its logout address is not known here.")
        return redirect(client.logout_url)

    return app


def _refused(reason: str) -> tuple[str, int]:
    return render_template("refused.html", reason=reason), 400
