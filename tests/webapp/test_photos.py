from __future__ import annotations

import pytest

from fanout.handler import handle
from store import friends, media, photos, users
from tests.aws import Account
from tests.people import pending_photo, ready_photo
from tests.webapp.conftest import Browser, text


def test_owner_and_friend_see_it_a_stranger_does_not(
    anna: Browser, ben: Browser, carla: Browser, anonymous: Browser
) -> None:
    friends.befriend(anna.user_id, ben.user_id)
    path = f"/photos/{ready_photo(anna.user_id, caption='Hut').photo_id}"

    assert "Hut" in text(anna.get(path))
    assert "Hut" in text(ben.get(path))
    assert carla.get(path).status_code == 404
    assert anonymous.get(path).location == f"/auth/sign-in?next={path}"


def test_stranger_reads_the_same_for_what_exists_and_what_does_not(
    anna: Browser, carla: Browser
) -> None:
    existing = carla.get(f"/photos/{ready_photo(anna.user_id).photo_id}")
    missing = carla.get("/photos/01JDFAAAAAAAAAAAAAAAAAAAAA")

    assert (existing.status_code, existing.text) == (404, missing.text)


@pytest.mark.parametrize(
    ("action", "form"),
    [
        ("edit", {"caption": "mine now", "tags": ""}),
        ("visibility", {"visibility": "private"}),
        ("deletion", {}),
    ],
)
def test_a_friend_cannot_change_it(anna: Browser, ben: Browser, action: str, form: dict) -> None:
    friends.befriend(anna.user_id, ben.user_id)
    photo = ready_photo(anna.user_id, caption="Hut")

    assert ben.post(f"/photos/{photo.photo_id}/{action}", **form).status_code == 404

    assert photos.get(photo.photo_id) == photo


def test_a_friend_is_offered_no_changes(anna: Browser, ben: Browser) -> None:
    friends.befriend(anna.user_id, ben.user_id)
    path = f"/photos/{ready_photo(anna.user_id).photo_id}"

    assert "Delete photo" in anna.get(path).text
    assert "Delete photo" not in ben.get(path).text
    assert ben.get(path + "/edit").status_code == 404


def test_owner_edits_caption_and_tags(anna: Browser) -> None:
    photo = ready_photo(anna.user_id)

    answer = anna.post(
        f"/photos/{photo.photo_id}/edit", caption="  Up\x00 high ", tags="#Alps, alps ,Étoile, "
    )

    assert answer.status_code == 303
    edited = photos.get(photo.photo_id)
    assert (edited.caption, edited.tags) == ("Up  high", ["alps", "étoile"])


def test_unknown_audience_is_refused(anna: Browser) -> None:
    photo = ready_photo(anna.user_id)

    answer = anna.post(f"/photos/{photo.photo_id}/visibility", visibility="everybody")

    assert answer.status_code == 400
    assert "who can see" in text(answer)
    assert photos.get(photo.photo_id).visibility == "friends"


def test_deleting_removes_everything(aws: Account, anna: Browser) -> None:
    photo = ready_photo(anna.user_id)
    media.write_picture(photo.photo_id, "320", b"webp")

    assert anna.post(f"/photos/{photo.photo_id}/deletion").location == "/you"
    for event in aws.events():
        handle(event)

    assert anna.get(f"/photos/{photo.photo_id}").status_code == 404
    assert "Contents" not in aws.client("s3").list_objects_v2(Bucket="media")
    assert photo.photo_id not in str(aws.items())
    assert (users.get(anna.user_id).bytes_used, users.get(anna.user_id).photo_count) == (0, 0)


def test_unfinished_photo_has_no_page(anna: Browser) -> None:
    assert anna.get(f"/photos/{pending_photo(anna.user_id).photo_id}").status_code == 404
