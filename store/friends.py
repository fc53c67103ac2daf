"""Friendships: one item on each side, written together, so that either side answers alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from store import events, keys, table, users
from store.clock import as_datetime, now
from store.errors import Conflict, NotFound
from store.ids import new_id

FRIENDS, BLOCKED = "friends", "blocked"


@dataclass(frozen=True, slots=True)
class Friend:
    """Somebody on a person's list; `since` is when they became friends, or were blocked;
    `portrait` is their picture (see `users.User`), `circles` are those of the person's circles that
    they are in."""

    user_id: str
    name: str
    state: str
    since: datetime
    portrait: str = ""
    circles: frozenset[str] = frozenset()


def befriend(user_id: str, friend_id: str, *, provided: Iterable[table.Operation] = ()) -> None:
    """Make two people friends, on both sides or not at all, and tell the fan-out.

    `provided` are further operations of the same transaction. Raises Conflict if one of them may
    not be done or if one of the two has blocked the other; whoever is a friend already stays one,
    circles and all, and what is provided is done.
    """
    if user_id == friend_id:
        raise Conflict
    bond, provided = new_id(), list(provided)
    both_sides = [
        table.put(_item(one, other, FRIENDS) | {"bond": bond}, condition="attribute_not_exists(PK)")
        for one, other in ((user_id, friend_id), (friend_id, user_id))
    ]
    try:
        events.commit([*both_sides, *provided], "friendship.made", user_ids=[user_id, friend_id])
    except Conflict:
        already = table.check(
            keys.friendship(user_id, friend_id),
            condition="#state = :friends",
            values={":friends": FRIENDS},
        )
        table.transact([already, *provided])


def are_friends(user_id: str, friend_id: str) -> bool:
    """Say whether the two are friends now."""
    return is_friendship(table.get(keys.friendship(user_id, friend_id)))


def is_friendship(item: table.Item | None) -> bool:
    """Say whether a friendship item, as read, stands for two friends."""
    return item is not None and item["state"] == FRIENDS


def is_block(item: table.Item | None) -> bool:
    """Say whether a friendship item, as read, hides its owner from the other."""
    return item is not None and item["state"] == BLOCKED


def list_friends(user_id: str, *, limit: int, after: str | None = None) -> table.Page[Friend]:
    """Return a page of the people this person is friends with or has blocked, with their names."""
    page = list_friend_ids(user_id, limit=limit, after=after)
    people = users.get_many(item["friend_id"] for item in page.items)
    found = [
        Friend(
            user_id=item["friend_id"],
            name=people[item["friend_id"]].name,
            state=item["state"],
            since=as_datetime(item["since"]),
            portrait=people[item["friend_id"]].portrait,
            circles=frozenset(item.get("circles", ())),
        )
        for item in page.items
        if item["friend_id"] in people
    ]
    return table.Page(found, page.cursor)


def list_friend_ids(
    user_id: str, *, limit: int, after: str | None = None
) -> table.Page[table.Item]:
    """Return a page of friendship items (`friend_id`, `state`), in one call."""
    start = keys.friendship(user_id, after).sk if after else None
    page = table.query(*keys.all_of(keys.friendship, user_id), after=start, limit=limit)
    return table.Page(page.items, page.items[-1]["friend_id"] if page.cursor else None)


def remove(user_id: str, friend_id: str) -> None:
    """End a friendship on both sides. Raises NotFound if there is none."""
    _refuse_oneself(user_id, friend_id)
    with table.must_exist(friend_id):
        events.commit(
            [
                table.delete(
                    keys.friendship(one, other),
                    condition="#state = :friends",
                    values={":friends": FRIENDS},
                )
                for one, other in ((user_id, friend_id), (friend_id, user_id))
            ],
            "friendship.ended",
            user_ids=[user_id, friend_id],
        )


def block(user_id: str, friend_id: str) -> None:
    """Let this person hide from the other, who is not told: a friendship ends on both sides.

    Raises NotFound for oneself.
    """
    _refuse_oneself(user_id, friend_id)
    mine = table.put(_item(user_id, friend_id, BLOCKED))
    theirs = table.delete(
        keys.friendship(friend_id, user_id),
        condition="attribute_not_exists(PK) OR #state = :friends",
        values={":friends": FRIENDS},
    )
    try:
        events.commit([mine, theirs], "friendship.ended", user_ids=[user_id, friend_id])
    except Conflict:  # the other one has blocked too, and that block is theirs to lift
        table.write(mine)


def unblock(user_id: str, friend_id: str) -> None:
    """Lift this person's own block. Raises NotFound if there is none."""
    table.write_existing(
        table.delete(
            keys.friendship(user_id, friend_id),
            condition="#state = :blocked",
            values={":blocked": BLOCKED},
        )
    )


def _refuse_oneself(user_id: str, friend_id: str) -> None:
    if user_id == friend_id:
        raise NotFound(friend_id)


def _item(user_id: str, friend_id: str, state: str) -> table.Item:
    return {
        **keys.friendship(user_id, friend_id).primary,
        "friend_id": friend_id,
        "state": state,
        "since": now(),
    }
