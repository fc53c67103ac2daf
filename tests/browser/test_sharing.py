"""The main job: somebody shares photos, a friend sees them, and nobody else does."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import ViewportSize, expect

from tests.browser.person import Person, befriend

pytestmark = pytest.mark.browser

REAL = ["phones/IMG_2682.heic", "everyday/craft-beer.jpg", "formats/denali.webp"]


def test_a_friend_sees_real_photos_and_a_stranger_does_not(
    somebody: Callable[..., Person], viewport: ViewportSize, photos: Path
) -> None:
    ada = somebody("Ada", viewport)
    bruno, stranger = somebody(viewport=viewport), somebody("Sam", viewport)
    ada.upload(photos / REAL[0])
    link = ada.create_invite()

    bruno.open(link)  # signed out: the invite waits until he has signed in
    expect(bruno.page.get_by_text("Ada invites you")).to_be_visible()
    bruno.page.get_by_role("button", name="Accept invite").click()
    bruno.fill_in_sign_in(f"bruno.{link[-8:]}@people.example", "Bruno")
    bruno.page.get_by_role("button", name="Accept invite").click()
    ada.upload(*(photos / name for name in REAL[1:]))

    bruno.wait_for_photos(3)
    assert bruno.page.get_by_role("img", name="Photo by Ada").count() == 3
    address = bruno.open_photo()
    assert max(bruno.see()) >= 390
    pictures = bruno.pictures()
    assert len(pictures) == 3
    assert stranger.open(address) == 404
    assert stranger.open("/feed") == 200
    assert stranger.articles().count() == 0
    for picture in pictures:
        assert requests.get(picture, timeout=10).status_code == 200  # Bruno's address is his
        assert requests.get(picture.split("?")[0], timeout=10).status_code == 403
    stranger.complaints.clear()  # the browser notes the 404 that was wanted


def test_all_eight_orientations_look_alike(somebody: Callable[..., Person], photos: Path) -> None:
    ada = somebody("Ada")
    files = [photos / "orientation" / f"Landscape_{number}.jpg" for number in range(1, 9)]

    ada.upload(*files)

    ada.wait_for_photos(8)
    seen = []
    for which in range(8):
        ada.open("/feed")
        ada.open_photo(which)
        width, height = ada.see()
        assert width > height
        middle = requests.get(ada.pictures()[1], timeout=10).content
        seen.append(Image.open(io.BytesIO(middle)).convert("RGB").resize((64, 48)))
    # each carries its own number, so that they are not quite the same
    differences = [ImageStat.Stat(ImageChops.difference(seen[0], it)).mean for it in seen[1:]]
    assert max(max(each) for each in differences) < 12


def test_what_is_served_carries_no_metadata(somebody: Callable[..., Person], photos: Path) -> None:
    ada = somebody("Ada")
    ada.upload(photos / "phones" / "IMG_2682.heic")  # with GPS, and an ICC profile
    ada.wait_for_photos(1)
    ada.open_photo()

    for address in ada.pictures():
        answer = requests.get(address, timeout=10)

        picture = Image.open(io.BytesIO(answer.content))
        assert picture.format == "WEBP"
        assert {"exif", "xmp", "XML:com.adobe.xmp"}.isdisjoint(picture.info)
        assert dict(picture.getexif()) == {}
        assert tags_by_exiftool(answer.content) <= {"File", "RIFF", "ExifTool", "Composite"}


def tags_by_exiftool(picture: bytes) -> set[str]:
    """The groups of tags that exiftool finds: EXIF, XMP, GPS... besides what any WebP has."""
    if not shutil.which("exiftool"):
        return set()
    listed = subprocess.run(
        ["exiftool", "-G", "-s", "-fast", "-"], input=picture, capture_output=True, check=True
    ).stdout.decode()
    return {line.split("]")[0].lstrip("[") for line in listed.splitlines() if line}


def test_removing_a_friend_takes_effect_at_once(
    somebody: Callable[..., Person], viewport: ViewportSize, photos: Path
) -> None:
    ada, bruno = somebody("Ada", viewport), somebody("Bruno", viewport)
    befriend(ada, bruno)
    ada.upload(photos / "phones" / "thompson-springs.jpg")
    bruno.wait_for_photos(1)
    address = bruno.open_photo()

    ada.go_to("Friends")
    ada.open_menu()
    ada.page.get_by_role("button", name="Remove friend").click()
    ada.page.get_by_role("dialog").get_by_role("button", name="Yes, remove").click()
    expect(ada.page.get_by_text("Bruno", exact=True)).to_have_count(0)

    assert bruno.open("/feed") == 200
    assert bruno.articles().count() == 0
    assert bruno.open(address) == 404
    bruno.complaints.clear()


def test_the_owner_hides_and_deletes(
    somebody: Callable[..., Person], viewport: ViewportSize, photos: Path
) -> None:
    ada, bruno = somebody("Ada", viewport), somebody("Bruno", viewport)
    befriend(ada, bruno)
    ada.upload(photos / "phones" / "thompson-springs.jpg")
    bruno.wait_for_photos(1)
    address = bruno.open_photo()
    ada.open(address)

    with ada.page.expect_response("**/visibility"):
        ada.page.get_by_label("Who can see").select_option("Only me")
    assert bruno.open(address) == 404
    with ada.page.expect_response("**/visibility"):
        ada.page.get_by_label("Who can see").select_option("Friends")
    assert bruno.open(address) == 200
    ada.open(address)
    ada.page.get_by_role("link", name="Edit").click()
    ada.page.get_by_label("Caption").fill("Thompson Springs, population 39")
    ada.page.get_by_role("button", name="Save").click()
    expect(ada.page.get_by_role("heading", name="Thompson Springs, population 39")).to_be_visible()
    ada.open_menu()
    ada.page.get_by_role("button", name="Delete photo").click()
    ada.page.get_by_role("dialog").get_by_role("button", name="Yes, delete it").click()

    expect(ada.page.get_by_role("dialog")).to_have_count(0)
    assert bruno.open(address) == 404
    assert ada.open(address) == 404
    bruno.complaints.clear()
    ada.complaints.clear()


def test_signing_out_everywhere_reaches_the_other_browser(
    somebody: Callable[..., Person],
) -> None:
    email = "ada.everywhere@people.example"
    phone = somebody()
    phone.sign_in(email, "Ada")
    laptop = somebody("Ada", email=email)

    phone.go_to("You")
    phone.page.get_by_role("button", name="Sign out everywhere").click()
    expect(phone.page.get_by_role("link", name="Sign in").first).to_be_visible()

    laptop.open("/you")
    assert "/you" not in laptop.page.url
