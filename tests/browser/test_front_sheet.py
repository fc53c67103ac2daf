"""Long sheets: the way back, the photo after this one, several at once, nothing fetched twice."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags, Image
from playwright.sync_api import CDPSession, Locator, Page, Route, expect

from tests.browser.person import DESKTOP, PROCESSED, Person, befriend
from tests.browser.place import expect_place, place
from tests.browser.roll import copy_photos
from tests.stack import Stack
from tests.waiting import eventually

pytestmark = pytest.mark.browser

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

    def make(
        count: int, searched: bool = False, content: bytes | None = None, **options: Any
    ) -> Person:
        ada = somebody("Ada", **options)
        photo = tmp_path / "one.jpg"
        photo.write_bytes(content or picture())
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
    here = place(page)

    page.locator(f"#{page.evaluate(IN_VIEW)} a").evaluate("it => it.click()")  # scrolls nothing
    page.wait_for_url(re.compile("/photos/"))
    page.reload()  # leaves nothing to the browser's back-forward cache
    go_back(page)

    expect(page.locator(".frame")).to_have_count(500)
    expect_place(page, here)


def test_reload_and_back_keep_the_place_in_a_search(roll: Callable[..., Person]) -> None:
    page = roll(60, searched=True).page
    page.get_by_role("searchbox").fill("Ada")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=Ada")
    scroll_to(page, 60)
    here = place(page)

    page.reload()

    expect_place(page, here)
    assert len(set(page.locator(".frame").evaluate_all("all => all.map((it) => it.id)"))) == 60

    page.locator(f"#{page.evaluate(IN_VIEW)} a").evaluate("it => it.click()")  # scrolls nothing
    page.wait_for_url(re.compile("/photos/"))
    page.reload()
    go_back(page)

    expect_place(page, here)
    expect(page.locator(".frame")).to_have_count(60)
    image = page.locator(".frame").nth(50).locator(".picture__image")
    image.evaluate("it => { it.srcset = 'data:image/webp,run-out'; it.loading = 'eager'; }")
    expect(image).to_have_attribute("srcset", re.compile("/media/"))


def test_what_was_removed_meanwhile_does_not_come_back(roll: Callable[..., Person]) -> None:
    ada = roll(60)
    page = ada.page
    scroll_to(page, 60)
    doomed = page.locator(".frame").nth(40).get_attribute("id")
    page.locator(f"#{doomed} a").click()
    kept = f"""caches.open("pictures").then((cache) => cache.keys())
      .then((all) => all.filter((it) => it.url.includes("{doomed[6:]}")).length)"""
    eventually(lambda: page.evaluate(kept))
    ada.open_menu()
    page.keyboard.press("Escape")  # closes the menu, and does not leave the photo
    expect(page.get_by_role("button", name="Options")).to_be_focused()
    ada.open_menu()
    page.get_by_role("button", name="Delete photo").click()
    page.get_by_role("dialog").get_by_role("button", name="Yes, delete it").click()
    page.wait_for_url(re.compile("/you"))
    eventually(lambda: not page.evaluate(kept))

    page.evaluate("setTimeout(() => history.go(-2), 0)")

    expect(page.locator(".frame")).to_have_count(59)
    expect(page.locator(f"#{doomed}")).to_have_count(0)


def test_keys_lead_from_photo_to_photo(roll: Callable[..., Person]) -> None:
    page = roll(5, viewport=DESKTOP).page
    hide(page)
    assert page.evaluate("JSON.parse(sessionStorage.sequence).photos.length") == 5
    ids = page.locator(".frame").evaluate_all("all => all.map((it) => it.id.slice(6))")
    page.locator(".frame a").nth(1).click()
    page.wait_for_url(f"**/photos/{ids[1]}")
    expect(page.get_by_role("link", name="Next photo")).to_be_visible()
    late: list[Route] = []
    page.route(f"**/photos/{ids[3]}", lambda route: late.append(route))

    page.keyboard.press("ArrowRight")
    page.wait_for_url(f"**/photos/{ids[2]}")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(f"**/photos/{ids[1]}")
    page.get_by_role("link", name="Next photo").click()
    page.wait_for_url(f"**/photos/{ids[2]}")
    page.emulate_media(reduced_motion="reduce")
    for _ in range(2):  # out of impatience
        page.keyboard.press("ArrowRight")
    eventually(lambda: late)
    late[0].continue_()
    page.wait_for_url(f"**/photos/{ids[3]}")
    expect(page.get_by_role("main").get_by_role("article")).to_have_count(1)
    page.keyboard.press("Escape")

    page.wait_for_url("**/feed")
    expect(page.locator(".frame")).to_have_count(5)


def hide(page: Page) -> None:
    """Let the page think that the phone has put it away, without leaving it."""
    page.evaluate(
        """() => {
          Object.defineProperty(document, "hidden", { value: true, configurable: true });
          document.dispatchEvent(new Event("visibilitychange"));
          delete document.hidden;
        }"""
    )


def test_the_viewer_goes_on_beyond_the_page_and_leads_back(roll: Callable[..., Person]) -> None:
    page = roll(30, viewport=DESKTOP).page
    page.locator(".older").evaluate("it => it.remove()")  # nothing more comes of itself
    first = page.locator(".frame__link").evaluate_all("all => all.map((it) => it.pathname)")
    page.evaluate(
        """address => { const older = document.createElement("p");
          older.className = "older"; older.setAttribute("hx-get", address);
          document.querySelector(".sheet").append(older); }""",
        f"/feed?before={first[-1][8:]}",
    )
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    here = place(page)
    page.locator(".frame__link").last.click()
    page.wait_for_url(f"**{first[-1]}")

    for _ in range(2):
        photo = page.url
        page.get_by_role("link", name="Next photo").click()
        page.wait_for_url(lambda url, photo=photo: url != photo)
    assert not any(page.url.endswith(each) for each in first)
    page.reload()  # leaves nothing to the browser's back-forward cache
    page.get_by_role("link", name="Back to the photos").click()

    page.wait_for_url("**/feed")
    expect_place(page, here)


def test_zoom_by_keyboard_and_a_fresh_address(roll: Callable[..., Person]) -> None:
    page = roll(2, viewport=DESKTOP).page
    page.locator(".frame__link").first.click()
    expect(page.get_by_role("link", name="Next photo")).to_be_visible()
    photo = page.url
    zoom = page.get_by_role("button", name="Zoom")
    image = page.locator(".photo__picture .picture__image")
    width = image.bounding_box()["width"]
    image.evaluate("it => { it.srcset = 'data:image/webp,run-out'; }")
    expect(image).to_have_attribute("srcset", re.compile("/media/"))

    zoom.press("Enter")

    expect(zoom).to_have_attribute("aria-pressed", "true")
    assert image.bounding_box()["width"] > width
    before = scrolled(page)
    page.keyboard.press("ArrowRight")
    eventually(lambda: scrolled(page) > before)
    page.keyboard.press("Escape")
    expect(zoom).to_be_focused()
    assert image.bounding_box()["width"] == width
    assert page.url == photo
    with page.expect_popup() as full:
        page.get_by_role("link", name="Full size").click()
    full.value.wait_for_url(re.compile("/downloads/"), timeout=PROCESSED)


def scrolled(page: Page) -> int:
    """Return how far the zoomed picture has been moved, in px."""
    found: int = page.locator(".photo__picture").evaluate("it => it.scrollLeft")
    return found


@pytest.mark.chromium("speaks Chromium's own protocol")
def test_a_swipe_moves_the_zoomed_photo_and_else_leads_to_the_next(
    roll: Callable[..., Person],
) -> None:
    ada = roll(3)
    page = ada.page
    ids = page.locator(".frame").evaluate_all("all => all.map((it) => it.id.slice(6))")
    page.locator(".frame a").first.click()
    expect(page.get_by_role("link", name="Next photo")).to_be_visible()

    finger = ada.context.new_cdp_session(page)
    zoom, picture = page.get_by_role("button", name="Zoom"), page.locator(".photo__picture")
    zoom.tap()
    before = scrolled(page)
    drag(finger)
    eventually(lambda: scrolled(page) >= before + 100)
    lift(finger)
    page.keyboard.press("Escape")  # a tap would but stop what still glides
    expect(zoom).to_have_attribute("aria-pressed", "false")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.url.endswith(ids[0])

    drag(finger)
    expect(picture).to_have_css("translate", "-210px")
    lift(finger, "touchCancel")  # a call comes in
    expect(picture).to_have_css("translate", "none")
    drag(finger)
    lift(finger)

    page.wait_for_url(f"**/photos/{ids[1]}")


def drag(finger: CDPSession) -> None:
    """Put a finger on the photo and move it to the left."""
    for kind, x in (("touchStart", 300), ("touchMove", 200), ("touchMove", 90)):
        points = [{"x": x, "y": 200}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def lift(finger: CDPSession, kind: str = "touchEnd") -> None:
    finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": []})


@pytest.mark.chromium("Firefox without a window has no focus")
def test_several_are_chosen_and_saved_in_full_size(
    roll: Callable[..., Person], picture: Callable[..., bytes]
) -> None:
    page = roll(4, content=from_a_camera(picture(2400, 1800)), viewport=DESKTOP).page
    saved, asked = [], []
    page.on("download", lambda it: saved.append(it))
    choose(page, 1)
    given_up = page.get_by_role("checkbox").nth(1).input_value()
    waiting = {"copies": {given_up: {"state": "waiting"}}}
    page.route("**/selection/copies", lambda route: route.fulfill(json=waiting))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Getting 0 of 1 ready…")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Select")).to_be_focused()
    page.unroute("**/selection/copies")
    page.on("request", lambda it: asked.append(it.post_data or ""))
    choose(page, 0, 2)
    expect(page.get_by_text("2 chosen")).to_be_visible()

    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("button", name="Select")).to_be_focused(timeout=PROCESSED)
    eventually(lambda: len(saved) == 2)
    ids = page.locator(".frame").evaluate_all("all => all.map((it) => it.id.toLowerCase())")
    for download, photo_id in zip(saved, (ids[0], ids[2]), strict=True):
        name = re.compile(rf"contact-sheet-\d{{4}}-\d\d-\d\d-{photo_id[-6:]}\.jpg")
        assert name.fullmatch(download.suggested_filename)
        with Image.open(download.path()) as image:
            assert image.size == (2400, 1800)
            assert not image.getexif()
    assert not any(given_up in it for it in asked), "it went on after Cancel"
    assert not any("/downloads/" in url for url in page.evaluate(KEPT))


# The addresses of all that the service worker has kept.
KEPT = """async () => {
  const caches_ = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
  const kept = await Promise.all(caches_.map((cache) => cache.keys()));
  return kept.flat().map(({ url }) => url);
}"""


def from_a_camera(jpeg: bytes) -> bytes:
    """Return the same picture with the name of a camera in it."""
    with Image.open(io.BytesIO(jpeg)) as image:
        exif = image.getexif()
        exif[ExifTags.Base.Model] = "Secret"
        image.save(file := io.BytesIO(), "JPEG", exif=exif)
    return file.getvalue()


def choose(page: Page, *which: int) -> None:
    page.get_by_role("button", name="Select").click()
    for number in which:
        page.get_by_role("checkbox").nth(number).check()


@pytest.mark.chromium("Firefox knows touches only where there is a touch screen")
def test_several_are_handed_to_the_share_sheet(roll: Callable[..., Person], stack: Stack) -> None:
    ada = roll(12)
    ada.context.add_init_script(
        """window.shared = [];
        window.refusals = ["AbortError", "NotAllowedError"];
        navigator.canShare = () => true;
        navigator.share = async ({ files }) => {
          shared.push(files.map((it) => it.name.split(".").pop()));
          if (refusals.length) throw new DOMException("not now", refusals.shift());
        };"""
    )
    page = ada.page
    page.reload()
    fetched: list[str] = []
    page.on("request", lambda it: fetched.append(it.url) if "/downloads/" in it.url else None)
    ids = page.locator(".frame").evaluate_all("all => all.map((it) => it.id.slice(6))")
    # Empty, as where no copy can be made.
    bucket = stack.environment("web")["MEDIA_BUCKET"]
    stack.client("s3").put_object(Bucket=bucket, Key=f"downloads/{ids[1]}.jpg")
    gone = f"**/downloads/{ids[-1]}.jpg?*"
    page.route(gone, lambda route: route.abort())
    eventually(lambda: press_long(page.locator(".frame").first))
    expect(page.get_by_text("1 chosen")).to_be_visible()
    page.locator(".frame").nth(1).evaluate(TOUCH, "touchstart")  # no system says how long it is
    expect(page.get_by_text("2 chosen")).to_be_visible()
    page.locator(".frame").nth(1).evaluate(TOUCH, "touchend")
    for box in page.get_by_role("checkbox").all()[2:]:
        box.tap()
    save = page.get_by_role("button", name="Save")

    save.click()
    expect(page.get_by_text("12 chosen")).to_be_visible(timeout=PROCESSED)  # closed: nothing yet
    save.click()
    expect(page.get_by_text("Tap again to share")).to_be_visible()
    save.click()
    expect(page.get_by_text("Not fetched: 1")).to_be_visible()
    expect(page.get_by_text("1 only in screen size")).to_be_visible()
    page.unroute(gone)
    save.click()

    expect(page.get_by_role("button", name="Select")).to_be_focused()
    ten = ["jpg", "webp", *["jpg"] * 8]
    assert page.evaluate("shared") == [ten, ten, ten, ["jpg"], ["jpg"]]
    assert len(fetched) == 12  # each once, but for the one that failed
    ada.complaints.clear()  # of what was cut off


def press_long(frame: Locator) -> bool:
    """Hold a finger on it until the system calls that long; return whether the page took it."""
    frame.evaluate(TOUCH, "touchstart")
    taken: bool = frame.evaluate(
        """it => {
          const menu = new MouseEvent("contextmenu", { bubbles: true, cancelable: true });
          return !it.dispatchEvent(menu);
        }"""
    )
    frame.evaluate(TOUCH, "touchend")
    return taken


TOUCH = """(it, type) => {
  const touch = new Touch({ identifier: 1, target: it, clientX: 9, clientY: 9 });
  const touches = type === "touchend" ? [] : [touch];
  it.dispatchEvent(new TouchEvent(type, { touches, changedTouches: [touch], bubbles: true }));
}"""


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

    page.evaluate("caches.delete('pictures')")
    ada.context.service_workers[0].evaluate(
        """() => {
          const full = new DOMException("", "QuotaExceededError");
          Cache.prototype.put = () => Promise.reject(full);
        }"""
    )
    page.reload()
    page.wait_for_function(SHOWN)  # a full disk keeps nothing, and hides nothing


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
    ada.open_menu()
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
    ada.page.evaluate("sessionStorage.place = 'kept'")
    ada.context.set_offline(True)

    ada.page.goto(f"{ada.url}/friends")

    expect(ada.page.get_by_role("heading", name="No connection")).to_be_visible()
    assert ada.page.evaluate("getComputedStyle(document.body).display") == "grid"  # styled
    assert ada.page.evaluate("sessionStorage.place") == "kept"
    ada.context.set_offline(False)
    ada.page.get_by_role("link", name="Try again").click()
    expect(ada.page.get_by_role("heading", name="Friends", exact=True)).to_be_visible()
    ada.complaints.clear()
