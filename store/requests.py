"""Asking to be friends: between people who share an album, if the other may be asked.

A request that is declined stays as such for a while: asking again is answered as the first time
was, and nobody is told of it twice.
"""

from __future__ import annotations

from store import access, events, friends, keys, table, users
from store.clock import DAY, as_datetime, now
from store.errors import Conflict, NotFound
from store.friends import Friend
from store.users import User

ASKED, DECLINED = "asked", "declined"
LIFETIME = 90 * DAY


def share_album(one: str, other: str, album_id: str) -> bool:
    """Say whether both have a part in the album now: two calls."""
    people = (one, other)
    members = [keys.member(album_id, user_id) for user_id in people]
    found = table.get_many([keys.album(album_id), *members])
    album = found.get(keys.album(album_id))
    ties = table.get_many(
        keys.friendship(found[key]["host_id"], user_id)
        for key, user_id in zip(members, people, strict=True)
        if key in found
    )
    return album is not None and all(
        album["user_id"] == user_id or access.member_part(album_id, user_id, {**found, **ties})
        for user_id in people
    )


def ask(asker: User, user_id: str, album_id: str) -> None:
    """Ask somebody from a shared album to be friends; if they have asked already, this accepts.

    Raises NotFound if they may not be asked, have blocked the asker, or share no such album.
    """
    asker_id = asker.user_id
    theirs, mine = keys.request(user_id, asker_id), keys.request(asker_id, user_id)
    ties = [keys.friendship(user_id, asker_id), keys.friendship(asker_id, user_id)]
    found = table.get_many([keys.user(user_id), mine, *ties])
    person = found.get(keys.user(user_id))
    if person is None or user_id == asker_id or any(tie in found for tie in ties):
        raise NotFound(user_id)
    if is_open(found.get(mine)):
        return accept(asker_id, user_id)
    if not User.from_item(person).may_be_asked or not share_album(asker_id, user_id, album_id):
        raise NotFound(user_id)
    item = {
        **theirs.primary,
        "asker_id": asker_id,
        "state": ASKED,
        "asked_at": now(),
        "expires_at": now() + LIFETIME,
    }
    try:
        new = table.put(
            item,
            condition="attribute_not_exists(PK) OR #expires_at <= :now",
            values={":now": now()},
        )
        events.commit([new], "friend.asked", user_id=user_id, from_id=asker_id)
    except Conflict:
        return


def stands(item: table.Item | None) -> bool:
    """Say whether a request, as read, was made and is not forgotten yet, whatever the answer."""
    return item is not None and item["expires_at"] > now()


def is_open(item: table.Item | None) -> bool:
    """Say whether a request, as read, still waits for an answer."""
    return item is not None and stands(item) and item["state"] == ASKED


def list_open(user_id: str) -> list[Friend]:
    """Return who waits for this person's answer (a hundred at most), oldest account first."""
    page = table.query(*keys.all_of(keys.request, user_id), limit=100)
    asked = {item["asker_id"]: item for item in page.items if is_open(item)}
    people = users.get_many(asked)
    return [
        Friend(
            asker_id,
            people[asker_id].name,
            ASKED,
            as_datetime(item["asked_at"]),
            people[asker_id].portrait,
        )
        for asker_id, item in asked.items()
        if asker_id in people
    ]


def accept(user_id: str, asker_id: str) -> None:
    """Become the asker's friend, or answer a request that friends have left behind.

    Raises NotFound if there is no request, or a block by now.
    """
    answered = table.delete(
        keys.request(user_id, asker_id),
        condition="#state = :asked AND #expires_at > :now",
        values={":asked": ASKED, ":now": now()},
    )
    with table.must_exist(asker_id):
        friends.befriend(asker_id, user_id, provided=[answered])


def decline(user_id: str, asker_id: str) -> None:
    """Let a request rest, without telling. Raises NotFound if there is none."""
    change = table.update(
        keys.request(user_id, asker_id),
        set_={"state": DECLINED},
        condition="#state = :asked",
        values={":asked": ASKED},
    )
    table.write_existing(change)
