"""For everyone: screen readers, keyboards, thumbs, other languages; see also test_every_page."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.axe import violations
from tests.browser.person import DESKTOP, Person
from tests.stack import Stack

pytestmark = pytest.mark.browser


@pytest.fixture
def photographer(
    somebody: Callable[..., Person], tmp_path: Path, picture: Callable[[], bytes]
) -> Callable[..., Person]:
    """Makes somebody with three photos."""

    def make(**options: object) -> Person:
        ada = somebody("Ada", **options)
        photos = [tmp_path / f"{number}.jpg" for number in range(3)]
        for photo in photos:
            photo.write_bytes(picture())
        ada.upload(*photos)
        ada.wait_for_photos(3)
        return ada

    return make


def test_axe_would_find_something(somebody: Callable[..., Person]) -> None:
    ada = somebody("Ada")
    ada.open("/upload")
    ada.page.evaluate("document.querySelector('label[for=caption]').remove()")

    assert [it.split(":")[0] for it in violations(ada.page)] == ["label"]


def test_the_main_tasks_by_keyboard_alone(
    photographer: Callable[..., Person],
) -> None:
    ada = photographer(viewport=DESKTOP)
    page = ada.page
    ada.open("/feed")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, page.locator(".frame a").first)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/photos/"))
    tab_to(page, page.get_by_label("Who can see"))
    with page.expect_response("**/visibility"):
        page.keyboard.press("ArrowDown")
    tab_to(page, page.get_by_role("button", name="Delete photo"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Never mind")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Delete photo")).to_be_focused()

    ada.open("/upload")
    tab_to(page, page.get_by_label("Caption"))
    page.keyboard.type("By hand")
    with page.expect_file_chooser():  # asked for well before the key, which may overtake it
        tab_to(page, page.get_by_label("Choose photos"))
        page.keyboard.press("Space")

    ada.open("/friends")
    tab_to(page, page.get_by_role("button", name="Create invite link"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Invite link"))


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until it is there."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if target.evaluate("it => it === document.activeElement"):
            return
    raise AssertionError(f"{target} cannot be reached by keyboard")


@pytest.mark.chromium("Firefox's driver cannot change what is answered to a stylesheet's request")
def test_a_browser_of_2022_has_colours_and_menus(photographer: Callable[..., Person]) -> None:
    ada = photographer()
    page = ada.page
    ada.forgo_service_worker()
    ada.context.add_init_script(
        "for (const name of ['popover', 'showPopover', 'hidePopover', 'togglePopover'])"
        " delete HTMLElement.prototype[name]"
    )
    ada.context.route("**/css/app.css", without_what_is_newer)
    ada.open("/feed")
    ada.open_photo()

    paper = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert paper == "rgb(244, 239, 229)"
    delete = page.get_by_role("button", name="Delete photo")
    expect(delete).to_be_hidden()
    ada.open_menu()
    delete.click()
    page.keyboard.press("Escape")
    expect(delete).to_be_hidden()
    ada.open_menu()
    delete.click()
    page.get_by_role("button", name="Never mind").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    delete.click()
    page.get_by_role("button", name="Yes, delete it").click()
    expect(ada.articles()).to_have_count(2)


def without_what_is_newer(route: Route) -> None:
    """Answer with the stylesheet as a browser reads it that knows less of CSS."""
    answer = route.fetch()
    css = answer.text().replace("light-dark(", "unknown(").replace(":popover-open", ":unknown")
    route.fulfill(response=answer, body=css)


def test_progress_and_arrivals_are_announced(photographer: Callable[..., Person]) -> None:
    ada = photographer()

    ada.open("/upload")

    expect(ada.page.locator("[data-upload-live]")).to_have_text("3 of 3")
    expect(ada.page.locator("[data-upload-live]")).to_have_attribute("role", "status")


def test_focus_stays_where_the_reader_is(photographer: Callable[..., Person]) -> None:
    page = photographer(viewport=DESKTOP).page
    page.get_by_role("button", name="Select").press("Enter")
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Select")).to_be_focused()

    page.locator(".frame a").first.click()
    like = page.get_by_role("button", name="Like")
    like.press("Enter")
    expect(like).to_have_attribute("aria-pressed", "true")
    expect(like).to_be_focused()

    page.get_by_label("Add a comment").fill("Lovely")
    page.get_by_role("button", name="Send", exact=True).press("Enter")
    expect(page.get_by_role("article", name="Ada")).to_be_focused()
    page.get_by_text("Reply", exact=True).click()
    page.get_by_label("Your reply").fill("Indeed")
    page.get_by_role("button", name="Send reply").press("Enter")
    expect(page.get_by_role("article").filter(has_text="Indeed").last).to_be_focused()

    page.get_by_role("link", name="Edit").first.press("Enter")
    expect(page.get_by_label("Caption")).to_be_focused()


def test_a_chosen_time_zone_is_kept(photographer: Callable[..., Person]) -> None:
    ada = photographer()
    ada.open("/settings")
    ada.page.get_by_label("Time zone").select_option("Pacific/Kiritimati")
    ada.page.get_by_role("button", name="Save", exact=True).click()
    ada.page.wait_for_url("**/settings?saved=yes")
    ada.open("/feed")

    shown, there = ada.page.evaluate(
        """async () => {
          const app = document.querySelector("script[src$='app.js']").src;
          const { default: localTime } = await import(app.replace("app.js", "times.js"));
          const time = document.querySelector("[data-time=time]");
          localTime(time);
          const style = { timeStyle: "short", timeZone: "Pacific/Kiritimati" };
          return [time.textContent, new Date(time.dateTime).toLocaleTimeString("en-US", style)];
        }"""
    )

    assert shown == there


def test_targets_are_large_enough_for_a_thumb(photographer: Callable[..., Person]) -> None:
    ada = photographer()
    small = []

    for path in ("/feed", "/upload", "/friends", "/you"):
        ada.open(path)
        small += ada.page.evaluate(
            """() => [...document.querySelectorAll("button, .button, nav a, input, select")]
              .filter((it) => it.type !== "hidden")
              .filter((it) => it.checkVisibility() && it.getBoundingClientRect().height < 44)
              .map((it) => it.outerHTML)"""
        )

    assert small == []


def test_german_and_the_readers_own_clock(browser: Browser, stack: Stack) -> None:
    context = browser.new_context(locale="de-DE", timezone_id="Europe/Berlin")
    page = context.new_page()

    page.goto(stack.url)
    german = page.get_by_role("link", name="Anmelden")

    expect(german).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "de-DE"
    page.wait_for_function("() => document.cookie.includes('tz=Europe/Berlin')")
    context.close()
