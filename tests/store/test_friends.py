from __future__ import annotations

import pytest

from store import friends
from store.errors import Conflict, NotFound


def names(user_id: str, state: str = friends.FRIENDS) -> list[str]:
    return [f.name for f in friends.list_friends(user_id, limit=50).items if f.state == state]


def test_both_sides_are_friends(anna: str, ben: str) -> None:
    friends.befriend(anna, ben)

    assert names(anna) == ["Ben"]
    assert names(ben) == ["Anna"]
    assert friends.are_friends(ben, anna)


def test_befriending_twice_changes_nothing(anna: str, ben: str) -> None:
    friends.befriend(anna, ben)
    friends.befriend(ben, anna)

    assert names(anna) == ["Ben"]


def test_removing_ends_both_sides(anna: str, ben: str) -> None:
    friends.befriend(anna, ben)

    friends.remove(ben, anna)

    assert names(anna) == names(ben) == []
    with pytest.raises(NotFound):
        friends.remove(ben, anna)


def test_blocked_person_cannot_become_a_friend_again(anna: str, ben: str) -> None:
    friends.befriend(anna, ben)
    friends.block(anna, ben)

    with pytest.raises(Conflict):
        friends.befriend(ben, anna)

    assert names(anna, friends.BLOCKED) == ["Ben"]
    assert names(ben) == names(ben, friends.BLOCKED) == []


def test_two_blocks_are_lifted_each_by_its_own_side(anna: str, ben: str) -> None:
    friends.block(anna, ben)
    friends.block(ben, anna)

    friends.unblock(anna, ben)

    assert names(ben, friends.BLOCKED) == ["Anna"]
    with pytest.raises(Conflict):
        friends.befriend(anna, ben)


def test_removing_cannot_lift_the_other_sides_block(anna: str, ben: str) -> None:
    friends.block(anna, ben)

    with pytest.raises(NotFound):
        friends.remove(ben, anna)

    assert names(anna, friends.BLOCKED) == ["Ben"]


def test_a_friendship_is_not_a_block_to_lift(anna: str, ben: str) -> None:
    friends.befriend(anna, ben)

    with pytest.raises(NotFound):
        friends.unblock(anna, ben)

    assert friends.are_friends(anna, ben)


def test_list_pages_through_all(anna: str, ben: str, carla: str) -> None:
    friends.befriend(anna, ben)
    friends.befriend(anna, carla)

    first = friends.list_friends(anna, limit=1)
    second = friends.list_friends(anna, limit=1, after=first.cursor)

    assert {first.items[0].name, second.items[0].name} == {"Ben", "Carla"}
