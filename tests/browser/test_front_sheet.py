"""Long sheets: the way back, the photo after this one, several at once, nothing fetched twice."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.person import DESKTOP, Person, befriend
from tests.browser.roll import copy_photos
from tests.stack import Stack
from tests.waiting import eventually

pytestmark = pytest.mark.browser

# The first frame that is at least partly on the screen, and where its top is, in px.
PLACE = """() => {
  const frames = [...document.querySelectorAll(".frame")];
  const frame = frames.find((it) => it.getBoundingClientRect().bottom > 0);
  return frame && [frame.id, Math.round(frame.getBoundingClientRect().top), frames.length];
}"""

# A frame that a click need not scroll to.
IN_VIEW = """() => [...document.querySelectorAll(".frame")].find((it) => {
  const { top, bottom } = it.getBoundingClientRect();
  return top > 100 && bottom < 700;
}).id"""


@pytest.fixture
def roll(
    somebody: Callable[..., Person], stack: Stack, picture: Callable[[], bytes], tmp_path: Path
) -> Callable[..., Person]:
    """Makes somebody with so many photos in their feed: one uploaded, the others copied from it."""

    def make(count: int, searched: bool = False, **options: Any) -> Person:
        ada = somebody("Ada", **options)
        photo = tmp_path / "one.jpg"
        photo.write_bytes(picture())
        ada.upload(photo)
        ada.wait_for_photos(1)
        photo_id = ada.page.locator(".frame").get_attribute("id").removeprefix("photo-")
        copy_photos(stack, [photo_id], count - 1, searched=searched)
        ada.open("/feed")
        return ada

    return make


def scroll_to(page: Page, count: int) -> None:
    """Scroll on until that many frames have come, and then some way up again."""
    frames = page.locator(".frame")
    while frames.count() < count:
        before = frames.count()
        page.locator(".older").scroll_into_view_if_needed()
        expect(frames.nth(before)).to_be_attached()
    frames.nth(count - 10).scroll_into_view_if_needed()


def go_back(page: Page) -> None:
    # Not page.go_back(): a page from the back-forward cache never "loads".
    page.evaluate("setTimeout(() => history.back(), 0)")


def test_back_leads_to_the_very_place_500_photos_down(roll: Callable[..., Person]) -> None:
    ada = roll(500)
    page = ada.page
    scroll_to(page, 500)
    place = page.evaluate(PLACE)

    page.locator(f"#{page.evaluate(IN_VIEW)} a").evaluate("it => it.click()")  # scrolls nothing
    page.wait_for_url(re.compile("/photos/"))
    page.reload()  # leaves nothing to the browser's back-forward cache
    go_back(page)

    expect(page.locator(".frame")).to_have_count(500)
    page.wait_for_function(
        f"place => JSON.stringify(({PLACE})()) === JSON.stringify(place)", arg=place
    )


def test_reload_and_back_keep_the_place_in_a_search(roll: Callable[..., Person]) -> None:
    page = roll(60, searched=True).page
    page.get_by_role("searchbox").fill("Ada")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=Ada")
    scroll_to(page, 60)
    place = page.evaluate(PLACE)
    found_again = f"place => JSON.stringify(({PLACE})()) === JSON.stringify(place)"

    page.reload()

    page.wait_for_function(found_again, arg=place)
    assert len(set(page.locator(".frame").evaluate_all("all => all.map((it) => it.id)"))) == 60

    page.locator(f"#{page.evaluate(IN_VIEW)} a").evaluate("it => it.click()")  # scrolls nothing
    page.wait_for_url(re.compile("/photos/"))
    page.reload()
    go_back(page)

    page.wait_for_function(found_again, arg=place)
    image = page.locator(".frame").nth(50).locator(".picture__image")
    image.evaluate("it => { it.srcset = 'data:image/webp,run-out'; it.loading = 'eager'; }")
    expect(image).to_have_attribute("srcset", re.compile("/media/"))


def test_what_was_removed_meanwhile_does_not_come_back(roll: Callable[..., Person]) -> None:
    page = roll(60).page
    scroll_to(page, 60)
    doomed = page.locator(".frame").nth(40).get_attribute("id")
    page.locator(f"#{doomed} a").click()
    page.get_by_role("button", name="Delete photo").click()
    page.get_by_role("dialog").get_by_role("button", name="Yes, delete it").click()
    page.wait_for_url(re.compile("/you"))

    page.evaluate("setTimeout(() => history.go(-2), 0)")

    expect(page.locator(".frame")).to_have_count(59)
    expect(page.locator(f"#{doomed}")).to_have_count(0)


def test_keys_lead_from_photo_to_photo(roll: Callable[..., Person]) -> None:
    page = roll(5, viewport=DESKTOP).page
    ids = page.locator(".frame").evaluate_all("all => all.map((it) => it.id.slice(6))")
    page.locator(".frame a").nth(1).click()
    page.wait_for_url(f"**/photos/{ids[1]}")
    expect(page.get_by_role("link", name="Next photo")).to_be_visible()

    page.keyboard.press("ArrowRight")
    page.wait_for_url(f"**/photos/{ids[2]}")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(f"**/photos/{ids[1]}")
    page.get_by_role("link", name="Next photo").click()
    page.wait_for_url(f"**/photos/{ids[2]}")
    page.keyboard.press("Escape")

    page.wait_for_url("**/feed")
    expect(page.locator(".frame")).to_have_count(5)


@pytest.mark.chromium("speaks Chromium's own protocol")
def test_a_swipe_leads_to_the_next_photo(roll: Callable[..., Person]) -> None:
    ada = roll(3)
    ids = ada.page.locator(".frame").evaluate_all("all => all.map((it) => it.id.slice(6))")
    ada.page.locator(".frame a").first.click()
    expect(ada.page.get_by_role("link", name="Next photo")).to_be_visible()

    touch = ada.context.new_cdp_session(ada.page)
    for kind, x in (("touchStart", 300), ("touchMove", 200), ("touchMove", 90), ("touchEnd", None)):
        points = [] if x is None else [{"x": x, "y": 200}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    ada.page.wait_for_url(f"**/photos/{ids[1]}")


@pytest.mark.chromium("Firefox without a window has no focus")
def test_several_are_chosen_and_saved(roll: Callable[..., Person]) -> None:
    page = roll(4, viewport=DESKTOP).page
    page.get_by_role("button", name="Select").click()
    boxes = page.get_by_role("checkbox")
    for which in (0, 2):
        boxes.nth(which).check()
    expect(page.get_by_text("2 chosen")).to_be_visible()
    saved = []
    page.on("download", lambda it: saved.append(it))

    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("button", name="Select")).to_be_focused()
    assert sorted(it.suggested_filename for it in saved) == sorted(
        f"{it}.webp" for it in page.locator(".frame").evaluate_all("all => [all[0].id, all[2].id]")
    )


def test_several_are_handed_to_the_share_sheet(roll: Callable[..., Person]) -> None:
    ada = roll(3)
    ada.context.add_init_script(
        """window.shared = [];
        navigator.canShare = () => true;
        navigator.share = async ({ files }) => { shared.push(files.map((it) => it.type)); };"""
    )
    page = ada.page
    page.reload()
    page.get_by_role("button", name="Select").click()
    for box in page.get_by_role("checkbox").all():
        box.check()

    page.get_by_role("button", name="Save").click()

    page.wait_for_function("() => shared.length")
    assert page.evaluate("shared") == [["image/webp"] * 3]


@pytest.mark.chromium("Firefox's driver counts what the service worker answers, too")
def test_a_second_look_fetches_no_picture(roll: Callable[..., Person]) -> None:
    ada = roll(8)
    page = ada.page
    page.wait_for_function("() => navigator.serviceWorker.controller")
    page.reload()
    page.wait_for_function(SHOWN)
    fetched = []
    ada.context.on(
        "response",
        lambda it: None if it.from_service_worker else fetched.append(it.url),
    )

    page.reload()
    page.wait_for_function(SHOWN)

    assert [url for url in fetched if "/media/" in url] == []


# Every picture on the screen has come.
SHOWN = """() => [...document.querySelectorAll(".picture__image")]
  .filter((it) => it.getBoundingClientRect().top < innerHeight)
  .every((it) => it.complete && it.naturalWidth)"""


def test_removing_a_friend_empties_the_device(
    roll: Callable[..., Person], somebody: Callable[..., Person]
) -> None:
    ada, bruno = roll(2), somebody("Bruno")
    befriend(ada, bruno)
    ada.open("/feed")
    page = ada.page
    page.wait_for_function("() => navigator.serviceWorker.controller")
    page.reload()
    eventually(lambda: page.evaluate("caches.has('pictures')"))

    ada.go_to("Friends")
    page.get_by_role("button", name="Remove friend").click()
    page.get_by_role("dialog").get_by_role("button", name="Yes").click()

    expect(page.get_by_text("Bruno")).to_have_count(0)
    eventually(lambda: not page.evaluate("caches.has('pictures')"))


def test_signing_out_empties_the_device(roll: Callable[..., Person]) -> None:
    ada = roll(2)
    page = ada.page
    page.wait_for_function("() => navigator.serviceWorker.controller")
    page.reload()
    page.wait_for_function(SHOWN)
    eventually(lambda: page.evaluate("caches.has('pictures')"))

    ada.go_to("You")
    page.get_by_role("button", name="Sign out", exact=True).click()

    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    eventually(lambda: not page.evaluate("caches.has('pictures')"))
    assert page.evaluate("sessionStorage.length") == 0


@pytest.mark.chromium("Firefox's driver cannot cut the connection")
def test_no_connection_has_a_page_of_its_own(somebody: Callable[..., Person]) -> None:
    ada = somebody("Ada")
    ada.page.wait_for_function("() => navigator.serviceWorker.controller")
    ada.context.set_offline(True)

    ada.page.goto(f"{ada.url}/friends")

    expect(ada.page.get_by_role("heading", name="No connection")).to_be_visible()
    assert ada.page.evaluate("getComputedStyle(document.body).display") == "grid"  # styled
    ada.context.set_offline(False)
    ada.page.get_by_role("link", name="Try again").click()
    expect(ada.page.get_by_role("heading", name="Friends", exact=True)).to_be_visible()
    ada.complaints.clear()
