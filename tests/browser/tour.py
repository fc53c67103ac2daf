"""A tour of the demo site: every page that a link, a form or an empty account leads to."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from secrets import token_hex
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import FilePayload, Page, expect
from ulid import ULID

from tests.browser.person import PROCESSED, Person

# Where no link leads: a form does, or an address that somebody types.
UNLINKED = [
    "/search?q=lake",
    "/search?q=nothing+is+called+this",
    "/search?q=%23mountains+ada+november",
    "/on-this-day",
    "/offline",
    "/nothing-here",
    "/styleguide",
]
EMPTY = ["/feed", "/albums", "/circles", "/friends", "/links", "/notifications", "/search", "/tags"]
PASSCODE = "winter"
ID = re.compile(r"\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b")


class Stop(NamedTuple):
    """A page as one person sees it; `then` is what they do there first."""

    name: str
    person: Person
    path: str
    then: Callable[[Page], None] = lambda page: None

    def open(self) -> Page:
        """Go there and wait for the pictures that are in sight."""
        page = self.person.page
        self.person.open(self.path)
        self.then(page)
        page.wait_for_function(
            """() => [...document.images].every((it) => {
              const { top, bottom } = it.getBoundingClientRect();
              return it.complete || !it.checkVisibility() || bottom < 0 || top > innerHeight;
            })"""
        )
        return page


def tour(make: Callable[[], Person]) -> Iterator[Stop]:
    """Yield every stop, to be opened before the next is asked for.

    `make` returns somebody with a browser of their own, not signed in.
    """
    ada = make()
    ada.sign_in("ada@demo.example")
    own_album = _find_link(ada, "/albums", "Above the treeline")
    pages = _follow_links(ada, [own_album, "/feed", *UNLINKED])
    for name, path in pages.items():
        yield Stop(name, ada, path)
    yield Stop("a friend's album", ada, _find_link(ada, "/albums", "Lake days"))
    swim = _find_link(ada, "/feed", "First swim")
    yield Stop("a friend's photo", ada, swim)
    # Nobody has asked for the copy, as the page before this one does: it does not come.
    yield Stop("a download that waits", ada, f"{swim}/download?asked=1", _expect_to_wait)
    yield from _in_use(ada, pages)
    yield from _of_a_newcomer(make(), ada.create_invite())
    yield from _of_a_guest(make(), _make_link(ada, pages["/albums/id/edit"]))


def _expect_to_wait(page: Page) -> None:
    expect(page.get_by_text("is being prepared")).to_be_visible()


def _find_link(person: Person, path: str, text: str) -> str:
    person.open(path)
    link = person.page.get_by_role("link").filter(has_text=text)
    return link.or_(person.page.get_by_role("link", name=text)).first.get_attribute("href") or ""


def _follow_links(person: Person, paths: list[str]) -> dict[str, str]:
    """Return name -> path of one page of each kind: a page's name is its path without ids."""
    found: dict[str, str] = {}
    seen = set()
    while paths:
        path = paths.pop(0)
        name = _name(path)
        if name in seen or "/download" in name:  # that goes on to a file when it is there
            continue
        seen.add(name)
        answer = person.page.request.get(urljoin(person.url, path), max_redirects=0)
        if "text/html" in answer.headers["content-type"] and answer.status not in (302, 303):
            paths += [html.unescape(it) for it in re.findall(r'href="(/[^"#]*)"', answer.text())]
            found[name] = path
    return found


def _name(path: str) -> str:
    if path in UNLINKED:
        return path
    kind = ID.sub("id", path)
    return re.sub(r"=[^&]*", "", re.sub(r"^/tags/.+", "/tags/tag", kind))


def _in_use(ada: Person, pages: dict[str, str]) -> Iterator[Stop]:
    """What shows only after a click."""

    def choose(page: Page) -> None:
        page.get_by_role("button", name="Select").click()
        page.get_by_role("checkbox").first.check()

    def open_menu(page: Page) -> None:
        ada.open_menu()
        expect(page.get_by_role("link", name="Make a link")).to_be_visible()

    def ask(page: Page) -> None:
        ada.open_menu()
        page.get_by_role("button", name="Delete photo").click()
        expect(page.get_by_role("dialog")).to_be_visible()

    def make_link(page: Page) -> None:
        page.get_by_role("button", name="Create link").click()
        expect(page.get_by_label("New link")).to_be_visible()

    def make_zip(page: Page) -> None:
        page.get_by_role("checkbox").first.check()
        page.get_by_role("button", name="Download").click()
        expect(page.get_by_role("link", name="Download")).to_be_visible(timeout=PROCESSED)

    def invite(page: Page) -> None:
        page.get_by_role("button", name="Create invite link").click()
        expect(page.get_by_label("Invite link")).to_be_visible()

    def queue(page: Page) -> None:
        page.evaluate(
            "caches.open('shared').then((it) => it.put('/shared/1', new Response('lake')))"
        )
        page.reload()
        page.evaluate("Object.defineProperty(navigator, 'onLine', { value: false })")  # all waits
        field = page.get_by_label("Choose photos")
        expect(field).to_have_attribute("multiple", "")
        field.set_input_files([_file("lake.jpg", b"lake"), _file("empty.jpg", b"")])
        for name, state in (("lake.jpg", "Waiting"), ("empty.jpg", "Failed")):
            expect(page.get_by_role("listitem").filter(has_text=name)).to_contain_text(state)
        expect(page.get_by_role("button", name="Add the photos you shared")).to_be_visible()

    yield Stop("choosing photos", ada, "/feed", choose)
    yield Stop("a zip", ada, "/selection", make_zip)
    yield Stop("a menu", ada, pages["/albums/id"], open_menu)
    yield Stop("a question", ada, pages["/photos/id"], ask)
    yield Stop("a new invite", ada, "/friends", invite)
    yield Stop("a new link", ada, pages["/links/new?to"], make_link)
    yield Stop("an upload in the queue", ada, "/upload", queue)
    yield Stop("an arrival that waits", ada, f"/uploads/{ULID()}")


def _file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "image/jpeg", "buffer": content}


def _make_link(owner: Person, edit_path: str) -> str:
    """Make a link with a passcode to the album that is edited there; return it."""
    album_id = ID.search(edit_path)
    assert album_id
    owner.open(f"/links/new?to=album:{album_id[0]}")
    for label in ("add their own photos", "comment and like"):
        owner.page.get_by_label(label).check()
    owner.page.get_by_label("Passcode").fill(PASSCODE)
    owner.page.get_by_role("button", name="Create link").click()
    return owner.page.get_by_label("New link").input_value()


def _of_a_newcomer(nadia: Person, invite: str) -> Iterator[Stop]:
    """Before there is an account, without one, and with an empty one."""
    yield Stop("landing", nadia, "/")
    yield Stop("an invite", nadia, invite)
    nadia.open("/auth/sign-in")
    nadia.fill_in_sign_in(f"nadia.{token_hex(6)}@people.example", "")
    expect(nadia.page.get_by_label("Display name")).to_be_visible()
    yield Stop("welcome", nadia, "/welcome")
    nadia.open("/welcome")
    nadia.page.get_by_label("Display name").fill("Nadia")
    nadia.page.get_by_role("button", name="Continue").click()
    expect(nadia.page.get_by_role("navigation")).to_be_visible()
    for path in EMPTY:
        yield Stop(f"empty {path}", nadia, path)


def _of_a_guest(gus: Person, link: str) -> Iterator[Stop]:
    """By a link, without an account."""
    yield Stop("a passcode", gus, link)
    gus.page.get_by_label("Passcode").fill(PASSCODE)
    gus.page.locator("main").get_by_role("button").click()
    expect(gus.page.get_by_role("article").first).to_be_visible()
    album = urlsplit(gus.page.url).path
    yield Stop("a guest's album", gus, album)
    gus.open_photo()
    yield Stop("a guest's photo", gus, urlsplit(gus.page.url).path)
    yield Stop("a guest's upload", gus, f"{album}/upload")
