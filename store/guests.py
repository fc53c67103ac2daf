"""Guests: browsers that have opened a link, and the people behind them once they say a name.

A guest's session is an opaque cookie like anybody's. To each owner whose links it has opened the
browser is a guest of its own, so that two owners cannot tell that theirs is the same person.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from store import keys, table
from store.clock import DAY, as_datetime, now
from store.errors import Conflict, NotFound
from store.ids import created_at, new_id, new_secret
from store.links import Link

NAME_LIMIT = 40
LIFETIME = 30 * DAY
LINKS_KEPT = 20  # that one browser has open


@dataclass(frozen=True, slots=True)
class GuestSession:
    """What one browser has opened. `passes` maps a link's target to its link and passcode state;
    `guest_ids` maps an owner to who this browser is to them."""

    session_id: str
    csrf_token: str
    expires_at: int
    name: str = ""
    passes: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    guest_ids: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_item(cls, item: table.Item) -> GuestSession:
        return cls(**{name: item[name] for name in cls.__slots__ if name in item})

    def to_item(self) -> table.Item:
        key = keys.guest_session(self.session_id)
        item: table.Item = key.primary
        return item | {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who came by one's link and said a name. `banned` hides what they added; `friend_id`
    is who they are since they became a friend."""

    guest_id: str
    user_id: str
    name: str
    banned: bool = False
    friend_id: str = ""
    label: str = ""

    @property
    def created_at(self) -> datetime:
        return as_datetime(created_at(self.guest_id))

    @classmethod
    def from_item(cls, item: table.Item) -> Guest:
        return cls(**{name: item[name] for name in cls.__slots__ if name in item})


def check(token: str) -> GuestSession | None:
    """Return the guest's session of that token while it lasts."""
    item = table.get(keys.guest_session(keys.fingerprint(token)))
    if item is None or item["expires_at"] <= now():
        return None
    return GuestSession.from_item(item)


def open_link(session: GuestSession | None, link: Link) -> tuple[str | None, GuestSession]:
    """Let the browser in by the link; return its session, with a token if it is a new one."""
    token = None
    if session is None:
        token = new_secret()
        session = GuestSession(keys.fingerprint(token), new_secret(), now() + LIFETIME)
    before = session.passes.get(link.target, {})
    unlocked = not link.passcode or (
        before.get("link_id") == link.link_id and bool(before.get("unlocked"))
    )
    others = {target: each for target, each in session.passes.items() if target != link.target}
    kept = dict(list(others.items())[-(LINKS_KEPT - 1) :])
    opened = replace(
        session,
        expires_at=now() + LIFETIME,
        passes=kept
        | {
            link.target: {
                "link_id": link.link_id,
                "user_id": link.user_id,
                "unlocked": unlocked,
                "watermark": link.watermark,
            }
        },
        guest_ids={link.user_id: new_id()} | dict(session.guest_ids),
    )
    table.write(table.put(opened.to_item()))
    return token, opened


def unlock(session: GuestSession, link: Link) -> None:
    """Note that this browser has said the link's passcode."""
    passes = dict(session.passes)
    passes[link.target] = {**passes[link.target], "link_id": link.link_id, "unlocked": True}
    table.write(table.put(replace(session, passes=passes).to_item()))


def introduce(session: GuestSession, link: Link, name: str) -> None:
    """Take down the name under which the link's owner will see what this guest does."""
    guest_id = session.guest_ids[link.user_id]
    key, index = keys.guest(guest_id), keys.guest_index(link.user_id, guest_id)
    guest: table.Item = {
        **key.primary,
        **index.indexed,
        "guest_id": guest_id,
        "user_id": link.user_id,
        "name": name,
        "label": link.label,
    }
    with contextlib.suppress(Conflict):  # said before: a banned guest stays one
        table.write(table.put(guest, condition="attribute_not_exists(PK)"))
    table.write(table.put(replace(session, name=name).to_item()))


def end(session: GuestSession) -> None:
    """Forget what this browser has opened."""
    table.write(table.delete(keys.guest_session(session.session_id)))


def list_own(user_id: str) -> list[Guest]:
    """Return the guests of one's links, newest first."""
    page = table.query(
        *keys.all_of(keys.guest_index, user_id), limit=200, index=True, newest_first=True
    )
    return [Guest.from_item(item) for item in page.items]


def get_own(user_id: str, guest_id: str) -> Guest:
    """Return one's own guest. Raises NotFound."""
    item = table.get(keys.guest(guest_id))
    if item is None or item["user_id"] != user_id:
        raise NotFound(guest_id)
    return Guest.from_item(item)


def ban(user_id: str, guest_id: str, *, banned: bool) -> None:
    """Hide what one's guest added and take their links' use from them, or lift that."""
    table.write_existing(
        table.update(
            keys.guest(guest_id),
            set_={"banned": banned},
            condition="#user_id = :me",
            values={":me": user_id},
        )
    )


def become_friend(user_id: str, guest_id: str, friend_id: str, name: str) -> table.Operation:
    """Describe who the guest becomes, once and for all: what they added is theirs under their own
    name."""
    return table.update(
        keys.guest(guest_id),
        set_={"friend_id": friend_id, "name": name},
        condition="#user_id = :me AND (attribute_not_exists(#friend_id) OR #friend_id = :friend)",
        values={":me": user_id, ":friend": friend_id},
    )
