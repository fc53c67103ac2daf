"""Invite links: whoever opens one may become the inviter's friend, until it expires."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from store import friends, guests, keys, table, users
from store.clock import DAY, as_datetime, now
from store.errors import NotFound
from store.ids import new_secret

LIFETIME = 7 * DAY


@dataclass(frozen=True, slots=True)
class Invite:
    """A link that was handed out. Its id is the SHA-256 of its token; `guest_id` is for whom."""

    invite_id: str
    user_id: str
    created_at: datetime
    expires_at: datetime
    guest_id: str = ""

    @classmethod
    def from_item(cls, item: table.Item) -> Invite:
        return cls(
            invite_id=item["invite_id"],
            user_id=item["user_id"],
            created_at=as_datetime(item["created_at"]),
            expires_at=as_datetime(item["expires_at"]),
            guest_id=item.get("guest_id", ""),
        )


def create(user_id: str, *, guest_id: str = "") -> str:
    """Create an invite that lasts seven days; return its token, which is shown once.

    With `guest_id` it is for one of the person's guests, who keeps as a friend what they added.
    """
    token, created_at = new_secret(), now()
    invite_id = keys.fingerprint(token)
    key, index = keys.invite(invite_id), keys.invite_index(user_id, created_at, invite_id)
    table.write(
        table.put(
            {
                **key.primary,
                **index.indexed,
                "invite_id": invite_id,
                "user_id": user_id,
                "created_at": created_at,
                "expires_at": created_at + LIFETIME,
                **({"guest_id": guest_id} if guest_id else {}),
            }
        )
    )
    return token


def get(token: str) -> Invite:
    """Return the invite of that token. Raises NotFound if it is unknown, revoked or expired."""
    item = table.get(keys.invite(keys.fingerprint(token)))
    if item is None or item["expires_at"] <= now():
        raise NotFound("invite")
    return Invite.from_item(item)


def list_open(user_id: str) -> list[Invite]:
    """Return the person's invites that still work, newest first (the latest hundred at most)."""
    page = table.query(
        *keys.all_of(keys.invite_index, user_id), limit=100, index=True, newest_first=True
    )
    return [Invite.from_item(item) for item in page.items if item["expires_at"] > now()]


def revoke(user_id: str, invite_id: str) -> None:
    """Make the person's own invite useless at once. Raises NotFound."""
    table.write_existing(
        table.delete(
            keys.invite(invite_id), condition="#user_id = :owner", values={":owner": user_id}
        )
    )


def accept(invite: Invite, user_id: str) -> None:
    """Make the two friends if the invite still stands at that instant.

    A guest's invite is for one person, who becomes that guest. Raises NotFound if it was revoked,
    has expired or was somebody else's, or if one of them has blocked the other: the answer is the
    same, because a block is not told.
    """
    if invite.user_id == user_id:
        raise NotFound("invite")
    provided = [
        table.check(
            keys.invite(invite.invite_id), condition="#expires_at > :now", values={":now": now()}
        )
    ]
    if invite.guest_id:
        name = users.get(user_id).name
        provided.append(guests.become_friend(invite.user_id, invite.guest_id, user_id, name))
    with table.must_exist("invite"):
        friends.befriend(invite.user_id, user_id, provided=provided)
