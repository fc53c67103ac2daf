"""People. A person is found by `iss` and `sub` of their sign-in, never by e-mail."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from store import events, keys, table
from store.clock import as_datetime, now
from store.errors import Conflict, NotFound
from store.ids import new_id

NAME_LIMIT = 40
CENTRED = (50, 50, 100)


@dataclass(frozen=True, slots=True)
class User:
    """A person. `bytes_used` are those of their photos, granted uploads included.

    `picture_id` is the photo of theirs that stands for them, and `picture_cut` the square of it
    that is seen, as `set_picture` takes it. `language` and `time_zone` are empty where the
    browser's count. The rest is what they allow others.
    """

    user_id: str
    name: str
    created_at: datetime
    bytes_used: int = 0
    photo_count: int = 0
    picture_id: str = ""
    picture_cut: str = ""
    language: str = ""
    time_zone: str = ""
    may_be_asked: bool = True
    shows_mutual: bool = False
    shows_camera: bool = False

    @classmethod
    def from_item(cls, item: table.Item) -> User:
        known = {name: item[name] for name in cls.__slots__ if name in item}
        return cls(**known | {"created_at": as_datetime(item["created_at"])})

    @property
    def portrait(self) -> str:
        """Their picture: photo id and name of the derivative, "ID/NAME"; empty without one."""
        return f"{self.picture_id}/portrait-{self.picture_cut}" if self.picture_id else ""

    @property
    def cut(self) -> tuple[int, int, int]:
        """The square of the picture that is seen, as `set_picture` takes it."""
        across, down, zoom = map(int, self.picture_cut.split("-"))
        return across, down, zoom


def portrait(item: table.Item) -> str:
    """Return what `User.portrait` says, of a profile as read; guests have none."""
    return User.from_item(item).portrait if "picture_id" in item else ""


def identity_id(issuer: str, subject: str) -> str:
    """Return the fingerprint under which a sign-in is known. A newline stands in neither part."""
    return hashlib.sha256(f"{issuer}\n{subject}".encode()).hexdigest()


def find_by_identity(identity: str) -> str | None:
    """Return the user id that signs in with this identity, None for a newcomer."""
    item = table.get(keys.identity(identity))
    return item["user_id"] if item else None


def sign_up(identity: str, name: str) -> str:
    """Create the person and tie the identity to them; return the user id.

    Two tabs that sign up at once get the same person: the first one's.
    """
    user_id, created_at = new_id(), now()
    tie = keys.identity(identity)
    try:
        table.transact(
            [
                table.put(
                    {**tie.primary, "user_id": user_id, "created_at": created_at},
                    condition="attribute_not_exists(PK)",
                ),
                table.put(
                    {
                        **keys.user(user_id).primary,
                        "user_id": user_id,
                        "name": name,
                        "created_at": created_at,
                        "bytes_used": 0,
                        "photo_count": 0,
                    }
                ),
            ]
        )
    except Conflict:
        existing = find_by_identity(identity)
        if existing is None:
            raise
        return existing
    return user_id


def key(user_id: str) -> keys.Key:
    """Name what `get` reads, for reading it ahead."""
    return keys.user(user_id)


def get(user_id: str, *, known: Mapping[keys.Key, table.Item] | None = None) -> User:
    """Return the person, from what is `known` if that has them. Raises NotFound."""
    item = (known or {}).get(key(user_id)) or table.get(key(user_id))
    if item is None:
        raise NotFound(user_id)
    return User.from_item(item)


def set_up(
    user_id: str,
    *,
    name: str,
    language: str,
    time_zone: str,
    may_be_asked: bool,
    shows_mutual: bool,
    shows_camera: bool,
) -> None:
    """Change a person's settings; a new name is what their photos are found by from now on."""
    settings = {
        "name": name,
        "language": language,
        "time_zone": time_zone,
        "may_be_asked": may_be_asked,
        "shows_mutual": shows_mutual,
        "shows_camera": shows_camera,
    }
    change = _change(user_id, settings)
    if name == get(user_id).name:
        table.write_existing(change)
    else:
        with table.must_exist(user_id):
            events.commit([change], "person.renamed", user_id=user_id)


def set_picture(user_id: str, photo_id: str, cut: tuple[int, int, int] = CENTRED) -> None:
    """Let a square of one's own photo, which the caller has looked up as such, stand for oneself.

    `cut` says where the square lies, in hundredths of the room that there is from left to right
    and from top to bottom, and how many hundredths of it the photo's shorter side is. Raises
    ValueError for what lies outside.
    """
    across, down, zoom = cut
    if not (0 <= across <= 100 and 0 <= down <= 100 and 100 <= zoom <= 400):
        raise ValueError(cut)
    picture = {"picture_id": photo_id, "picture_cut": f"{across}-{down}-{zoom}"}
    table.write_existing(_change(user_id, picture))


def forget_picture(user_id: str, photo_id: str = "") -> None:
    """Have no picture any more; with `photo_id`, only if it is that one."""
    condition = "#picture_id = :photo" if photo_id else "attribute_exists(PK)"
    change = table.update(
        key(user_id),
        remove=["picture_id", "picture_cut"],
        condition=condition,
        values={":photo": photo_id} if photo_id else None,
    )
    with contextlib.suppress(Conflict):
        table.write(change)


def _change(user_id: str, values: dict[str, Any]) -> table.Operation:
    return table.update(key(user_id), set_=values, condition="attribute_exists(PK)")


def get_many(user_ids: Iterable[str]) -> dict[str, User]:
    """Return the people who exist, by id."""
    found = table.get_many(keys.user(user_id) for user_id in user_ids)
    return {item["user_id"]: User.from_item(item) for item in found.values()}
