"""The same photo from several people, added to one album, is one tile until somebody parts it."""

from __future__ import annotations

import re

import pytest

from store import album_photos, albums, friends, members, photos
from store.access import Person
from store.audience import Audience
from store.photos import Photo
from tests.people import finish, pending_photo
from tests.webapp.conftest import Browser, text

LOOK = "00" * 16
NEAR = "7f" + "00" * 15  # seven bits away
FAR = "ff" + "00" * 15  # eight


@pytest.fixture
def album(anna: Browser, ben: Browser, carla: Browser) -> str:
    """Anna's album, to which her friends Ben and Carla add."""
    album_id = albums.create(anna.user_id, "Alps", Audience("private"))
    for friend in (ben, carla):
        friends.befriend(anna.user_id, friend.user_id)
        members.let_in(anna.user_id, album_id, friend.user_id, "contributor")
    return album_id


def add(owner: Browser, album_id: str, likeness: str, content: str, **found: object) -> Photo:
    pending = pending_photo(owner.user_id, content, visibility="private")
    finish(pending, likeness=likeness, **found)
    photo = photos.get(pending.photo_id)
    album_photos.add(Person(owner.user_id), album_id, [photo])
    return photo


def tiles(browser: Browser, album_id: str) -> list[str]:
    return re.findall(r'id="photo-(\w+)"', browser.get(f"/albums/{album_id}").text)


def test_copies_are_one_tile_with_everybody_who_added_them(
    anna: Browser, ben: Browser, carla: Browser, album: str
) -> None:
    first = add(anna, album, LOOK, "camera")
    add(ben, album, NEAR, "messenger", taken_at=None)
    add(carla, album, LOOK, "camera")

    page = anna.get(f"/albums/{album}")

    assert len(tiles(anna, album)) == 1
    assert re.search("also from (Ben, Carla|Carla, Ben|Anna)", text(page))
    assert text(ben.get(f"/albums/{album}/photos/{first.photo_id}/copies")).count("01JDF") == 0
    shown = ben.get(f"/albums/{album}/photos/{first.photo_id}/copies").text
    assert shown.count("<article") == 3


@pytest.mark.parametrize(
    ("likeness", "found"),
    [(FAR, {}), (NEAR, {"width": 3000, "height": 4000}), ("", {})],
    ids=["too different", "another shape", "without structure"],
)
def test_what_is_no_copy_is_its_own(
    anna: Browser, ben: Browser, album: str, likeness: str, found: dict[str, int]
) -> None:
    add(anna, album, LOOK, "one")
    add(ben, album, likeness, "other", **found)

    assert len(tiles(anna, album)) == 2


def test_ones_own_burst_is_not_folded(anna: Browser, album: str) -> None:
    add(anna, album, LOOK, "one")
    add(anna, album, NEAR, "a second later")

    assert len(tiles(anna, album)) == 2


def test_other_albums_do_not_matter(anna: Browser, ben: Browser, album: str) -> None:
    other = albums.create(ben.user_id, "Secret", Audience("private"))
    add(ben, other, LOOK, "one")
    add(anna, album, LOOK, "one")

    page = text(anna.get(f"/albums/{album}"))

    assert "also from" not in page
    assert "Ben" not in page


def test_any_contributor_shows_them_apart_others_do_not(
    anna: Browser, ben: Browser, carla: Browser, album: str
) -> None:
    first = add(anna, album, LOOK, "one")
    add(ben, album, NEAR, "other")
    path = f"/albums/{album}/photos/{first.photo_id}/copies"

    assert "Show them apart" not in carla.get(path).text
    assert carla.post(path + "/parting").status_code == 404
    assert len(tiles(anna, album)) == 1

    assert "Show them apart" in ben.get(path).text
    ben.post(path + "/parting")
    assert len(tiles(anna, album)) == 2


def test_copy_stays_when_the_first_goes(anna: Browser, ben: Browser, album: str) -> None:
    first = add(anna, album, LOOK, "one")
    copy = add(ben, album, NEAR, "other")

    photos.delete(anna.user_id, first.photo_id)

    assert tiles(anna, album) == [copy.photo_id]
