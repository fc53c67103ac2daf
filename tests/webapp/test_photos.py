from __future__ import annotations

import pytest

from fanout.handler import handle
from store import album_photos, albums, friends, media, members, photos, users
from store.access import Person
from store.audience import Audience
from tests.aws import Account
from tests.people import finish, pending_photo, ready_photo
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

    assert (existing.status_code, text(existing)) == (404, text(missing))


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


def test_owner_sets_the_time_right(anna: Browser) -> None:
    photo = ready_photo(anna.user_id)
    path = f"/photos/{photo.photo_id}/edit"

    assert 'value="2026-08-01T12:00:00"' in anna.get(path).text
    anna.post(path, caption="", tags="", taken_at="2025-07-02T10:30")
    assert photos.get(photo.photo_id).taken_at == "2025-07-02T10:30:00+02:00"

    for nonsense in ("yesterday", "0001-01-01T00:00"):
        assert anna.post(path, caption="", tags="", taken_at=nonsense).status_code == 400


def test_words_are_edited_in_place(anna: Browser) -> None:
    photo = ready_photo(anna.user_id)

    form = anna.get(f"/photos/{photo.photo_id}/edit", HX_Request="true").text

    assert "<html" not in form
    assert 'name="caption"' in form
    assert anna.csrf_token in form


def test_camera_only_if_the_owner_shows_it(anna: Browser, ben: Browser) -> None:
    friends.befriend(anna.user_id, ben.user_id)
    pending = pending_photo(anna.user_id)
    finish(pending, camera="Contax T2 <b>")
    path = f"/photos/{pending.photo_id}"

    assert "Contax" not in ben.get(path).text
    anna.post("/settings", display_name="Anna", shows_camera="yes")

    assert "Contax T2 &lt;b&gt;" in ben.get(path).text


def test_albums_are_named_to_those_who_may_see_them(
    anna: Browser, ben: Browser, carla: Browser
) -> None:
    friends.befriend(anna.user_id, ben.user_id)
    friends.befriend(anna.user_id, carla.user_id)
    photo = ready_photo(anna.user_id)
    album_id = albums.create(anna.user_id, "Summit", Audience("private"))
    members.let_in(anna.user_id, album_id, ben.user_id, "viewer")
    album_photos.add(Person(anna.user_id), album_id, [photo])
    path = f"/photos/{photo.photo_id}"

    assert "Summit" in text(anna.get(path))
    assert "Summit" in text(ben.get(path))
    assert "Summit" not in text(carla.get(path))
