"""The login stand-in holds its client to what Cognito would, and so does Cognito's twin."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from joserfc import jwt
from joserfc.errors import BadSignatureError
from joserfc.jwk import KeySet

from local.login import server, tokens
from tests.local.providers import EMAIL, Provider, cognito, stand_in

SITE = "http://127.0.0.1:1"


@pytest.fixture(scope="module", params=["stand-in", "cognito"])
def provider(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Provider]:
    with (
        stand_in(SITE)
        if request.param == "stand-in"
        else cognito(SITE, tmp_path_factory.mktemp("cognito"))
    ) as found:
        yield found


@pytest.fixture(scope="module")
def ours() -> Iterator[Provider]:
    with stand_in(SITE) as found:
        yield found


def test_the_right_verifier_gets_tokens(provider: Provider) -> None:
    code, verifier = get_code(provider)

    answer = redeem(provider, code, verifier)

    assert answer.status_code == 200
    assert answer.json()["token_type"] == "Bearer"
    claims = id_claims(answer)
    assert claims["iss"] == provider.metadata()["issuer"]
    assert claims["aud"] == provider.client_id
    assert claims["nonce"] == "the-nonce"
    assert claims["token_use"] == "id"
    assert claims["email"] == EMAIL


def test_the_state_comes_back(provider: Provider) -> None:
    url, _ = authorization(provider, state="of the client & co")

    location = provider.sign_in(requests.Session(), url)

    assert location.startswith(provider.callback + "?")
    assert parse_qs(urlsplit(location).query)["state"] == ["of the client & co"]


def test_tokens_are_signed_with_the_published_key(provider: Provider) -> None:
    code, verifier = get_code(provider)
    token = redeem(provider, code, verifier).json()["id_token"]
    published = requests.get(provider.metadata()["jwks_uri"], timeout=10).json()
    keys = KeySet.import_key_set(published)

    assert jwt.decode(token, keys, algorithms=["RS256"]).claims["email"] == EMAIL
    head, body, signature = token.split(".")
    with pytest.raises(BadSignatureError):
        jwt.decode(f"{head}.{body}.{signature[:-8]}AAAAAAAA", keys, algorithms=["RS256"])
    assert all("d" not in key for key in published["keys"]), "a private key is published"


def test_a_code_works_once(provider: Provider) -> None:
    code, verifier = get_code(provider)
    redeem(provider, code, verifier)

    again = redeem(provider, code, verifier)

    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


def test_an_old_code_is_refused(ours: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    code, verifier = get_code(ours)

    monkeypatch.setattr(server, "CODE_LIFETIME", -1)

    assert redeem(ours, code, verifier).json()["error"] == "invalid_grant"


def test_an_unknown_code_is_refused(provider: Provider) -> None:
    answer = redeem(provider, "no-such-code", "x" * 50)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize("verifier", ["x" * 50, None])
def test_a_wrong_or_missing_verifier_is_refused(provider: Provider, verifier: str | None) -> None:
    code, _ = get_code(provider)

    answer = redeem(provider, code, verifier)

    assert answer.status_code == 400
    assert "id_token" not in answer.text


def test_another_redirect_url_at_the_token_endpoint_is_refused(provider: Provider) -> None:
    code, verifier = get_code(provider)

    answer = redeem(provider, code, verifier, redirect_uri=f"{SITE}/elsewhere")

    assert answer.status_code == 400


def test_a_wrong_client_secret_is_refused(provider: Provider) -> None:
    code, verifier = get_code(provider)

    answer = redeem(provider, code, verifier, secret="wrong")

    assert answer.status_code in (400, 401)
    assert answer.json()["error"] == "invalid_client"


def test_a_client_without_a_secret_is_refused(ours: Provider) -> None:
    code, verifier = get_code(ours)
    form = {
        "grant_type": "authorization_code",
        "client_id": ours.client_id,
        "code": code,
        "code_verifier": verifier,
        "redirect_uri": ours.callback,
    }

    answer = requests.post(ours.metadata()["token_endpoint"], data=form, timeout=10)

    assert answer.json()["error"] == "invalid_client"


@pytest.mark.parametrize(
    "wrong",
    [
        {"redirect_uri": "http://evil.example/callback"},
        {"redirect_uri": f"{SITE}/auth/callback/"},
        {"client_id": "nobody"},
    ],
    ids=["foreign redirect", "nearly our redirect", "unknown client"],
)
def test_a_request_that_is_not_the_clients_sends_nobody_anywhere(
    provider: Provider, wrong: dict[str, str]
) -> None:
    url, _ = authorization(provider, **wrong)

    answer = requests.get(url, allow_redirects=False, timeout=10)

    assert answer.status_code == 400
    assert "Location" not in answer.headers


@pytest.mark.parametrize(
    "lax",
    [
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": None},
        {"response_type": "token"},
    ],
    ids=["no PKCE", "plain PKCE", "PKCE without its method", "implicit flow"],
)
def test_our_stand_in_insists_on_the_safe_flow(ours: Provider, lax: dict[str, Any]) -> None:
    url, _ = authorization(ours, **lax)

    answer = requests.get(url, allow_redirects=False, timeout=10)

    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_userinfo_is_for_the_bearer_of_an_access_token(provider: Provider) -> None:
    code, verifier = get_code(provider)
    answer = redeem(provider, code, verifier)

    found = userinfo(provider, answer.json()["access_token"])

    assert found.status_code == 200
    assert found.json()["sub"] == id_claims(answer)["sub"]


def test_userinfo_refuses_any_other_token(provider: Provider) -> None:
    assert userinfo(provider, "nonsense").status_code == 401


def test_userinfo_refuses_an_id_token(ours: Provider) -> None:
    code, verifier = get_code(ours)

    answer = redeem(ours, code, verifier)

    assert userinfo(ours, answer.json()["id_token"]).status_code == 401


def test_logging_out_comes_back_to_the_site(provider: Provider) -> None:
    answer = log_out(provider, logout_uri=f"{SITE}/")

    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{SITE}/"


@pytest.mark.parametrize(
    "wrong",
    [
        {"logout_uri": "http://evil.example/"},
        {"logout_uri": f"{SITE}/elsewhere"},
        {"client_id": "nobody"},
    ],
    ids=["foreign address", "another page of ours", "unknown client"],
)
def test_logging_out_to_anywhere_else_is_refused(provider: Provider, wrong: dict[str, str]) -> None:
    answer = log_out(provider, **{"logout_uri": f"{SITE}/", **wrong})

    assert answer.status_code == 400


def test_the_subject_is_the_addresss_for_ever() -> None:
    assert tokens.subject("ada@people.example") == tokens.subject(" ADA@People.Example ")
    assert tokens.subject("ada@people.example") == "5582d761-fd33-5daa-9dff-36654115b5a9"
    assert tokens.subject("ada@people.example") != tokens.subject("bert@people.example")


def test_the_page_asks_again_for_what_is_no_address(ours: Provider) -> None:
    url, _ = authorization(ours)

    answer = requests.post(url, data={"email": "nobody"}, allow_redirects=False, timeout=10)

    assert answer.status_code == 200
    assert "E-mail" in answer.text


def authorization(provider: Provider, **changes: Any) -> tuple[str, str]:
    """Return the URL that asks for a code, and the verifier that belongs to it."""
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": provider.callback,
        "scope": "openid email profile",
        "state": "the-state",
        "nonce": "the-nonce",
        "code_challenge": challenge.decode(),
        "code_challenge_method": "S256",
        **changes,
    }
    query = urlencode({name: value for name, value in asked.items() if value is not None})
    return f"{provider.metadata()['authorization_endpoint']}?{query}", verifier


def get_code(provider: Provider) -> tuple[str, str]:
    url, verifier = authorization(provider)
    location = provider.sign_in(requests.Session(), url)
    return parse_qs(urlsplit(location).query)["code"][0], verifier


def redeem(
    provider: Provider,
    code: str,
    verifier: str | None,
    *,
    secret: str | None = None,
    redirect_uri: str | None = None,
) -> requests.Response:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri or provider.callback,
    }
    if verifier:
        form["code_verifier"] = verifier
    client = (provider.client_id, secret or provider.client_secret)
    return requests.post(provider.metadata()["token_endpoint"], data=form, auth=client, timeout=10)


def userinfo(provider: Provider, token: str) -> requests.Response:
    return requests.get(
        provider.metadata()["userinfo_endpoint"],
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
    )


def log_out(provider: Provider, **query: str) -> requests.Response:
    query = {"client_id": provider.client_id, **query}
    return requests.get(provider.logout_url, params=query, allow_redirects=False, timeout=10)


def id_claims(answer: requests.Response) -> dict[str, Any]:
    body = answer.json()["id_token"].split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=="))
    return claims
