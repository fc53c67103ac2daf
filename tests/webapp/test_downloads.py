from __future__ import annotations

import json
from urllib.parse import unquote

import pytest

from store import friends, media
from store.photos import Photo
from tests.aws import Account
from tests.people import ready_photo
from tests.webapp.conftest import Browser, text
from webapp.downloads import MOST_LOOKS


@pytest.fixture
def photo(anna: Browser) -> Photo:
    return ready_photo(anna.user_id)


def asked_for(aws: Account) -> list[dict[str, str]]:
    sqs = aws.client("sqs")
    url = sqs.get_queue_url(QueueName="thumbnails")["QueueUrl"]
    found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(message["Body"]) for message in found]


def test_friend_waits_once_and_gets_the_copy(
    aws: Account, anna: Browser, ben: Browser, photo: Photo
) -> None:
    friends.befriend(anna.user_id, ben.user_id)
    path = f"/photos/{photo.photo_id}/download"

    assert "being prepared" in text(ben.get(path))
    ben.get(path + "?asked=1")
    assert asked_for(aws) == [{"copy": photo.photo_id}]

    media.write_copy(photo.photo_id, b"jpeg")
    answer = ben.get(path)
    assert answer.status_code == 303
    address = f"https://media.s3.eu-central-1.amazonaws.com/downloads/{photo.photo_id}.jpg?"
    assert answer.location.startswith(address), "not the address that young buckets redirect from"
    assert 'attachment; filename="contact-sheet-2026-08-01-' in unquote(answer.location)
    shown = ben.get(path + "?show=1")
    assert 'inline; filename="contact-sheet-2026-08-01-' in unquote(shown.location)
    for look in ({}, {"HX_Request": "true"}):
        arrived = ben.get(path + "?asked=1", **look)
        assert "Your download has started" in text(arrived)
        assert f'hx-get="{path}"' in arrived.text
    assert f'content="3;url={path}"' in ben.get(path + "?asked=1").text
    begin = ben.get(path, HX_Request="true")
    assert begin.headers["HX-Redirect"].startswith(answer.location.partition("?")[0])


def test_friend_hears_that_there_can_be_no_copy(
    aws: Account, anna: Browser, ben: Browser, photo: Photo
) -> None:
    friends.befriend(anna.user_id, ben.user_id)
    media.write_copy(photo.photo_id, b"")

    answer = ben.get(f"/photos/{photo.photo_id}/download?asked=1")

    assert "cannot be made" in text(answer)
    assert "http-equiv" not in answer.text
    assert asked_for(aws) == []


def test_friend_does_not_wait_for_ever(anna: Browser, ben: Browser, photo: Photo) -> None:
    friends.befriend(anna.user_id, ben.user_id)
    path = f"/photos/{photo.photo_id}/download"

    assert f"{path}?asked={MOST_LOOKS}" in ben.get(f"{path}?asked={MOST_LOOKS - 1}").text
    answer = ben.get(f"{path}?asked={MOST_LOOKS}").text

    assert "try again in a few minutes" in answer
    assert "http-equiv" not in answer


def test_stranger_gets_neither(carla: Browser, photo: Photo) -> None:
    media.write_copy(photo.photo_id, b"jpeg")

    assert carla.get(f"/photos/{photo.photo_id}/download").status_code == 404
    assert carla.get(f"/photos/{photo.photo_id}/original").status_code == 404


def test_only_the_owner_gets_the_original(anna: Browser, ben: Browser, photo: Photo) -> None:
    friends.befriend(anna.user_id, ben.user_id)
    path = f"/photos/{photo.photo_id}/original"

    assert f"/originals/{photo.photo_id}?" in anna.get(path).location
    assert ben.get(path).status_code == 404
