"""The same photo from several people, added to one album, is one tile until somebody parts it."""

from __future__ import annotations

import re

import pytest

from fanout.handler import handle
from store import (
    album_entries,
    album_order,
    album_photos,
    albums,
    folds,
    friends,
    members,
    photos,
    sheets,
)
from store.access import Person
from store.audience import Audience
from store.photos import Photo
from tests.aws import Account
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


def test_copy_stays_when_the_first_goes(
    aws: Account, anna: Browser, ben: Browser, carla: Browser, album: str
) -> None:
    first = add(anna, album, LOOK, "one")
    copy = add(ben, album, NEAR, "other")

    photos.delete(anna.user_id, first.photo_id)
    assert tiles(anna, album) == [copy.photo_id]

    deliver(aws)
    assert tiles(anna, album) == [copy.photo_id]
    add(carla, album, LOOK, "third")
    assert tiles(anna, album) == [copy.photo_id]
    assert albums.find(album).photo_count == 2


def deliver(aws: Account) -> None:
    while events := aws.events():
        for event in events:
            if not event["type"].startswith("notice."):
                handle(event)


@pytest.fixture
def three(anna: Browser, ben: Browser, carla: Browser, album: str) -> list[str]:
    """The same photo from all three, among three other ones of Anna's."""
    add(anna, album, "0f" * 16, "before", taken_at="2025-01-01T12:00:00")
    ids = [add(each, album, LOOK, each.user_id).photo_id for each in (anna, ben, carla)]
    for n in range(2):
        add(anna, album, f"{n + 1}c" * 16, f"after {n}", taken_at=f"2027-01-0{n + 1}T12:00:00")
    return ids


def pages(browser: Browser, album_id: str, limit: int) -> list[list[str]]:
    """Return what each page of the album shows, photo by photo with those folded into it."""
    shown, cursor = [], None
    while True:
        sheet = sheets.read(Person(browser.user_id), album_id, limit=limit, after=cursor)
        shown += [[one.photo.photo_id for one in (tile, *tile.others)] for tile in sheet.tiles]
        cursor = sheet.cursor
        if cursor is None:
            return shown


@pytest.mark.parametrize("limit", [1, 2, 3, 15])
@pytest.mark.parametrize("order", ["taken", "hand"])
def test_one_tile_in_any_order_wherever_pages_break(
    anna: Browser, album: str, three: list[str], order: str, limit: int
) -> None:
    if order == "hand":
        for photo_id, where in ((three[1], "first"), (three[2], "later")):
            album_order.move(anna.user_id, album, photo_id, where=where)

    shown = pages(anna, album, limit)

    assert [len(each) for each in shown] == [1, 3, 1, 1]
    assert sorted(shown[1]) == sorted(three)


@pytest.mark.parametrize("order", ["taken", "hand"])
def test_shown_apart_they_stay_side_by_side(
    anna: Browser, ben: Browser, album: str, three: list[str], order: str
) -> None:
    if order == "hand":
        album_order.move(anna.user_id, album, three[0], where="last")

    ben.post(f"/albums/{album}/photos/{three[2]}/copies/parting")

    shown = [photo_id for (photo_id,) in pages(anna, album, 15)]
    first = min(map(shown.index, three))
    assert sorted(shown[first : first + 3]) == sorted(three)
    assert len(shown) == 6


def test_each_leaves_by_itself(
    aws: Account, anna: Browser, ben: Browser, carla: Browser, album: str, three: list[str]
) -> None:
    for leaver, rest in ((ben, [three[0], three[2]]), (carla, [three[0]])):
        members.let_go(album, leaver.user_id)
        deliver(aws)
        assert sorted(pages(anna, album, 15)[1]) == sorted(rest)
    assert albums.find(album).photo_count == 4


def test_copies_leave_by_themselves_also_when_another_has_taken_the_place_over(
    anna: Browser, ben: Browser, carla: Browser, album: str
) -> None:
    first, heir, last = (add(each, album, LOOK, "one") for each in (anna, ben, carla))
    album_photos.remove(album, first.photo_id)

    album_photos.remove(album, last.photo_id)

    (tile,) = sheets.read(Person(anna.user_id), album, limit=9).tiles
    assert (tile.photo.photo_id, tile.others) == (heir.photo_id, ())
    assert album_entries.entry_of(album, heir.photo_id).copies == ()


def test_deleted_album_leaves_no_copy_behind(
    aws: Account, anna: Browser, album: str, three: list[str]
) -> None:
    albums.delete(anna.user_id, album)
    deliver(aws)

    assert [album_entries.list_of_photo(each) for each in three] == [[], [], []]


def test_whom_a_block_hides_is_not_among_them(
    ben: Browser, carla: Browser, album: str, three: list[str]
) -> None:
    friends.block(carla.user_id, ben.user_id)

    assert sorted(pages(carla, album, 15)[1]) == sorted([three[0], three[2]])
    assert sorted(pages(ben, album, 15)[1]) == sorted([three[0], three[1]])


def test_first_one_that_is_hidden_does_not_hide_the_others(
    anna: Browser, ben: Browser, carla: Browser, album: str
) -> None:
    mine = add(ben, album, LOOK, "one")
    other = add(anna, album, LOOK, "one")
    friends.block(carla.user_id, ben.user_id)

    assert pages(carla, album, 15) == [[other.photo_id]]
    assert pages(anna, album, 15) == [[mine.photo_id, other.photo_id]]


def test_words_of_a_copy_find_the_tile(
    aws: Account, anna: Browser, ben: Browser, album: str, three: list[str]
) -> None:
    photos.edit(ben.user_id, three[1], caption="Gorge")
    deliver(aws)

    assert f"photo-{three[0]}" in anna.get(f"/search?q=gorge&album={album}").text


def test_a_place_holds_nine(browser_of, anna: Browser, album: str) -> None:
    add(anna, album, LOOK, "camera")
    for n in range(folds.COPIES + 1):
        friend = browser_of(f"Friend {n}")
        friends.befriend(anna.user_id, friend.user_id)
        members.let_in(anna.user_id, album, friend.user_id, "contributor")
        add(friend, album, LOOK, f"copy {n}")

    assert [len(each) for each in pages(anna, album, 15)] == [folds.COPIES + 1, 1]
