"""What waits for a person, in one small item: it is read with every session and by every poll."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import keys

if TYPE_CHECKING:
    from store.keys import Key
    from store.table import Item


@dataclass(frozen=True, slots=True)
class Inbox:
    """`unread` notices; the latest bundle of friends' photos and when it last grew, in ms.

    `read_at` is when this was read, in ms: whatever comes later is new to the page.
    """

    unread: int = 0
    photos_id: str = ""
    photos_at: int = 0
    read_at: int = 0


EMPTY = Inbox()


def read_inbox(user_id: str, found: Mapping[Key, Item]) -> Inbox:
    """Return the inbox from what was read.

    A bundle grows without a write to everybody's inbox: a page that waits for photos reads with
    the inbox the bundle that it named last.
    """
    item = found.get(keys.inbox(user_id), {})
    photos_id, photos_at = item.get("photos_id", ""), item.get("photos_at", 0)
    growing = found.get(keys.bundle(photos_id), {})
    return Inbox(
        item.get("unread", 0),
        photos_id,
        max(photos_at, growing.get("changed_at", 0)),
        time.time_ns() // 1_000_000,
    )
