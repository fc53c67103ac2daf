"""What a feed's pictures weigh on a phone, the first time and the second."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.person import PHONE, Person
from tests.browser.roll import copy_photos
from tests.stack import Stack
from webapp.cards import SHARP_ENOUGH

pytestmark = pytest.mark.browser

BUDGET = 900_000  # bytes of pictures for 24 photos
SHAPES = [
    "everyday/book-beside-flowers.jpg",
    "everyday/craft-beer.jpg",
    "everyday/japanese-shop.jpg",
    "everyday/prairie_falcon.jpg",
    "everyday/tanners_ridge.jpg",
    "orientation/Landscape_1.jpg",
    "orientation/Portrait_1.jpg",
    "phones/mongolels.jpg",
]


@pytest.fixture
def ada(somebody: Callable[..., Person], stack: Stack, photos: Path) -> Person:
    """Has 24 photos of cameras and phones, and a phone with two pixels for each px."""
    person = somebody("Ada", viewport=PHONE, density=2)
    person.upload(*[photos / shape for shape in SHAPES])
    person.wait_for_photos(len(SHAPES))
    frames = person.page.locator(".frame")
    ids = [it.removeprefix("photo-") for it in frames.evaluate_all("all => all.map(it => it.id)")]
    copy_photos(stack, ids, 24 - len(SHAPES))
    # What this page has fetched must not count: the device forgets it.
    person.page.evaluate("caches.delete('pictures')")
    forget_what_the_browser_keeps(person)
    return person


def forget_what_the_browser_keeps(person: Person) -> None:
    """Empty the browser's own cache, which forgets by itself; the service worker's stays."""
    person.context.new_cdp_session(person.page).send("Network.clearBrowserCache")


def fetched(person: Person) -> list[int]:
    """Return a list that grows by the bytes of each picture that comes over the network."""
    sizes: list[int] = []

    def note(response: Response) -> None:
        if "/media/" in response.url and not response.from_service_worker:
            sizes.append(int(response.headers["content-length"]))

    person.context.on("response", note)
    return sizes


def look_at_everything(page: Page) -> None:
    """Scroll through the feed, down to its 24th photo, until each picture is there."""
    frames = page.locator(".frame")
    expect(frames).to_have_count(24)
    for frame in frames.all():
        frame.scroll_into_view_if_needed()
        expect(frame.locator(".picture__image")).to_have_js_property("complete", True)
    shown = page.locator(".picture__image").evaluate_all("all => all.map(it => it.naturalWidth)")
    assert all(shown)


@pytest.mark.chromium("speaks Chromium's own protocol")
def test_a_feed_is_light_and_costs_nothing_the_second_time(ada: Person) -> None:
    page = ada.page
    first = fetched(ada)

    ada.open("/feed")
    look_at_everything(page)

    print(f"{len(first)} pictures, {sum(first)} bytes")
    assert len(first) >= 24
    assert sum(first) < BUDGET

    second = fetched(ada)
    forget_what_the_browser_keeps(ada)
    ada.open("/feed")
    look_at_everything(page)

    assert second == []


@pytest.mark.chromium("speaks Chromium's own protocol")
def test_pictures_on_a_phone_are_as_wide_as_the_server_thought(ada: Person) -> None:
    ada.open("/feed")
    look_at_everything(ada.page)

    told, drawn, density = zip(*ada.page.evaluate(WIDTHS), strict=True)

    assert told == pytest.approx([width * SHARP_ENOUGH for width in drawn], abs=4)
    assert min(density) >= 1.3


# Of each picture: the width told to the browser and that on the screen, in px, and how many pixels
# its file has for each px; files are named by their longest side.
WIDTHS = """() => [...document.querySelectorAll(".picture__image")].map((it) => {
  const { width } = it.getBoundingClientRect();
  const file = Number(it.currentSrc.match(/(\\d+)\\.webp/)[1]);
  const told = parseInt(it.sizes.split(")")[1]) * innerWidth / 100;
  return [told, width, file * Math.min(1, it.width / it.height) / width];
})"""
