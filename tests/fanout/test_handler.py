"""The fan-out's handling of batches; what it delivers is tested in tests/store/test_feed.py."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fanout.handler import handler
from store import feed, friends, media
from store.aws import client
from store.ids import new_id
from tests.aws import Account
from tests.people import pending_photo, person, ready_photo


def run(*events: dict[str, Any]) -> list[str]:
    records = [{"messageId": str(n), "body": json.dumps(event)} for n, event in enumerate(events)]
    answer = handler({"Records": records}, None)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_only_the_broken_message_comes_again() -> None:
    anna, ben = person("Anna"), person("Ben")
    friends.befriend(anna, ben)
    photo = ready_photo(anna)

    assert run({"type": "nonsense"}, {"type": "photo.ready", "photo_id": photo.photo_id}) == ["0"]

    assert len(feed.read(ben, limit=24).items) == 1


def test_news_of_what_is_gone_is_no_error() -> None:
    assert run({"type": "photo.ready", "photo_id": new_id()}) == []


def test_news_of_an_unfinished_photo_delivers_nothing(aws: Account) -> None:
    anna = person("Anna")
    photo = pending_photo(anna)

    assert run({"type": "photo.shared", "photo_id": photo.photo_id}) == []

    assert not [item for item in aws.items() if item["PK"].startswith("FEED#")]


def test_deleting_bytes_twice_is_no_error(aws: Account) -> None:
    event = {"type": "photo.deleted", "photo_id": new_id(), "user_id": person("Anna")}

    assert run(event, event) == []


def test_bytes_that_s3_kept_are_deleted_by_the_next_delivery(
    aws: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = person("Anna")
    event = {"type": "photo.deleted", "photo_id": new_id(), "user_id": anna}
    kept = {"Key": media.original_key(event["photo_id"]), "Code": "InternalError"}
    with monkeypatch.context() as broken:
        broken.setattr(client("s3"), "delete_objects", lambda **_: {"Errors": [kept]})
        assert run(event) == ["0"]

    assert run(event) == []
