"""Events of what is committed reach the fan-out, even if the topic could not be told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fanout.handler import handler
from store import clock, due, events, friends, photos
from store.errors import NotFound
from tests.aws import Account
from tests.people import ready_photo


@pytest.fixture
def sweep_later(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Sweeps as the schedule will when events may be told again."""

    def sweep() -> int:
        at = clock.now() + events.TOLD_AGAIN_AFTER
        monkeypatch.setattr(due, "now", lambda: at)
        return handler({"sweep": {}}, None)["due"]

    return sweep


def no_topic(*_: object, **__: object) -> None:
    raise ConnectionError("no topic")


def delete(anna: str, ben: str, photo_id: str) -> dict[str, object]:
    photos.delete(anna, photo_id)
    return {"type": "photo.deleted", "photo_id": photo_id, "user_id": anna}


def edit(anna: str, ben: str, photo_id: str) -> dict[str, object]:
    photos.edit(anna, photo_id, caption="Hut")
    return {"type": "photo.edited", "photo_id": photo_id}


def befriend(anna: str, ben: str, photo_id: str) -> dict[str, object]:
    friends.befriend(anna, ben)
    return {"type": "friendship.made", "user_ids": [anna, ben]}


@pytest.mark.parametrize("act", [delete, edit, befriend])
def test_what_the_topic_did_not_take_is_told_by_the_sweep(
    aws: Account,
    anna: str,
    ben: str,
    monkeypatch: pytest.MonkeyPatch,
    sweep_later: Callable[[], int],
    act: Callable[[str, str, str], dict[str, object]],
) -> None:
    photo = ready_photo(anna)
    aws.events()
    with monkeypatch.context() as broken:
        broken.setattr(events, "publish", no_topic)
        event = act(anna, ben, photo.photo_id)
    assert (aws.events(), handler({"sweep": {}}, None)) == ([], {"due": 0})

    assert sweep_later() == 1

    assert aws.events() == [event]
    assert sweep_later() == 0


def test_what_the_topic_took_is_told_once(
    aws: Account, anna: str, ben: str, sweep_later: Callable[[], int]
) -> None:
    friends.befriend(anna, ben)

    assert len(aws.events()) == 1
    assert sweep_later() == 0


def test_what_was_not_done_is_not_told(
    aws: Account, anna: str, ben: str, sweep_later: Callable[[], int]
) -> None:
    with pytest.raises(NotFound):
        friends.remove(anna, ben)

    assert (aws.events(), sweep_later()) == ([], 0)
