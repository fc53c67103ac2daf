"""What many photos are found by has changed at once: a tag's name, or their owner's.

A page of photos a run; the rest is a message of its own. Repeats find nothing left to do.
"""

from __future__ import annotations

import contextlib
from functools import partial
from typing import Any

from store import photos, queues, tags
from store.errors import NotFound

PHOTOS_A_RUN = 100


def handle(message: dict[str, Any]) -> None:
    """Do the next page of "tag.renamed" or "person.renamed", and queue the one after it."""
    run = _retag if message["type"] == "tag.renamed" else _index_anew
    before = run(message)
    if before:
        queues.continue_fanout({**message, "before": before})


def _retag(message: dict[str, Any]) -> str | None:
    user_id, tag, to = message["user_id"], message["tag"], message["to"]
    page = tags.list_tagged(user_id, tag, before=message.get("before"))
    rename = partial(tags.replaced, tag=tag, to=to)
    for photo_id in page.items:
        with contextlib.suppress(NotFound):  # deleted since it was indexed
            photos.edit(user_id, photo_id, tags=rename)
    return page.cursor


def _index_anew(message: dict[str, Any]) -> str | None:
    """Have each photo delivered again: as many messages, each of which is a photo's fan-out."""
    page = photos.list_roll(message["user_id"], limit=PHOTOS_A_RUN, before=message.get("before"))
    for photo in page.items:
        queues.continue_fanout({"type": "photo.edited", "photo_id": photo.photo_id})
    return page.cursor
