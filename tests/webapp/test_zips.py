from __future__ import annotations

import pytest

from store import album_photos, albums, friends, photos, zips
from store.access import Person
from store.audience import Audience
from store.ids import new_id
from store.photos import Photo
from tests.aws import Account
from tests.people import ready_photo
from tests.webapp.conftest import Browser, text


def test_chosen_photos_become_a_zip_that_only_they_can_see(anna: Browser, ben: Browser) -> None:
    photo = ready_photo(anna.user_id)

    page = anna.post("/zips", photo_id=photo.photo_id).location

    assert "0 of 1 photos are prepared" in text(anna.get(page))
    looking_again = anna.get(page, HX_Request="true").text
    assert "0 of 1 photos are prepared" in looking_again
    assert "<html" not in looking_again
    assert ben.get(page).status_code == 404
    assert ben.get(page + "/1").status_code == 404


def test_finished_zip_is_handed_out_part_by_part(anna: Browser) -> None:
    zip_id = finished_zip(anna, [ready_photo(anna.user_id, each).photo_id for each in "ab"])

    page = anna.get(f"/zips/{zip_id}")

    assert "Download part 1 (5.0 MB)" in text(page)
    assert "(5,0 MB)" in text(anna.get(f"/zips/{zip_id}", Accept_Language="de"))
    assert f"/downloads/zips/{zip_id}/2.zip?" in anna.get(f"/zips/{zip_id}/2").location
    assert anna.get(f"/zips/{zip_id}/3").status_code == 404


def finished_zip(person: Browser, photo_ids: list[str], *, album_id: str = "") -> str:
    """Return the id of a zip of two parts."""
    zip_id = zips.create(person.user_id, photo_ids, album_id=album_id)
    found = zips.note_prepared(zips.get(zip_id), prepared=len(photo_ids), skipped=[])
    found = zips.note_part(found, packed=1, size=5_000_000)
    zips.note_part(found, packed=len(photo_ids), size=1_000_000)
    return zip_id


def test_what_was_left_out_does_not_make_a_zip_old(anna: Browser, ben: Browser) -> None:
    mine, not_mine = ready_photo(anna.user_id), ready_photo(ben.user_id)
    zip_id = zips.create(anna.user_id, [mine.photo_id, not_mine.photo_id])
    found = zips.note_prepared(zips.get(zip_id), prepared=2, skipped=[not_mine.photo_id])
    zips.note_part(found, packed=2, size=5_000_000)

    assert "/downloads/zips/" in anna.get(f"/zips/{zip_id}/1").location


def delete_one(anna: Browser, ben: Browser, photo_id: str) -> None:
    photos.delete(anna.user_id, photo_id)


def unfriend(anna: Browser, ben: Browser, photo_id: str) -> None:
    friends.remove(anna.user_id, ben.user_id)


@pytest.mark.parametrize("in_album", [False, True])
@pytest.mark.parametrize("revoke", [delete_one, unfriend])
def test_zip_with_what_may_no_longer_be_had_is_packed_again(
    anna: Browser, ben: Browser, revoke, in_album: bool
) -> None:
    friends.befriend(anna.user_id, ben.user_id)
    mine = ready_photo(ben.user_id)
    theirs = ready_photo(anna.user_id, visibility="private" if in_album else "friends")
    album_id = album_of(anna, theirs) if in_album else ""
    photo_ids = [theirs.photo_id] if in_album else [mine.photo_id, theirs.photo_id]
    page = f"/zips/{finished_zip(ben, photo_ids, album_id=album_id)}"
    assert "/downloads/zips/" in ben.get(page + "/1").location

    revoke(anna, ben, theirs.photo_id)

    assert ben.get(page + "/1").location == page
    assert "can be packed again" in text(ben.get(page))
    assert page + "/1" not in ben.get(page).text
    assert all(f'value="{each}"' in ben.get(page).text for each in photo_ids)


def album_of(owner: Browser, photo: Photo) -> str:
    """Return the id of an album of the owner's that all their friends see, with the photo in it."""
    album_id = albums.create(owner.user_id, "Alps", Audience("friends"))
    album_photos.add(Person(owner.user_id), album_id, [photo])
    return album_id


def test_looking_into_many_photos_of_a_zip_takes_a_call_for_a_hundred(
    aws: Account, anna: Browser
) -> None:
    zip_id = finished_zip(anna, [new_id() for _ in range(300)])
    aws.calls.clear()

    assert not zips.is_current(zips.get(zip_id))

    assert aws.calls == {"GetItem": 1, "BatchGetItem": 3}


@pytest.mark.parametrize("chosen", [{}, {"photo_id": "nonsense"}])
def test_nothing_chosen_is_said(anna: Browser, chosen: dict[str, str]) -> None:
    answer = anna.post("/zips", **chosen)

    assert answer.status_code == 400
    assert "choose some photos" in text(answer)
