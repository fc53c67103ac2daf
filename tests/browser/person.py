"""A person in front of a browser, who finds everything by the names that stand on the page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize, expect

from tests.waiting import eventually

PHONE, DESKTOP = ViewportSize(width=390, height=844), ViewportSize(width=1440, height=900)
TABLET = ViewportSize(width=820, height=1180)
PROCESSED = 40_000  # milliseconds in which a photo is ready, even on a busy machine


class Person:
    """Somebody with a browser of their own, who may be signed in."""

    def __init__(
        self,
        browser: Browser,
        url: str,
        viewport: ViewportSize,
        *,
        scripts: bool = True,
        density: float = 1,
    ) -> None:
        phone = viewport in (PHONE, TABLET)
        self.url = url
        self.context: BrowserContext = browser.new_context(
            viewport=viewport,
            is_mobile=phone,
            has_touch=phone,
            device_scale_factor=density,
            java_script_enabled=scripts,
            locale="en-US",
        )
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "console",
            lambda it: self.complaints.append(it.text) if it.type == "error" else None,
        )

    def open(self, path: str) -> int:
        """Open a page of the site; return the HTTP status."""
        answer = self.page.goto(urljoin(self.url, path))
        assert answer
        return answer.status

    def go_to(self, name: str) -> None:
        """Follow the navigation."""
        self.page.get_by_role("navigation").get_by_role("link", name=name, exact=True).click()
        expect(self.page).to_have_title(re.compile(name))

    def open_menu(self, row: Locator | None = None) -> None:
        """Open the menu of what is seldom wanted, of the page or a row; only phones have one."""
        if self.page.evaluate("innerWidth < 768"):
            (row or self.page).get_by_role("button", name="Options").click()

    def forgo_service_worker(self) -> None:
        """Browse without one from the next page on: what passes through it, no route sees."""
        self.page.evaluate(
            "async () => Promise.all((await navigator.serviceWorker.getRegistrations())"
            ".map((it) => it.unregister()))"
        )
        self.context.add_init_script("delete Navigator.prototype.serviceWorker")

    def sign_in(self, email: str, name: str = "") -> None:
        """Sign in from the front page; a newcomer says what friends call them."""
        self.open("/")
        self.page.get_by_role("link", name="Sign in").first.click()
        self.fill_in_sign_in(email, name)
        expect(self.page.get_by_role("navigation")).to_be_visible()

    def fill_in_sign_in(self, email: str, name: str) -> None:
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        if name:
            self.page.get_by_label("Display name").fill(name)
            self.page.get_by_role("button", name="Continue").click()

    def create_invite(self) -> str:
        """Return the link of a new invite."""
        self.go_to("Friends")
        self.page.get_by_role("button", name="Create invite link").click()
        return self.page.get_by_label("Invite link").input_value()

    def choose(self, files: Sequence[Path]) -> None:
        """Choose those files on the upload page."""
        self.go_to("Upload")
        field = self.page.get_by_label("Choose photos")
        expect(field).to_have_attribute("multiple", "")  # from then on the scripts are at work
        field.set_input_files(files)

    def upload(self, *files: Path) -> None:
        """Share photos and wait until each is ready."""
        self.choose(files)
        for file in files:
            self.expect_status(file.name, "Ready")

    def item(self, name: str) -> Locator:
        """The list item of a file that is being sent."""
        return self.page.get_by_role("listitem").filter(has_text=name)

    def expect_status(self, name: str, status: str) -> None:
        expect(self.item(name)).to_contain_text(status, timeout=PROCESSED)

    def articles(self) -> Locator:
        return self.page.get_by_role("article")

    def open_until(self, path: str, what: Locator, count: int = 0) -> None:
        """Open a page again and again until it shows that, so many times if a number is given.

        What happens in the background takes a moment.
        """

        def shown() -> bool:
            self.open(path)
            return what.count() == count if count else what.count() > 0

        eventually(shown, PROCESSED / 1000)

    def wait_for_photos(self, count: int) -> None:
        """Open the feed until that many photos are there."""
        self.open_until("/feed", self.articles(), count)

    def open_photo(self, which: int = 0) -> str:
        """Open a photo of the page and return its address."""
        self.articles().nth(which).get_by_role("link").first.click()
        self.page.wait_for_url(re.compile("/photos/"))
        return self.page.url

    def pictures(self) -> list[str]:
        """The addresses of the pictures of the photo that is open, in every size."""
        shown = self.page.get_by_role("article").get_by_role("img")
        expect(shown.last).to_be_visible()
        sources = shown.last.get_attribute("srcset") or ""
        return [urljoin(self.url, source.split()[0]) for source in sources.split(", ")]

    def see(self) -> tuple[int, int]:
        """Wait for the picture of the photo that is open; return its size as drawn, in px."""
        picture = self.page.get_by_role("article").get_by_role("img").last
        expect(picture).to_have_js_property("complete", True)
        width, height = picture.evaluate("it => [it.naturalWidth, it.naturalHeight]")
        assert width, "the picture was not shown"
        return width, height


def befriend(one: Person, other: Person) -> None:
    """Let one invite the other, both signed in."""
    other.open(one.create_invite())
    other.page.get_by_role("button", name="Accept invite").click()
    expect(other.page.get_by_role("navigation")).to_be_visible()
