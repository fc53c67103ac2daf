"""What happened becomes notices: who is told what, and in which bundle."""

from __future__ import annotations

from typing import Any

from store import bundles, events, friends, notices, photos, queues, table
from store.audience import PRIVATE
from store.bundles import Event
from store.errors import NotFound
from store.photos import Photo

READERS_A_RUN = 1000
READERS_A_MESSAGE = 10  # of those told, in each message to the channels


def tell(message: dict[str, Any]) -> None:
    """Put what happened into a bundle, and tell the bundle to its audience if it is new to them."""
    event = _event(message)
    if event is None:
        return
    bundle_id, tells = bundles.add(event)
    if tells:
        go_on({"type": "bundle.opened", "bundle_id": bundle_id, "of": message})


def go_on(message: dict[str, Any]) -> None:
    """Tell the bundle to some of its audience, READERS_A_RUN at a time, and then to the next.

    Repeats change nothing: a notice is written once, and the channels remember what they sent.
    """
    bundle = bundles.get(message["bundle_id"])
    if bundle is None:
        return
    readers = _readers(message["of"], message.get("after"))
    notices.tell(bundle, readers.items)
    events.publish_many(
        "notice.opened",
        [
            {"bundle_id": bundle.bundle_id, "user_ids": readers.items[n : n + READERS_A_MESSAGE]}
            for n in range(0, len(readers.items), READERS_A_MESSAGE)
        ],
    )
    if readers.cursor:
        queues.continue_fanout({**message, "after": readers.cursor})


def _event(message: dict[str, Any]) -> Event | None:
    """Return what is to be told, None if it is nobody's news (any more)."""
    match message["type"]:
        case "photo.ready" | "photo.shared":
            photo = _photo(message)
            if photo is None or photo.visibility == PRIVATE:
                return None
            return Event(
                event_id=f"photo#{photo.photo_id}",
                kind=bundles.PHOTOS,
                scope=f"photos#{photo.user_id}",
                actor_id=photo.user_id,
                photo_id=photo.photo_id,
                audience=photo.visibility,
            )
        case "friendship.made":
            inviter, friend = message["user_ids"]
            return Event(
                event_id=f"friends#{inviter}#{friend}",
                kind=bundles.FRIENDS,
                scope=f"friends#{inviter}",
                actor_id=friend,
                audience=inviter,
            )
    return None


def _photo(message: dict[str, Any]) -> Photo | None:
    try:
        photo = photos.get(message["photo_id"])
    except NotFound:
        return None
    return photo if photo.status == photos.READY else None


def _readers(message: dict[str, Any], after: str | None) -> table.Page[str]:
    """Return a page of the people that the event is told to."""
    match message["type"]:
        case "photo.ready" | "photo.shared":
            photo = _photo(message)
            if photo is None:
                return table.Page([])
            page = friends.list_friend_ids(photo.user_id, limit=READERS_A_RUN, after=after)
            return table.Page(
                [item["friend_id"] for item in page.items if friends.is_friendship(item)],
                page.cursor,
            )
        case "friendship.made":
            return table.Page([message["user_ids"][0]])
    return table.Page([])
