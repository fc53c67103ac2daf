"""Circles: a person's named groups of friends, which nobody else can see.

What counts is the mark that a circle leaves on the owner's side of each friendship: it is read
wherever the friendship is, and ends with it. The items of `CIRCLE#` only list the members.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from store import events, friends, keys, table
from store.errors import Conflict, NotFound
from store.ids import new_id

NAME_LIMIT = 40
CIRCLES_LIMIT = 30
MEMBERS_LIMIT = 150  # so that deleting a circle is a handful of calls, and done when it says so
AT_ONCE = 30  # changes of membership in one transaction, two operations each


class Full(Exception):
    """The circle, or the list of circles, has no room for more."""


@dataclass(frozen=True, slots=True)
class Circle:
    """A named group of friends; `size` counts those who were friends when they were put in."""

    circle_id: str
    name: str
    size: int

    @classmethod
    def from_item(cls, item: table.Item) -> Circle:
        return cls(item["circle_id"], item["name"], item["size"])


def create(user_id: str, name: str) -> str:
    """Create an empty circle; return its id. Raises Full."""
    if len(list_own(user_id)) >= CIRCLES_LIMIT:
        raise Full
    circle_id = new_id()
    table.write(
        table.put(
            {
                **keys.circle(user_id, circle_id).primary,
                "circle_id": circle_id,
                "name": name,
                "size": 0,
            }
        )
    )
    return circle_id


def list_own(user_id: str) -> list[Circle]:
    """Return the person's circles, oldest first."""
    page = table.query(*keys.all_of(keys.circle, user_id), limit=CIRCLES_LIMIT)
    return [Circle.from_item(item) for item in page.items]


def get_own(user_id: str, circle_id: str) -> Circle:
    """Return the person's circle. Raises NotFound, also for anybody else's."""
    item = table.get(keys.circle(user_id, circle_id))
    if item is None:
        raise NotFound(circle_id)
    return Circle.from_item(item)


def rename(user_id: str, circle_id: str, name: str) -> None:
    """Give the circle another name. Raises NotFound."""
    change = table.update(
        keys.circle(user_id, circle_id), set_={"name": name}, condition="attribute_exists(PK)"
    )
    table.write_existing(change)


def list_member_ids(circle_id: str) -> list[str]:
    """Return who was put into the circle; whether they still are in it, the friendship says."""
    page = table.query(*keys.all_of(keys.circle_member, circle_id), limit=MEMBERS_LIMIT * 2)
    return [item["SK"] for item in page.items]


def change(user_id: str, circle_id: str, *, add: Iterable[str], remove: Iterable[str]) -> None:
    """Put friends in and take members out, from the next request on.

    Whoever is no friend, or in or out already, is passed over. Those who are new in it find the
    photos in their feeds by way of the fan-out. Raises NotFound, Full.
    """
    get_own(user_id, circle_id)
    table.retry_on_conflict(partial(_change, user_id, circle_id, set(add), set(remove)))


def _change(user_id: str, circle_id: str, joining: set[str], leaving: set[str]) -> None:
    found = table.get_many(keys.friendship(user_id, each) for each in joining | leaving)
    marks = {item["friend_id"]: item.get("circles", set()) for item in found.values()}
    friends_now = {item["friend_id"] for item in found.values() if friends.is_friendship(item)}
    joining = {one for one in joining & friends_now if circle_id not in marks[one]}
    leaving = {one for one in leaving & marks.keys() if circle_id in marks[one]}
    for chunk in table.chunks(sorted(leaving), AT_ONCE):
        table.transact(_leave(user_id, circle_id, chunk))
    for chunk in table.chunks(sorted(joining), AT_ONCE):
        try:
            events.commit(
                _join(user_id, circle_id, chunk),
                "circle.changed",
                user_id=user_id,
                circle_id=circle_id,
                friend_ids=chunk,
            )
        except Conflict as conflict:
            if conflict.failed == (0,):
                raise Full from None
            raise


def _join(user_id: str, circle_id: str, friend_ids: list[str]) -> list[table.Operation]:
    listed = [keys.circle_member(circle_id, each) for each in friend_ids]
    return [
        _resize(user_id, circle_id, len(friend_ids)),
        *(
            table.update(
                keys.friendship(user_id, each),
                add={"circles": {circle_id}},
                # Twice in is one more in number than there are: the same form may be sent twice.
                condition="#state = :friends AND NOT contains(#circles, :circle)",
                values={":friends": friends.FRIENDS, ":circle": circle_id},
            )
            for each in friend_ids
        ),
        *(table.put(key.primary) for key in listed),
    ]


def _leave(user_id: str, circle_id: str, friend_ids: list[str]) -> list[table.Operation]:
    return [
        _resize(user_id, circle_id, -len(friend_ids)),
        *(
            table.update(
                keys.friendship(user_id, each),
                discard={"circles": {circle_id}},
                condition="contains(#circles, :circle)",
                values={":circle": circle_id},
            )
            for each in friend_ids
        ),
        *(table.delete(keys.circle_member(circle_id, each)) for each in friend_ids),
    ]


def _resize(user_id: str, circle_id: str, by: int) -> table.Operation:
    return table.update(
        keys.circle(user_id, circle_id),
        add={"size": by},
        condition="#size <= :room",
        values={":room": MEMBERS_LIMIT - max(by, 0)},
    )


def delete(user_id: str, circle_id: str) -> None:
    """Delete the circle; whoever saw something by it alone no longer does. Raises NotFound."""
    members = list_member_ids(circle_id)
    change(user_id, circle_id, add=[], remove=members)
    table.write_many(deletes=[keys.circle_member(circle_id, each) for each in members])
    table.write(table.delete(keys.circle(user_id, circle_id)))


def forget(user_id: str, friend_id: str) -> None:
    """Take somebody whose friendship has ended off the lists of the person's circles."""
    friendship = table.get(keys.friendship(user_id, friend_id)) or {}
    for circle in list_own(user_id):
        if circle.circle_id in friendship.get("circles", set()):
            continue
        listed = table.delete(
            keys.circle_member(circle.circle_id, friend_id), condition="attribute_exists(PK)"
        )
        with contextlib.suppress(Conflict):  # was not on this one
            table.transact([listed, _resize(user_id, circle.circle_id, -1)])
