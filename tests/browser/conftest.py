from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize, sync_playwright

from tests.browser.person import DESKTOP, PHONE, Person
from tests.stack import ROOT, Stack

CHROMIUM = Path("/usr/bin/chromium")
PHOTOS = ROOT.parent / "shared" / "photos"
QUIETLY = [
    "--no-sandbox",  # it refuses to run as root otherwise
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        why = "Chromium is missing: apt-get install chromium"
        pytest.fail(why) if os.environ.get("CI") == "true" else pytest.skip(why)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM),
            args=QUIETLY,
            ignore_default_args=["--disable-back-forward-cache"],
        )
        yield browser
        browser.close()


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def viewport(request: pytest.FixtureRequest) -> ViewportSize:
    found: ViewportSize = request.param
    return found


@pytest.fixture
def somebody(browser: Browser, stack: Stack) -> Iterator[Callable[..., Person]]:
    """Makes people; with a name they are signed in. In the end none may have seen a script fail."""
    everybody: list[Person] = []

    def make(
        name: str = "",
        viewport: ViewportSize = PHONE,
        *,
        scripts: bool = True,
        email: str = "",
        density: float = 1,
    ) -> Person:
        person = Person(browser, stack.url, viewport, scripts=scripts, density=density)
        everybody.append(person)
        if name:
            new = not email
            person.sign_in(email or f"{name}.{secrets.token_hex(6)}@people.example", name * new)
        return person

    yield make
    complaints = [it for person in everybody for it in person.complaints]
    for person in everybody:
        person.context.close()
    assert complaints == []


@pytest.fixture(scope="session")
def photos() -> Path:
    """Real photos of cameras and phones."""
    if not PHOTOS.is_dir():
        pytest.skip("no real photos in ../shared/photos")
    return PHOTOS
