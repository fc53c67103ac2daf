"""Every page of the demo site, as wide as a phone and a laptop: whoever looks can use it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser.axe import violations
from tests.browser.conftest import LEFT
from tests.browser.person import DESKTOP, PHONE, Person
from tests.browser.tour import tour
from tests.stack import Stack, demo

pytestmark = pytest.mark.browser


@pytest.fixture
def demo_site(tmp_path: Path) -> Iterator[Stack]:
    with demo(tmp_path / "data") as stack:
        yield stack


def test_every_page_is_for_everyone(browser: Browser, demo_site: Stack) -> None:
    people: list[Person] = []

    def make() -> Person:
        people.append(Person(browser, demo_site.url, PHONE))
        return people[-1]

    found: dict[str, list[str]] = {}
    for stop in tour(make):
        page = stop.open()
        # in one theme; `make screenshots` asks axe-core about every size, light and dark
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        found[stop.name] = [
            *violations(page),
            *edgeless(page),
            *sticking_out(page, DESKTOP),
            *sticking_out(page, PHONE),
        ]
    complaints = [it for each in people for it in each.complaints]
    complaints = [it for it in complaints if "404" not in it and not LEFT.search(it)]
    for each in people:
        each.context.close()

    assert len(found) > 50
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    assert complaints == []


def sticking_out(page: Page, viewport: ViewportSize) -> Iterator[str]:
    """Where the page is wider than the screen: both ways of writing, everything twice as large.

    A laptop enlarges the page, which leaves half as many px; a phone only the letters.
    """
    width, height = viewport["width"], viewport["height"]
    narrow = viewport if viewport == PHONE else ViewportSize(width=width // 2, height=height // 2)
    letters = "200%" if viewport == PHONE else "100%"
    for size, scale in ((viewport, "100%"), (narrow, letters)):
        page.set_viewport_size(size)
        for direction in ("rtl", "ltr"):
            wide = page.evaluate(
                """([dir, fontSize]) => {
                  Object.assign(document.documentElement, { dir }).style.fontSize = fontSize;
                  const boxes = [document.documentElement, ...document.querySelectorAll("nav")];
                  return Math.max(...boxes.map((it) => it.scrollWidth)); // a fixed one for itself
                }""",
                [direction, scale],
            )
            if wide > size["width"]:
                yield f"{wide} px of {size['width']}: {direction}, letters {scale}"
    page.evaluate("document.documentElement.style = ''")
    page.set_viewport_size(PHONE)


def edgeless(page: Page) -> list[str]:
    """What can be pressed or filled in, but has no edge where a system's own colours rule."""
    page.emulate_media(forced_colors="active")
    if not page.evaluate("matchMedia('(forced-colors: active)').matches"):
        assert page.context.browser.browser_type.name == "firefox"  # its driver cannot
        return []
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll(".button, button, select, textarea, input")]
          .filter((it) => it.checkVisibility({ opacityProperty: true }))
          .filter((it) => !["hidden", "checkbox", "radio", "range", "file"].includes(it.type))
          .filter((it) => parseFloat(getComputedStyle(it).borderTopWidth) === 0)
          .map((it) => `no edge: ${it.outerHTML}`)"""
    )
    page.emulate_media(forced_colors="none")
    return found
