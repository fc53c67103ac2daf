"""Sessions: an opaque 256-bit token in a cookie; the table knows its SHA-256 only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from store import keys, table
from store.clock import DAY, now
from store.errors import Conflict
from store.ids import is_id, new_secret
from store.inbox import EMPTY, Inbox, read_inbox

IDLE = 7 * DAY
ABSOLUTE = 30 * DAY
TOUCH_EVERY = DAY  # a write on every page would cost more than the page


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that signed in. Without `user_id` the person has yet to choose a name.

    `inbox` says what news wait for them; it is read with the session, in the same call.
    """

    session_id: str
    user_id: str | None
    identity: str
    csrf_token: str
    signed_in_at: int
    expires_at: int
    inbox: Inbox = EMPTY

    @classmethod
    def from_item(cls, item: table.Item, inbox: Inbox = EMPTY) -> Session:
        return cls(
            session_id=item["session_id"],
            user_id=item.get("user_id"),
            identity=item["identity"],
            csrf_token=item["csrf_token"],
            signed_in_at=item["signed_in_at"],
            expires_at=item["expires_at"],
            inbox=inbox,
        )

    def to_item(self) -> table.Item:
        item: table.Item = {
            **keys.session(self.session_id).primary,
            "session_id": self.session_id,
            "identity": self.identity,
            "csrf_token": self.csrf_token,
            "signed_in_at": self.signed_in_at,
            "expires_at": self.expires_at,
        }
        if self.user_id:
            item |= {
                "user_id": self.user_id,
                **keys.session_index(self.user_id, self.session_id).indexed,
            }
        return item


def start(identity: str, user_id: str | None) -> tuple[str, Session]:
    """Start a session and return its token, for the cookie, with it.

    The token ends with the person's id, so that `check` knows which inbox to read with the session.
    """
    token, signed_in_at = new_secret() + (f".{user_id}" if user_id else ""), now()
    session = Session(
        session_id=keys.fingerprint(token),
        user_id=user_id,
        identity=identity,
        csrf_token=new_secret(),
        signed_in_at=signed_in_at,
        expires_at=signed_in_at + IDLE,
    )
    table.write(table.put(session.to_item()))
    return token, session


def check(token: str) -> Session | None:
    """Return the session of that token while it lasts: 7 days unused, 30 days in all."""
    return check_and_read(token, [])[0]


def check_and_read(
    token: str, ahead: Iterable[keys.Key]
) -> tuple[Session | None, dict[keys.Key, table.Item]]:
    """Return the session with its inbox, and what the request will need next: all in one call."""
    key = keys.session(keys.fingerprint(token))
    user_id = token.partition(".")[2]
    own = [keys.inbox(user_id), keys.user(user_id)] if is_id(user_id) else []
    found = table.get_many([key, *own, *ahead])
    item = found.pop(key, None)
    if item is None or item["expires_at"] <= now():
        return None, found
    session = Session.from_item(item, read_inbox(user_id, found))
    _prolong(session)
    return session, found


def _prolong(session: Session) -> None:
    expires_at = min(now() + IDLE, session.signed_in_at + ABSOLUTE)
    if expires_at - session.expires_at < TOUCH_EVERY:
        return
    touch = table.update(
        keys.session(session.session_id),
        set_={"expires_at": expires_at},
        condition="attribute_exists(PK)",
    )
    try:
        table.write(touch)
    except Conflict:
        return  # signed out in another tab this instant: nothing to prolong


def end(session: Session) -> None:
    """Sign this browser out."""
    table.write(table.delete(keys.session(session.session_id)))


def end_all(user_id: str) -> None:
    """Sign the person out of every browser."""
    found = table.query_all(*keys.all_of(keys.session_index, user_id), index=True)
    table.write_many(deletes=map(keys.Key.of, found))
