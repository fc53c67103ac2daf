from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, ViewportSize, expect, sync_playwright

from tests.browser.person import DESKTOP, PHONE, Person
from tests.stack import ROOT, Stack

CHROMIUM, FIREFOX = Path("/usr/bin/chromium"), Path("/usr/bin/firefox-esr")
# Chromium without windows: a third of the time, and neither notifications nor a profile on disk
SHELL = Path("/usr/bin/chromium-headless-shell")
# Firefox's words for a page that was left as it loaded
LEFT = re.compile("dynamically imported module|A ServiceWorker intercepted the request")
PHOTOS = ROOT.parent / "shared" / "photos"
QUIETLY = [
    "--no-sandbox",  # it refuses to run as root otherwise
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

expect.set_options(timeout=20_000)  # a busy machine takes longer than its own five seconds


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(pytestconfig: pytest.Config, playwright: Playwright) -> Iterator[Browser]:
    if not pytestconfig.getoption("firefox"):
        browser = launch_chromium(playwright, SHELL if SHELL.exists() else CHROMIUM)
    else:
        browser = playwright.firefox.launch(
            executable_path=found(FIREFOX),
            channel="moz-firefox",
            # its driver loses sight of a page that comes back from the back-forward cache
            firefox_user_prefs={"browser.sessionhistory.max_total_viewers": 0},
        )
    yield browser
    browser.close()


@pytest.fixture
def whole_browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium with all that it has, for what its shell lacks."""
    browser = launch_chromium(playwright, CHROMIUM)
    yield browser
    browser.close()


def launch_chromium(playwright: Playwright, program: Path) -> Browser:
    return playwright.chromium.launch(
        executable_path=found(program),
        args=QUIETLY,
        ignore_default_args=["--disable-back-forward-cache"],
    )


def found(program: Path) -> str:
    if not program.exists():
        why = f"{program.name} is missing: apt-get install {program.name}"
        pytest.fail(why) if os.environ.get("CI") == "true" else pytest.skip(why)
    return str(program)


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
        if not scripts and browser.browser_type.name == "firefox":
            pytest.skip("Firefox's driver cannot turn scripts off")
        person = Person(browser, stack.url, viewport, scripts=scripts, density=density)
        everybody.append(person)
        if name:
            new = not email
            person.sign_in(email or f"{name}.{secrets.token_hex(6)}@people.example", name * new)
        return person

    yield make
    complaints = [it for person in everybody for it in person.complaints if not LEFT.search(it)]
    for person in everybody:
        person.context.close()
    assert complaints == []


@pytest.fixture(scope="session")
def photos() -> Path:
    """Real photos of cameras and phones."""
    if not PHOTOS.is_dir():
        pytest.skip("no real photos in ../shared/photos")
    return PHOTOS
