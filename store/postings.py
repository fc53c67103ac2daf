"""The search index: for each person, each term and each photo they may see, one small item.

A posting is written with the feed entry and is a hint as that is: reading decides what is shown.
All terms of the photo travel on each posting as marks, so that a search for several terms reads
the list of one and leaves the rest to a filter.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from store import keys, table, terms

if TYPE_CHECKING:
    from store.photos import Photo


def write_for(reader_id: str, photo: Photo, owner_name: str) -> list[table.Item]:
    """Return the items by which this person finds the photo."""
    found = terms.of(photo, owner_name)
    shared = {
        "owner_id": photo.user_id,
        "terms": terms.marks(found),
        "delivered_at": time.time_ns() // 1_000_000,
    }
    items = []
    for term in found:
        key = keys.posting(reader_id, term, terms.taken(photo), photo.photo_id)
        items.append({**key.primary, **shared})
    return items


def read(
    reader_id: str, term: str, *, low: str, high: str, limit: int, also: list[str]
) -> table.Page[table.Item]:
    """Look at up to `limit` postings of a term, newest first, for those that hold `also` too."""
    return table.query_range(
        keys.posting(reader_id, term, "", "").pk,
        low=low,
        high=high,
        limit=limit,
        containing=[terms.mark(each) for each in also],
    )


def photo_id(posting: table.Item) -> str:
    """Return which photo a posting stands for."""
    return str(posting["SK"]).partition("#")[2]
