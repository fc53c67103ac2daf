"""What somebody without an account gets by a link: a preview in a chat, and marked pictures."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from store import album_entries, album_photos, albums, links, media, photos
from store.access import Person
from store.audience import PRIVATE, Audience
from store.photos import Photo
from tests.people import ready_photo
from tests.webapp.conftest import Browser


@pytest.fixture
def photo(anna: Browser) -> Photo:
    """Anna's photo, for nobody but who gets it by a link, and the cover of an album."""
    photo = ready_photo(anna.user_id, caption="Garden", visibility="private")
    album_id = albums.create(anna.user_id, "Summer", Audience(PRIVATE))
    album_photos.add(Person(anna.user_id), album_id, [photo])
    return photo


def link_to(kind: str, anna: Browser, photo: Photo, **more: object) -> str:
    """Return the link's path."""
    target_id = photo.photo_id
    if kind == "album":
        (target_id,) = album_entries.list_of_photo(photo.photo_id)
    rights = ["view", "download"]
    token = links.create(anna.user_id, f"{kind}:{target_id}", label="", rights=rights, **more)
    return f"/open/{token}"


def pictures(page: str) -> set[str]:
    """Return the names of the page's pictures, without the watermark's fingerprint."""
    return set(re.findall(r"/media/\w+/([a-z]*-?\d+)[\w-]*\.webp", page))


@pytest.mark.parametrize("kind", ["photo", "album"])
@pytest.mark.parametrize("watermark", [True, False])
def test_watermark_is_on_every_picture_and_nothing_else_is_handed_out(
    app: Flask, anna: Browser, photo: Photo, kind: str, watermark: bool
) -> None:
    guest = Browser(app.test_client())
    opened = guest.get(
        link_to(kind, anna, photo, watermark=watermark), Sec_Fetch_Mode="navigate"
    ).headers["Location"]
    pages = [opened] if kind == "photo" else [opened, f"{opened}/photos/{photo.photo_id}"]

    shown = set().union(*(pictures(guest.get(page).text) for page in pages))
    download = guest.get(f"{pages[-1]}/download")

    assert shown
    assert {name.startswith("marked-") for name in shown} == {watermark}
    assert (media.marked_name("marked-960", "Anna") in guest.get(pages[0]).text) == watermark
    assert (download.status_code == 404) == watermark


@pytest.mark.parametrize("kind", ["photo", "album"])
@pytest.mark.parametrize("signed_in", [True, False])
def test_whoever_opens_a_link_with_a_passcode_is_asked_for_it_and_gets_in(
    app: Flask, anna: Browser, ben: Browser, photo: Photo, kind: str, signed_in: bool
) -> None:
    guest = ben if signed_in else Browser(app.test_client())
    link = link_to(kind, anna, photo, passcode="sesame")
    page = guest.get(link, Sec_Fetch_Mode="navigate").location

    asked = guest.get(page)
    assert (asked.status_code, asked.location[-9:]) == (303, "/passcode")
    form = guest.get(asked.location).text
    guest.csrf_token = re.search(r'name="csrf_token" value="([^"]+)"', form)[1]

    assert guest.post(asked.location, passcode="sesame").location == page
    assert pictures(guest.get(page).text)


def test_what_one_may_see_anyway_asks_for_no_passcode(anna: Browser, photo: Photo) -> None:
    page = anna.get(
        link_to("album", anna, photo, passcode="sesame"), Sec_Fetch_Mode="navigate"
    ).location

    assert anna.get(page).status_code == 200


@pytest.mark.parametrize("kind", ["photo", "album"])
@pytest.mark.parametrize(
    ("more", "picture"),
    [
        ({}, None),
        ({"preview": True}, "960"),
        ({"preview": True, "watermark": True}, "marked-960"),
        ({"preview": True, "passcode": "sesame"}, None),
    ],
)
def test_preview_has_a_picture_only_if_the_owner_said_so(
    anonymous: Browser, anna: Browser, photo: Photo, kind: str, more: dict, picture: str | None
) -> None:
    page = anonymous.get(link_to(kind, anna, photo, **more)).text

    assert ("Garden" if kind == "photo" else "Summer") in page
    assert pictures(page) == ({picture} if picture else set())


@pytest.mark.parametrize("deleted", [True, False])
def test_preview_of_an_album_has_no_picture_of_what_is_no_longer_in_it(
    anonymous: Browser, anna: Browser, photo: Photo, deleted: bool
) -> None:
    (album_id,) = album_entries.list_of_photo(photo.photo_id)
    link = link_to("album", anna, photo, preview=True)
    if deleted:
        photos.delete(anna.user_id, photo.photo_id)
    else:  # as it was left by who took it out while it was being chosen
        album_photos.remove(album_id, photo.photo_id)
        albums.change(anna.user_id, album_id, {"cover": photo.photo_id})

    page = anonymous.get(link)

    assert page.status_code == 200
    assert "Summer" in page.text
    assert pictures(page.text) == set()
