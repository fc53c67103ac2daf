from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from store import sessions
from tests.aws import Account
from tests.people import person
from webapp import create_app
from webapp.settings import Settings

SETTINGS = Settings(
    public_url="https://photos.example",
    oidc_discovery_url="https://login.example/.well-known/openid-configuration",
    oidc_client_id="client",
    oidc_logout_url="https://login.example/logout",
)


@dataclass
class Browser:
    """A browser, signed in or not, that sends what a real one sends with a form."""

    client: Any
    csrf_token: str = ""
    user_id: str = ""

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, headers=_header_names(headers), base_url=SETTINGS.public_url)

    def post(self, path: str, json: Any = None, **form: str) -> TestResponse:
        return self.client.post(
            path,
            data=None if json is not None else form,
            json=json,
            headers={"Origin": SETTINGS.public_url, "X-CSRF-Token": self.csrf_token},
            base_url=SETTINGS.public_url,
        )


def _header_names(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@pytest.fixture
def app(aws: Account) -> Flask:
    return create_app(SETTINGS)


@pytest.fixture
def anonymous(app: Flask) -> Browser:
    return Browser(app.test_client())


@pytest.fixture
def browser_of(app: Flask):
    """Return a function that makes the browser of somebody new, signed in."""

    def make(name: str) -> Browser:
        user_id = person(name)
        return sign_in(app, user_id)

    return make


def sign_in(app: Flask, user_id: str | None) -> Browser:
    token, session = sessions.start("identity", user_id)
    browser = Browser(app.test_client(), session.csrf_token, user_id or "")
    browser.client.set_cookie("__Host-sid", token, domain="photos.example", secure=True)
    return browser


@pytest.fixture
def anna(browser_of) -> Browser:
    return browser_of("Anna")


@pytest.fixture
def ben(browser_of) -> Browser:
    return browser_of("Ben")


@pytest.fixture
def carla(browser_of) -> Browser:
    return browser_of("Carla")


def text(response: TestResponse) -> str:
    """Return what a page says, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.text).split())
