"""Pointers: small items by which a person finds photos and albums. What they lead to, and whether
it may be seen, is asked when they are read; those that are stale go then.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TypeVar

from store import keys, table
from store.errors import Conflict

T = TypeVar("T")

ROUNDS = 4  # how often a page reads on when removals have emptied it


def read(
    pk: str,
    follow: Callable[[list[table.Item]], tuple[dict[str, T], list[table.Item]]],
    *,
    limit: int,
    before: str | None = None,
) -> table.Page[T]:
    """Return a page of what a person's pointers lead to now, newest first.

    `follow` returns that by sort key, and which of the pointers are stale. Only a page that
    removals have thinned out reads on, ROUNDS times at most.
    """
    shown: dict[str, T] = {}
    cursor = before
    for _ in range(ROUNDS):
        page = table.query(pk, limit=limit, before=cursor, newest_first=True)
        found, stale = follow(page.items)
        drop(stale)
        shown |= found
        cursor = page.cursor
        if cursor is None or len(shown) >= limit:
            break
    if len(shown) > limit:
        cursor = list(shown)[limit - 1]
    return table.Page(list(shown.values())[:limit], cursor)


def drop(stale: list[table.Item]) -> None:
    """Remove stale pointers, unless the fan-out wrote one of them anew since it was read."""
    removals = [
        table.delete(
            keys.Key.of(entry),
            condition="#delivered_at = :seen",
            values={":seen": entry["delivered_at"]},
        )
        for entry in stale
    ]
    if removals:
        with contextlib.suppress(Conflict):  # shared again meanwhile: the next page reads it anew
            table.transact(removals)
