"""Who gets in at the API, and what the app is told of the request."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from webapp.edge import CLAIMS, Edge

SECRETS = ("the one now", "the one before")


def answer(headers: dict[str, str], secrets: tuple[str, ...] = SECRETS) -> tuple[str, Any]:
    """Return the status for a request, and the environment that the app has seen."""
    seen: dict[str, Any] = {}

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.update(environ)
        start_response("200 OK", [])
        return [b""]

    builder = EnvironBuilder(path="/feed", base_url="http://api.example/production")
    builder.headers.extend(headers)
    edge = Edge(app, "https://photos.example", lambda: secrets)
    _, status, _ = run_wsgi_app(edge, builder.get_environ())
    return status, seen


@pytest.mark.parametrize("secret", SECRETS)
def test_both_secrets_pass_and_the_app_sees_the_public_address(secret: str) -> None:
    status, seen = answer({"X-Origin-Verify": secret})

    assert status == "200 OK"
    assert seen["HTTP_HOST"] == "photos.example"
    assert seen["wsgi.url_scheme"] == "https"
    assert seen["SERVER_PORT"] == "443"
    assert seen["SCRIPT_NAME"] == ""
    assert seen["PATH_INFO"] == "/feed"
    assert "HTTP_X_ORIGIN_VERIFY" not in seen


@pytest.mark.parametrize("headers", [{}, {"X-Origin-Verify": ""}, {"X-Origin-Verify": "\u00fc"}])
def test_without_a_secret_nobody_gets_in(headers: dict[str, str]) -> None:
    status, seen = answer(headers)

    assert status == "403 Forbidden"
    assert seen == {}


def test_no_secrets_at_all_let_nobody_in() -> None:
    assert answer({"X-Origin-Verify": ""}, secrets=())[0] == "403 Forbidden"


@pytest.mark.parametrize("claim", CLAIMS)
def test_what_a_client_claims_never_reaches_the_app(claim: str) -> None:
    header = claim.removeprefix("HTTP_").replace("_", "-")

    _, seen = answer({"X-Origin-Verify": SECRETS[0], header: "evil.example"})

    assert "evil.example" not in str(seen)
