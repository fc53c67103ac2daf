from __future__ import annotations

from typing import Any

import pytest

from fanout.handler import handle
from store import circles, friends, keys, photos, table
from store.errors import NotFound
from tests.aws import Account
from tests.people import person, ready_photo
from tests.store.test_feed import captions, deliver


def members(anna: str, circle_id: str) -> set[str]:
    page = friends.list_friends(anna, limit=50)
    return {friend.user_id for friend in page.items if circle_id in friend.circles}


def test_who_joins_sees_at_once_and_finds_it_in_the_feed(aws: Account, anna: str, ben: str) -> None:
    friends.befriend(anna, ben)
    circle_id = circles.create(anna, "Family")
    photo = ready_photo(anna, visibility=f"circle:{circle_id}", caption="Hut")
    deliver(aws)
    assert captions(ben) == []

    circles.change(anna, circle_id, add=[ben], remove=[])
    assert photos.get_visible(ben, photo.photo_id)
    deliver(aws)

    assert captions(ben) == ["Hut"]


def test_who_leaves_sees_nothing_at_once(aws: Account, anna: str, ben: str) -> None:
    friends.befriend(anna, ben)
    circle_id = circles.create(anna, "Family")
    circles.change(anna, circle_id, add=[ben], remove=[])
    ready_photo(anna, visibility=f"circle:{circle_id}")
    deliver(aws)

    circles.change(anna, circle_id, add=[], remove=[ben])

    assert captions(ben) == []
    assert circles.get_own(anna, circle_id).size == 0


@pytest.mark.parametrize("again", [["add"], ["remove"]])
def test_the_same_form_twice_at_once_counts_once(
    anna: str, ben: str, monkeypatch: pytest.MonkeyPatch, again: list[str]
) -> None:
    friends.befriend(anna, ben)
    circle_id = circles.create(anna, "Family")
    before: dict[str, list[str]] = {"add": [], "remove": []}
    if again == ["remove"]:
        circles.change(anna, circle_id, **before | {"add": [ben]})
    form = before | dict.fromkeys(again, [ben])
    read, others = table.get_many, [form]

    def overtaken(*args: Any, **kwargs: Any) -> Any:
        found = read(*args, **kwargs)
        if others:
            circles.change(anna, circle_id, **others.pop())
        return found

    monkeypatch.setattr(table, "get_many", overtaken)
    circles.change(anna, circle_id, **form)

    assert members(anna, circle_id) == set(form["add"])
    assert circles.get_own(anna, circle_id).size == len(form["add"])


def test_those_who_had_room_in_a_circle_find_its_photos(
    aws: Account, anna: str, ben: str, carla: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(circles, "MEMBERS_LIMIT", 1)
    monkeypatch.setattr(circles, "AT_ONCE", 1)
    for friend in (ben, carla):
        friends.befriend(anna, friend)
    circle_id = circles.create(anna, "Family")
    ready_photo(anna, visibility=f"circle:{circle_id}", caption="Hut")
    deliver(aws)

    with pytest.raises(circles.Full):
        circles.change(anna, circle_id, add=[ben, carla], remove=[])
    deliver(aws)

    (inside,) = members(anna, circle_id)
    assert captions(inside) == ["Hut"]


def test_only_friends_can_be_put_in(anna: str, ben: str) -> None:
    circle_id = circles.create(anna, "Family")

    circles.change(anna, circle_id, add=[ben], remove=[])

    assert members(anna, circle_id) == set()
    assert table.get(keys.friendship(anna, ben)) is None


def test_deleting_a_circle_hides_what_was_for_it(aws: Account, anna: str, ben: str) -> None:
    friends.befriend(anna, ben)
    circle_id = circles.create(anna, "Family")
    circles.change(anna, circle_id, add=[ben], remove=[])
    photo = ready_photo(anna, visibility=f"circle:{circle_id}")

    circles.delete(anna, circle_id)

    with pytest.raises(NotFound):
        photos.get_visible(ben, photo.photo_id)
    assert not [item for item in aws.items() if circle_id in item["PK"]]


def test_a_new_friendship_is_in_no_circle(aws: Account, anna: str, ben: str) -> None:
    friends.befriend(anna, ben)
    circle_id = circles.create(anna, "Family")
    circles.change(anna, circle_id, add=[ben], remove=[])

    friends.remove(anna, ben)
    friends.befriend(anna, ben)
    deliver(aws)

    assert members(anna, circle_id) == set()
    assert circles.list_member_ids(circle_id) == []
    assert circles.get_own(anna, circle_id).size == 0


def test_who_is_back_in_a_circle_stays_when_the_old_news_come(
    aws: Account, anna: str, ben: str
) -> None:
    friends.befriend(anna, ben)
    circle_id = circles.create(anna, "Family")
    circles.change(anna, circle_id, add=[ben], remove=[])
    deliver(aws)
    friends.remove(anna, ben)
    late = aws.events()
    for event in late:
        handle(event)

    friends.befriend(anna, ben)
    circles.change(anna, circle_id, add=[ben], remove=[])
    for event in late:
        handle(event)

    assert circles.list_member_ids(circle_id) == [ben]
    assert circles.get_own(anna, circle_id).size == 1


def test_befriending_again_leaves_the_circles_alone(anna: str, ben: str) -> None:
    friends.befriend(anna, ben)
    circle_id = circles.create(anna, "Family")
    circles.change(anna, circle_id, add=[ben], remove=[])

    friends.befriend(ben, anna)

    assert members(anna, circle_id) == {ben}


def test_circle_has_a_limit(
    anna: str, ben: str, carla: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(circles, "MEMBERS_LIMIT", 1)
    friends.befriend(anna, ben)
    friends.befriend(anna, carla)
    circle_id = circles.create(anna, "Family")

    with pytest.raises(circles.Full):
        circles.change(anna, circle_id, add=[ben, carla], remove=[])

    assert members(anna, circle_id) == set()


def test_strangers_circle_is_not_found(anna: str, ben: str) -> None:
    circle_id = circles.create(anna, "Family")

    for act in (
        lambda: circles.get_own(ben, circle_id),
        lambda: circles.rename(ben, circle_id, "Mine"),
        lambda: circles.change(ben, circle_id, add=[anna], remove=[]),
        lambda: circles.delete(ben, circle_id),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_long_roll_is_delivered_in_runs(
    aws: Account, anna: str, ben: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fanout.handler import handle
    from store import feed

    friends.befriend(anna, ben)
    circle_id = circles.create(anna, "Family")
    for number in range(5):
        ready_photo(anna, str(number), visibility=f"circle:{circle_id}")
    aws.events()
    monkeypatch.setattr(feed, "ITEMS_A_RUN", 2 * feed.ITEMS_A_PHOTO)
    circles.change(anna, circle_id, add=[ben], remove=[])

    todo, runs = aws.events(), 0
    while todo:
        handle(todo.pop())
        todo += aws.events()
        runs += 1

    assert len(captions(ben)) == 5
    assert runs == 3


def test_circle_of_strangers_name_gives_nothing(anna: str, ben: str) -> None:
    """A circle counts only on the friendships of the photo's owner."""
    carla = person("Carla again")
    friends.befriend(anna, ben)
    friends.befriend(carla, ben)
    circle_id = circles.create(carla, "Hers")
    circles.change(carla, circle_id, add=[ben], remove=[])

    photo = ready_photo(anna, visibility=f"circle:{circle_id}")

    with pytest.raises(NotFound):
        photos.get_visible(ben, photo.photo_id)
