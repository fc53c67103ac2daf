"""Circles, albums, links and guests, from both sides."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from playwright.sync_api import ViewportSize, expect

from tests.browser.person import DESKTOP, PHONE, Person, befriend
from tests.browser.place import expect_place, place

pytestmark = pytest.mark.browser


@pytest.fixture
def files(tmp_path: Path, picture: Callable[[], bytes]) -> list[Path]:
    """Twenty pictures, no two alike."""
    found = [tmp_path / f"party-{number:02}.jpg" for number in range(20)]
    for file in found:
        file.write_bytes(picture())
    return found


def create_album(somebody: Person, title: str, who: str = "Only me") -> str:
    """Make an album and return its address; the somebody is on its page."""
    somebody.go_to("You")
    somebody.page.get_by_role("link", name="Albums").click()
    somebody.page.get_by_label("Title").fill(title)
    somebody.page.get_by_label("Who can see").select_option(label=who)
    somebody.page.get_by_role("button", name="Create album").click()
    expect(somebody.page.get_by_role("heading", name=title)).to_be_visible()
    return somebody.page.url


def create_link(owner: Person, album: str, *rights: str, passcode: str = "") -> str:
    """Make a link to the album that allows just that; return it."""
    owner.open(album)
    owner.open_menu()
    owner.page.get_by_role("link", name="Make a link").click()
    owner.page.get_by_label("Label").fill("for Grandma")
    owner.page.get_by_label("Passcode").fill(passcode)
    for right in ("see the photos", "add their own photos", "download in full size"):
        owner.page.get_by_label(right).set_checked(right in rights)
    owner.page.get_by_role("button", name="Create link").click()
    return owner.page.get_by_label("New link").input_value()


def add_to_album(somebody: Person, album: str, *files: Path) -> None:
    """Upload into the album and wait until the album shows them."""
    somebody.open(album)
    before = somebody.articles().count()
    somebody.page.get_by_role("link", name="Add photos").first.click()
    send(somebody, *files)
    wait_for_frames(somebody, album, before + len(files))


def send(somebody: Person, *files: Path) -> None:
    field = somebody.page.get_by_label("Choose photos")
    expect(field).to_have_attribute("multiple", "")
    field.set_input_files(files)
    for file in files:
        somebody.expect_status(file.name, "Ready")


def wait_for_frames(somebody: Person, album: str, count: int) -> None:
    """Open the album until its first page has that many photos."""
    somebody.open_until(album, somebody.articles(), min(count, 15))


def walk_beyond_the_page(somebody: Person, album: str) -> None:
    """Go by keys from a photo of the album's first page to one of the next, and back."""
    page = somebody.page
    somebody.open(album)
    page.evaluate("scrollTo(0, 150)")
    here = place(page)
    links = page.locator(".frame__link")
    known = links.evaluate_all("all => all.map((it) => it.pathname)")
    assert len(known) == 15
    links.last.evaluate("it => it.click()")  # scrolls nothing
    page.wait_for_url(f"**{known[-1]}")
    for _ in range(2):
        before = page.url
        expect(page.get_by_role("link", name="Next photo")).to_be_visible()
        page.keyboard.press("ArrowRight")
        page.wait_for_url(lambda url, before=before: url != before)
    assert not any(page.url.endswith(each) for each in known)
    page.reload()  # leaves nothing to the browser's back-forward cache
    expect(page.get_by_role("link", name="Previous photo")).to_be_visible()
    page.keyboard.press("Escape")
    page.wait_for_url(album)
    expect_place(page, here)


def forbidden(somebody: Person, path: str) -> None:
    assert somebody.open(path) == 404
    somebody.complaints.clear()  # the browser notes the 404 that was wanted


def test_a_circle_decides_who_sees_a_photo(
    somebody: Callable[..., Person], viewport: ViewportSize, files: list[Path]
) -> None:
    ada, bruno, carla = (somebody(name, viewport) for name in ("Ada", "Bruno", "Carla"))
    befriend(ada, bruno)
    befriend(ada, carla)
    ada.go_to("Friends")
    ada.page.get_by_role("link", name="Circles").click()
    ada.page.get_by_label("New circle").fill("Climbing")
    ada.page.get_by_role("button", name="Create circle").click()
    ada.page.get_by_label("Bruno").check()
    ada.page.get_by_role("button", name="Save").click()
    expect(ada.page.get_by_label("Bruno")).to_be_checked()

    ada.go_to("Upload")
    ada.page.get_by_label("Who can see").select_option(label="Climbing")
    send(ada, files[0])

    bruno.wait_for_photos(1)
    address = bruno.open_photo()
    forbidden(carla, address)
    ada.open(address)
    ada.page.get_by_role("link", name="Who can see this").click()
    people = ada.page.get_by_role("region", name="Who can see this").get_by_role("listitem")
    expect(people.filter(has_text="Bruno")).to_be_visible()
    expect(people.filter(has_text="Carla")).to_have_count(0)

    ada.page.get_by_label("Only those I tick").check()
    ada.page.get_by_label("Climbing").uncheck()
    ada.page.get_by_label("Carla").check()
    ada.page.get_by_role("button", name="Save").click()

    assert carla.open(address) == 200
    forbidden(bruno, address)
    carla.wait_for_photos(1)
    bruno.open("/feed")
    assert bruno.articles().count() == 0


def test_three_people_fill_an_album(
    somebody: Callable[..., Person], viewport: ViewportSize, files: list[Path]
) -> None:
    ada, bruno, carla = (somebody(name, viewport) for name in ("Ada", "Bruno", "Carla"))
    befriend(ada, bruno)
    befriend(ada, carla)
    album = create_album(ada, "Alps")
    add_to_album(ada, album, files[0])
    forbidden(bruno, album)
    assert ada.articles().first.bounding_box()["y"] < viewport["height"] / 2

    ada.open_menu()
    ada.page.get_by_role("link", name="Who can see this").click()
    for friend, part in (("Bruno", "see and add photos"), ("Carla", "see it")):
        ada.page.get_by_label("Friend", exact=True).select_option(label=friend)
        ada.page.get_by_label("May", exact=True).select_option(label=part)
        ada.page.get_by_role("button", name="Let in").click()
        expect(ada.page.get_by_role("listitem").filter(has_text=friend).first).to_be_visible()
    add_to_album(bruno, album, files[1])

    carla.go_to("You")
    carla.page.get_by_role("link", name="Albums").click()
    carla.page.get_by_role("link", name="Alps").click()
    expect(carla.articles()).to_have_count(2)
    assert carla.page.get_by_role("link", name="Add photos").count() == 0
    assert carla.articles().filter(has_text="Bruno").count() == 1

    bruno.open(album)
    bruno.open_menu()
    bruno.page.get_by_role("button", name="Leave album").click()
    bruno.page.get_by_role("button", name="Yes, leave").click()
    forbidden(bruno, album)
    carla.open(album)
    expect(carla.articles()).to_have_count(1)  # his photo went with him
    bruno.go_to("You")
    expect(bruno.articles()).to_have_count(1)


def test_a_guest_adds_twenty_photos_and_takes_one_back(
    somebody: Callable[..., Person], files: list[Path]
) -> None:
    ada, gus = somebody("Ada"), somebody(viewport=PHONE)
    album = create_album(ada, "Wedding")
    link = create_link(ada, album, "see the photos", "add their own photos")

    gus.open(link)
    assert "/open/" not in gus.page.url
    gus.page.get_by_role("link", name="Add photos").first.click()
    gus.page.get_by_label("Your name").fill("Gus")
    gus.page.get_by_role("button", name="Continue").click()
    send(gus, *files)
    gus.open_until(album, gus.page.get_by_text("20 photos"))
    for each in (gus, ada):
        walk_beyond_the_page(each, album)
    gus.open(album)
    gus.articles().first.get_by_role("link").click()
    gus.page.get_by_role("button", name="Take back").click()
    gus.page.get_by_role("button", name="Yes, delete it").click()

    ada.open(album)
    expect(ada.page.get_by_text("19 photos")).to_be_visible()
    expect(ada.articles().first).to_contain_text("Gus (guest)")
    ada.go_to("You")
    expect(ada.articles()).to_have_count(0)  # they are not hers
    ada.open("/links")
    guest = ada.page.get_by_role("listitem").filter(has_text="Gus")
    guest.get_by_role("button", name="Block").click()
    ada.open(album)
    expect(ada.articles()).to_have_count(0)
    forbidden(gus, album)


def test_a_revoked_links_pictures_are_gone(
    somebody: Callable[..., Person], files: list[Path]
) -> None:
    ada, gran, other = somebody("Ada", DESKTOP), somebody(), somebody()
    album = create_album(ada, "Garden")
    add_to_album(ada, album, files[0])
    link = create_link(ada, album, "see the photos")

    gran.open(link)
    gran.articles().first.get_by_role("link").click()
    gran.see()
    photo = gran.page.url
    assert {re.findall(r"/(\d+)\.webp", each)[0] for each in gran.pictures()} == {"320", "960"}
    assert "Add photos" not in gran.page.content()
    preview = requests.get(link, timeout=10).text
    assert "Garden" in preview
    assert "og:image" not in preview

    ada.open("/links")
    expect(ada.page.get_by_role("listitem").filter(has_text="Opened once")).to_be_visible()
    ada.page.get_by_role("button", name="Revoke").click()
    forbidden(gran, album)
    forbidden(gran, photo)
    forbidden(other, link)


def test_a_passcode_stands_before_the_pictures(
    somebody: Callable[..., Person], files: list[Path]
) -> None:
    ada, gran = somebody("Ada", DESKTOP), somebody(scripts=False)
    album = create_album(ada, "Garden")
    add_to_album(ada, album, files[0])
    link = create_link(ada, album, "see the photos", passcode="sesame")

    gran.open(link)
    gran.page.get_by_label("Passcode").fill("wrong")
    gran.page.get_by_role("button", name="Open").click()
    expect(gran.page.get_by_text("That is not the passcode.")).to_be_visible()
    gran.complaints.clear()
    gran.page.get_by_label("Passcode").fill("sesame")
    gran.page.get_by_role("button", name="Open").click()

    expect(gran.articles()).to_have_count(1)


def test_a_guest_becomes_a_friend_and_keeps_the_photos(
    somebody: Callable[..., Person], files: list[Path]
) -> None:
    ada, gus = somebody("Ada", DESKTOP), somebody()
    album = create_album(ada, "Wedding", "Friends")
    gus.open(create_link(ada, album, "see the photos", "add their own photos"))
    gus.page.get_by_role("link", name="Add photos").first.click()
    gus.page.get_by_label("Your name").fill("Gus")
    gus.page.get_by_role("button", name="Continue").click()
    send(gus, files[0])
    wait_for_frames(gus, album, 1)

    ada.open("/links")
    ada.page.get_by_role("button", name="Invite as a friend").click()
    gustav = somebody("Gustav")
    gustav.open(ada.page.get_by_label("Invite link").input_value())
    gustav.page.get_by_role("button", name="Accept invite").click()

    gustav.open(album)
    expect(gustav.articles().first).to_contain_text("Gustav")
    gustav.articles().first.get_by_role("link").click()
    expect(gustav.page.get_by_role("button", name="Take back")).to_be_visible()


def test_a_block_hides_both_ways_in_somebody_elses_album(
    somebody: Callable[..., Person], files: list[Path]
) -> None:
    ada, bruno, carla = (somebody(name, DESKTOP) for name in ("Ada", "Bruno", "Carla"))
    for one, other in ((ada, bruno), (ada, carla), (bruno, carla)):
        befriend(one, other)
    album = create_album(ada, "Alps")
    ada.page.get_by_role("link", name="Who can see this").click()
    for friend in ("Bruno", "Carla"):
        ada.page.get_by_label("Friend", exact=True).select_option(label=friend)
        ada.page.get_by_role("button", name="Let in").click()
    add_to_album(bruno, album, files[0])
    add_to_album(carla, album, files[1])

    bruno.go_to("Friends")
    row = bruno.page.get_by_role("listitem").filter(has_text="Carla")
    bruno.open_menu(row)
    row.get_by_role("button", name="Block").click()
    bruno.page.get_by_role("button", name="Yes, do it").click()
    expect(bruno.page.get_by_role("region", name="Blocked")).to_contain_text("Carla")

    for who, count in ((bruno, 1), (carla, 1), (ada, 2)):
        who.open(album)
        expect(who.articles()).to_have_count(count)
