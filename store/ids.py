"""Identifiers that sort by time (ULID) and secrets that cannot be guessed."""

from __future__ import annotations

import re
import secrets

from ulid import ULID

_ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")


def new_id() -> str:
    """Return a new ULID: 26 characters, the first ten of them the time, so they sort by age."""
    return str(ULID())


def is_id(text: str) -> bool:
    """Say whether `text` could be one of our ids."""
    return _ULID.fullmatch(text) is not None


def created_at(identifier: str) -> int:
    """Return when the id was made, in seconds since 1970."""
    return int(ULID.from_str(identifier).timestamp)


def new_secret() -> str:
    """Return 256 random bits as 43 characters that may stand in a URL or a cookie."""
    return secrets.token_urlsafe(32)
