from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace

import pytest

from store import clock, grants, photos, uploads, users
from store.errors import Conflict, NotFound, QuotaExceeded
from store.ids import new_id
from store.media import Upload
from tests.aws import Account
from tests.people import finish, pending_photo, ready_photo


def files(*contents: str) -> list[grants.File]:
    return [
        grants.File("image/jpeg", 1000, hashlib.sha256(text.encode()).hexdigest())
        for text in contents
    ]


def grant(user_id: str, wanted: list[grants.File], visibility: str = "friends"):
    return grants.grant(user_id, wanted, visibility=visibility, caption="", tags=[])


def form_upload(user_id: str, photo_id: str, **metadata: str) -> Upload:
    return Upload(f"incoming/{user_id}/{photo_id}", user_id, photo_id, 1000, 0, metadata)


def test_twenty_files_are_two_calls(aws: Account, anna: str) -> None:
    aws.calls.clear()

    granted = grant(anna, files(*map(str, range(20))))

    assert aws.calls == {"BatchGetItem": 1, "TransactWriteItems": 1}
    assert len({answer.photo_id for answer in granted}) == 20
    assert users.get(anna).bytes_used == 20_000


def test_same_bytes_twice_in_one_choice_are_one_photo(anna: str) -> None:
    first, second = grant(anna, files("a", "a"))

    assert first.photo_id == second.photo_id
    assert users.get(anna).bytes_used == 1000


def test_same_bytes_again_are_already_here(anna: str) -> None:
    photo = ready_photo(anna, "a")

    (answer,) = grant(anna, files("a"))

    assert (answer.photo_id, answer.grant) == (photo.photo_id, None)


def test_same_bytes_of_somebody_else_tell_nothing(anna: str, ben: str) -> None:
    ready_photo(anna, "a")

    (answer,) = grant(ben, files("a"))

    assert answer.grant is not None


def test_an_unused_grant_is_given_again_with_the_newer_audience(anna: str) -> None:
    (first,) = grant(anna, files("a"), "friends")
    (second,) = grant(anna, files("a"), "private")

    assert first.photo_id == second.photo_id
    assert photos.get(first.photo_id).visibility == "private"
    assert users.get(anna).bytes_used == 1000


def test_finishing_keeps_an_audience_that_changed_meanwhile(anna: str) -> None:
    pending = pending_photo(anna, "a", visibility="friends")
    grant(anna, files("a"), "private")

    finish(pending)

    assert photos.get(pending.photo_id).visibility == "private"


def test_quota_refuses_all_and_reserves_nothing(
    aws: Account, anna: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grants, "QUOTA", 1999)

    with pytest.raises(QuotaExceeded):
        grant(anna, files("a", "b"))

    assert users.get(anna).bytes_used == 0
    assert not [item for item in aws.items() if item["PK"].startswith("PHOTO#")]


def test_ready_photo_is_on_the_roll_with_its_true_size(anna: str) -> None:
    pending = pending_photo(anna)
    assert photos.list_roll(anna, limit=10).items == []

    finish(pending, size=900)

    (photo,) = photos.list_roll(anna, limit=10).items
    assert (photo.width, photo.height, photo.bytes) == (4000, 3000, 900)
    assert (users.get(anna).bytes_used, users.get(anna).photo_count) == (900, 1)


def test_finishing_twice_is_a_conflict(anna: str) -> None:
    pending = pending_photo(anna)
    finish(pending)

    with pytest.raises(Conflict):
        finish(pending)

    assert users.get(anna).photo_count == 1


def test_failing_gives_the_room_back_and_lets_the_bytes_come_again(anna: str) -> None:
    pending = pending_photo(anna, "a")

    uploads.fail(pending, "This is not a photo.")

    assert photos.get(pending.photo_id).reason == "This is not a photo."
    assert users.get(anna).bytes_used == 0
    (again,) = grant(anna, files("a"))
    assert again.photo_id != pending.photo_id


def test_a_ready_photo_cannot_fail(anna: str) -> None:
    photo = ready_photo(anna)

    uploads.fail(photo, "too late")

    assert photos.get(photo.photo_id).status == photos.READY
    assert users.get(anna).bytes_used == 1000


def test_a_form_photo_begins_when_it_arrives(anna: str) -> None:
    upload = form_upload(anna, "01JDFAAAAAAAAAAAAAAAAAAAAA", visibility="friends")

    photo = uploads.arrive(upload, caption="Hut", tags=["alps"])

    assert (photo.visibility, photo.caption, photo.status) == ("friends", "Hut", "pending")
    assert users.get(anna).bytes_used == 1000
    assert uploads.arrive(upload, caption="", tags=[]) == photo


@pytest.mark.parametrize("claimed", [{}, {"visibility": "everybody"}])
def test_an_arrival_of_unknown_audience_is_for_its_owner_only(anna: str, claimed: dict) -> None:
    upload = form_upload(anna, "01JDFAAAAAAAAAAAAAAAAAAAAA", **claimed)

    assert uploads.arrive(upload, caption="", tags=[]).visibility == photos.PRIVATE


def test_form_photo_with_known_bytes_is_a_duplicate(anna: str) -> None:
    first = ready_photo(anna, "a")
    upload = form_upload(anna, "01JDFAAAAAAAAAAAAAAAAAAAAA")
    second = uploads.arrive(upload, caption="", tags=[])

    with pytest.raises(uploads.Duplicate) as caught:
        finish(second, sha256=first.sha256)

    assert caught.value.photo_id == first.photo_id
    uploads.fail(second, "already here", duplicate_of=first.photo_id)
    (answer,) = grant(anna, files("a"))
    assert answer.grant is None


def test_only_old_pending_photos_are_overdue(anna: str, monkeypatch: pytest.MonkeyPatch) -> None:
    old, done = pending_photo(anna, "old"), ready_photo(anna, "done")
    at = clock.now() + uploads.GIVE_UP_AFTER + 1
    for module in (grants, uploads):
        monkeypatch.setattr(module, "now", lambda: at)
    fresh = pending_photo(anna, "fresh")

    overdue = [photo.photo_id for photo in uploads.list_overdue()]

    assert overdue == [old.photo_id]
    assert fresh.photo_id != done.photo_id


def test_granting_again_makes_an_old_reservation_young(
    anna: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pending_photo(anna, "a")
    at = clock.now() + uploads.GIVE_UP_AFTER + 1
    for module in (grants, uploads):
        monkeypatch.setattr(module, "now", lambda: at)

    grant(anna, files("a"))

    assert list(uploads.list_overdue()) == []


def test_saying_another_size_for_granted_bytes_takes_no_more_room(anna: str) -> None:
    (small,) = files("a")
    large = replace(small, size=50_000_000)
    granted = [each for wanted in ([small, large], [large]) for each in grant(anna, wanted)]

    assert {answer.photo_id for answer in granted} == {granted[0].photo_id}
    assert {size_range(answer) for answer in granted} == {(1000, 1000)}
    assert users.get(anna).bytes_used == photos.get(granted[0].photo_id).bytes == 1000


def size_range(answer: grants.Granted) -> tuple[int, int]:
    """Return the least and the most bytes that S3 will take by this grant."""
    assert answer.grant
    policy = json.loads(base64.b64decode(answer.grant.fields["policy"]))
    (found,) = [each for each in policy["conditions"] if "content-length-range" in each]
    return tuple(found[1:])


def test_bytes_that_came_first_win_over_a_grant_for_them_that_was_not_used(anna: str) -> None:
    granted = pending_photo(anna, "a")
    arrived = uploads.arrive(form_upload(anna, new_id()), caption="", tags=[])

    finish(arrived, sha256=granted.sha256)
    uploads.fail(granted, "The file never arrived.")

    assert photos.get(arrived.photo_id).status == photos.READY
    assert users.get(anna).bytes_used == 1000
    (answer,) = grant(anna, files("a"))
    assert (answer.photo_id, answer.grant) == (arrived.photo_id, None)


def test_a_grant_that_is_used_after_all_is_a_duplicate(anna: str) -> None:
    granted = pending_photo(anna, "a")
    arrived = uploads.arrive(form_upload(anna, new_id()), caption="", tags=[])
    finish(arrived, sha256=granted.sha256)

    with pytest.raises(uploads.Duplicate) as caught:
        finish(granted)

    assert caught.value.photo_id == arrived.photo_id


def test_the_slower_of_two_deliveries_finds_the_photo_that_took_the_last_room(
    anna: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grants, "QUOTA", 1000)
    upload, get, met = form_upload(anna, new_id()), photos.get, []

    def overtaken(photo_id: str) -> photos.Photo:
        if not met:
            met.append(photo_id)
            uploads.arrive(upload, caption="", tags=[])
            raise NotFound(photo_id)  # as it was a moment ago
        return get(photo_id)

    monkeypatch.setattr(photos, "get", overtaken)

    assert uploads.arrive(upload, caption="", tags=[]).status == photos.PENDING
    with pytest.raises(Conflict):
        uploads.refuse(upload, "There is no room left.")
    assert get(upload.photo_id).status == photos.PENDING


def test_an_upload_of_nobody_is_not_found(aws: Account) -> None:
    with pytest.raises(NotFound):
        uploads.arrive(form_upload(new_id(), new_id()), caption="", tags=[])
