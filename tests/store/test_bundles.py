from __future__ import annotations

import pytest

from store import bundles
from store.authors import Author
from store.bundles import Event
from tests.aws import Account


class Clock:
    """Stands still until a test moves it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds = 1_800_000_000
        monkeypatch.setattr(bundles, "now", lambda: self.seconds)
        monkeypatch.setattr("time.time_ns", lambda: self.seconds * 1_000_000_000)
        monkeypatch.setattr(bundles, "created_at", self.opened_at)
        monkeypatch.setattr(bundles, "new_id", self.new_id)
        self._opened: dict[str, int] = {}

    def opened_at(self, bundle_id: str) -> int:
        return self._opened[bundle_id]

    def new_id(self) -> str:
        bundle_id = f"bundle {len(self._opened)}"
        self._opened[bundle_id] = self.seconds
        return bundle_id


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def photo_added(photo_id: str, audience: str = "friends") -> Event:
    return Event(
        event_id=f"photo#{photo_id}",
        kind=bundles.PHOTOS,
        scope="photos#anna",
        actor=Author("anna"),
        photo_id=photo_id,
        audience=audience,
    )


def test_what_comes_close_together_is_one_bundle(clock: Clock) -> None:
    first = bundles.add(photo_added("1"))
    clock.seconds += bundles.WINDOW - 1
    second = bundles.add(photo_added("2"))

    assert first == ("bundle 0", True)
    assert second == ("bundle 0", False)
    assert bundles.get("bundle 0").photos == {"1", "2"}


def test_what_comes_after_the_window_is_another(clock: Clock) -> None:
    bundles.add(photo_added("1"))
    clock.seconds += bundles.WINDOW

    assert bundles.add(photo_added("2")) == ("bundle 1", True)
    assert bundles.get("bundle 0").photos == {"1"}
    assert bundles.get("bundle 1").photos == {"2"}


def test_the_window_slides_but_not_for_ever(clock: Clock) -> None:
    ids = []
    for n in range(10):
        ids.append(bundles.add(photo_added(str(n)))[0])
        clock.seconds += bundles.WINDOW - 60

    assert ids[:7] == ["bundle 0"] * 7
    assert ids[7:] == ["bundle 1"] * 3


def test_due_time_follows_the_last_event_up_to_the_hour(clock: Clock) -> None:
    opened = clock.seconds
    bundles.add(photo_added("0"))
    assert bundles.get("bundle 0").due_at == opened + bundles.WINDOW

    for n in range(1, 7):
        clock.seconds += bundles.WINDOW - 60
        bundles.add(photo_added(str(n)))

    assert bundles.get("bundle 0").due_at == opened + bundles.LONGEST


@pytest.mark.parametrize("late", [0, 3 * 86400])
def test_a_repeat_changes_nothing_and_is_answered_as_the_first_time(
    aws: Account, clock: Clock, late: int
) -> None:
    first = bundles.add(photo_added("1"))
    bundles.add(photo_added("2"))
    clock.seconds += late
    before = sorted(aws.items(), key=lambda item: item["PK"])

    assert [bundles.add(photo_added("1")) for _ in range(10)] == [first] * 10
    assert bundles.add(photo_added("2")) == ("bundle 0", False)

    assert sorted(aws.items(), key=lambda item: item["PK"]) == before


def test_people_who_were_not_told_yet_are_told_of_the_same_bundle(clock: Clock) -> None:
    bundles.add(photo_added("1", audience="friends"))

    assert bundles.add(photo_added("2", audience="circle")) == ("bundle 0", True)
    assert bundles.add(photo_added("3", audience="circle")) == ("bundle 0", False)


def test_a_bundle_lists_no_more_than_enough(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "ENOUGH", 3)

    for n in range(5):
        bundles.add(photo_added(str(n)))

    found = bundles.get("bundle 0")
    assert (len(found.photos), found.more) == (3, True)


def test_another_message_that_was_quicker_is_joined(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    get_many, rivals = bundles.table.get_many, [photo_added("rival")]

    def read_then_lose_the_race(keys):
        found = get_many(keys)
        if rivals:
            bundles.add(rivals.pop())
        return found

    monkeypatch.setattr(bundles.table, "get_many", read_then_lose_the_race)

    assert bundles.add(photo_added("1")) == ("bundle 0", False)
    assert bundles.get("bundle 0").photos == {"1", "rival"}


def test_an_event_is_two_calls(aws: Account, clock: Clock) -> None:
    bundles.add(photo_added("1"))
    aws.calls.clear()

    bundles.add(photo_added("2"))

    assert aws.calls == {"BatchGetItem": 1, "TransactWriteItems": 1}
