"""Every key of the table, as pure functions. docs/data-model.md is tested against this module."""

from __future__ import annotations

import hashlib
from typing import NamedTuple


class Key(NamedTuple):
    """A primary key of the table, or a key of its index GSI1."""

    pk: str
    sk: str


def fingerprint(secret: str) -> str:
    """Return the SHA-256 of a token in hex: the only form in which the table knows a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def user(user_id: str) -> Key:
    return Key(f"USER#{user_id}", "PROFILE")


def identity(identity_id: str) -> Key:
    return Key(f"IDENTITY#{identity_id}", "IDENTITY")


def session(session_id: str) -> Key:
    return Key(f"SESSION#{session_id}", "SESSION")


def session_index(user_id: str, session_id: str) -> Key:
    return Key(f"USER#{user_id}", f"SESSION#{session_id}")


def friendship(user_id: str, friend_id: str) -> Key:
    return Key(f"USER#{user_id}", f"FRIEND#{friend_id}")


def invite(invite_id: str) -> Key:
    return Key(f"INVITE#{invite_id}", "INVITE")


def invite_index(user_id: str, created_at: int | str, invite_id: str) -> Key:
    return Key(f"USER#{user_id}", f"INVITE#{created_at}#{invite_id}")


def photo(photo_id: str) -> Key:
    return Key(f"PHOTO#{photo_id}", "PHOTO")


def roll_index(user_id: str, photo_id: str) -> Key:
    return Key(f"ROLL#{user_id}", photo_id)


def pending_index(granted_at: int | str, photo_id: str) -> Key:
    return Key("PENDING", f"{granted_at}#{photo_id}")


def checksum(user_id: str, sha256: str) -> Key:
    return Key(f"USER#{user_id}", f"SHA256#{sha256}")


def feed_entry(user_id: str, photo_id: str) -> Key:
    return Key(f"FEED#{user_id}", photo_id)
