"""The site's own sign-in, over HTTP, against our stand-in and against Cognito's twin."""

from __future__ import annotations

import json
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests

from local import environments
from tests.local.providers import Provider, cognito, stand_in
from tests.stack import ROOT, Stack
from tests.visitor import Visitor
from tests.waiting import eventually


@pytest.fixture(scope="module", params=["stand-in", "cognito"])
def provider(
    request: pytest.FixtureRequest, stack: Stack, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Provider]:
    """A sign-in service, and a second web function beside the stack's that signs in with it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        site = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with (
            stand_in(site)
            if request.param == "stand-in"
            else cognito(site, tmp_path_factory.mktemp("cognito")) as found,
            web_function(stack, found, listener),
        ):
            yield found


@contextmanager
def web_function(stack: Stack, provider: Provider, listener: socket.socket) -> Iterator[None]:
    parameter = f"/tests/{secrets.token_hex(4)}"
    own = stack.memory["secrets"] | {"oidc_client_secret": provider.client_secret}
    stack.client("ssm").put_parameter(Name=parameter, Type="SecureString", Value=json.dumps(own))
    key, secret = stack.memory["root_key"]  # the function's own user may not read this parameter
    environment = stack.environment("web") | environments.around_the_site(
        stack.memory, stack.folder
    )
    environment |= {
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": secret,
        "OIDC_CLIENT_ID": provider.client_id,
        "OIDC_DISCOVERY_URL": provider.discovery_url,
        "OIDC_LOGOUT_URL": provider.logout_url,
        "PUBLIC_URL": provider.site,
        "SECRETS_PARAMETER": parameter,
    }
    with subprocess.Popen(
        [sys.executable, "-m", "local.child", "local.web", str(listener.fileno())],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        pass_fds=[listener.fileno()],
    ) as process:
        eventually(lambda: process.poll() is not None or _answers(provider.site))
        assert process.poll() is None, "the web function did not stay up"
        yield
        process.terminate()


def _answers(site: str) -> bool:
    try:
        return requests.get(site, timeout=1).ok
    except requests.RequestException:
        return False


def test_a_person_signs_in_and_is_the_same_one_next_time(provider: Provider) -> None:
    first, second = Visitor(provider.site), Visitor(provider.site)
    sign_in(first, provider)
    if "/welcome" in first.get("/feed").url:
        first.post("/welcome", display_name="Ada of the twin", next="/feed")

    sign_in(second, provider)

    assert second.get("/feed").url == f"{provider.site}/feed"
    assert "Ada of the twin" in second.get("/you").text


def test_no_token_of_the_service_reaches_the_browser(provider: Provider) -> None:
    visitor = Visitor(provider.site)

    sign_in(visitor, provider)

    assert any(cookie.name.startswith("sid-") for cookie in visitor.session.cookies)
    assert not any("eyJ" in cookie.value for cookie in visitor.session.cookies)  # no JWT


def test_a_callback_cannot_be_repeated(provider: Provider) -> None:
    visitor = Visitor(provider.site)
    callback = sign_in(visitor, provider)

    again = visitor.get(callback)

    assert again.status_code == 400


def test_a_callback_in_another_browser_signs_nobody_in(provider: Provider) -> None:
    started, other = Visitor(provider.site), Visitor(provider.site)
    callback = provider.sign_in(started.session, f"{provider.site}/auth/sign-in")

    answer = other.get(callback)

    assert answer.status_code == 400
    assert not any(cookie.name.startswith("sid-") for cookie in other.session.cookies)


def test_signing_out_goes_by_the_service_back_to_the_front_page(provider: Provider) -> None:
    visitor = Visitor(provider.site)
    sign_in(visitor, provider)
    if "/welcome" in visitor.get("/feed").url:
        visitor.post("/welcome", display_name="Ada of the twin", next="/feed")

    answer = visitor.post("/auth/sign-out")

    assert answer.url == f"{provider.site}/"
    assert [it.url.split("?")[0] for it in answer.history][1:] == [provider.logout_url]
    assert "Sign in" in answer.text
    assert visitor.get("/you").url != f"{provider.site}/you"


def sign_in(visitor: Visitor, provider: Provider) -> str:
    """Sign in from the front page on, and return the callback that was used."""
    callback = provider.sign_in(visitor.session, f"{provider.site}/auth/sign-in")
    answer = visitor.get(callback)
    assert answer.status_code == 200, (answer.url, answer.text)
    return callback
