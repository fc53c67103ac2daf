"""What happened becomes notices: who is told what, and in which bundle."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fanout import readers
from store import (
    bundles,
    events,
    grants,
    keys,
    notices,
    photos,
    preferences,
    queues,
    users,
)
from store.audience import PRIVATE
from store.authors import Author
from store.bundles import Event
from store.clock import DAY, now
from store.photos import Photo
from store.preferences import APP

READERS_A_MESSAGE = 10  # of those told, in each message to the channels
NEARLY_FULL = 0.9  # of the quota


def tell(message: dict[str, Any]) -> None:
    """Put what happened into bundles, and tell each to its audience if it is new to them.

    An event's audience is a person, an album's owner and members, or whom its photo is for.
    """
    for event in _events(message):
        bundle_id, tells = bundles.add(event)
        if tells:
            opened = {"type": "bundle.opened", "bundle_id": bundle_id, "audience": event.audience}
            try:
                go_on(opened)
            except Exception:
                # The repeat of this message may find the photo deleted, and then nothing to tell;
                # but the bundle counts as told to these people, and more photos may be in it.
                queues.continue_fanout(opened)
                raise


def go_on(message: dict[str, Any]) -> None:
    """Tell the bundle to some of its audience, READERS_A_RUN at a time, and then to the next.

    Repeats change nothing: a notice is written once, and the channels remember what they sent.
    """
    bundle = bundles.get(message["bundle_id"])
    if bundle is None:
        return
    page = readers.find(bundle, message["audience"], after=message.get("after"))
    wanted = preferences.get_many(page.items)
    notices.tell(bundle, [each for each in page.items if wanted[each].wants(bundle, APP)])
    events.publish_many(
        "notice.opened",
        [
            {"bundle_id": bundle.bundle_id, "user_ids": page.items[n : n + READERS_A_MESSAGE]}
            for n in range(0, len(page.items), READERS_A_MESSAGE)
        ],
    )
    if page.cursor:
        queues.continue_fanout({**message, "after": page.cursor})


def _events(message: dict[str, Any]) -> Iterator[Event]:
    """Yield what is to be told; nothing for what is nobody's news (any more)."""
    match message["type"]:
        case "photo.ready" | "photo.shared":
            if photo := photos.find_ready(message["photo_id"]):
                yield from _of_photo(photo)
        case "album.filled":
            for photo in photos.get_many(message["photo_ids"]).values():
                yield _of_photo_put_into(message["album_id"], photo)
        case "comment.made":
            comment = keys.comment(message["photo_id"], message["comment_id"])
            yield from _of_what_was_said(message, bundles.COMMENTS, comment)
            yield from _of_mentions(message)
        case "comment.edited":
            yield from _of_mentions(message)
        case "photo.liked":
            like = keys.like(message["photo_id"], message["author_id"])
            yield from _of_what_was_said(message, bundles.LIKES, like)
        case "friendship.made":
            inviter, friend = message["user_ids"]
            yield Event(
                event_id=f"friends#{inviter}#{friend}",
                kind=bundles.FRIENDS,
                scope=f"friends#{inviter}",
                audience=inviter,
                actor=Author(friend),
                rests_on=keys.friendship(inviter, friend),
            )
        case "album.invited":
            yield Event(
                event_id=f"albums#{message['album_id']}#{message['user_id']}",
                kind=bundles.ALBUMS,
                scope=f"albums#{message['album_id']}#{message['user_id']}",
                audience=message["user_id"],
                actor=Author(message["host_id"]),
                album_id=message["album_id"],
                rests_on=keys.member(message["album_id"], message["user_id"]),
            )
        case "friend.asked":
            yield Event(
                event_id=f"request#{message['user_id']}#{message['from_id']}",
                kind=bundles.REQUESTS,
                scope=f"requests#{message['user_id']}",
                audience=message["user_id"],
                actor=Author(message["from_id"]),
                rests_on=keys.request(message["user_id"], message["from_id"]),
            )
        case "zip.ready":
            yield Event(
                event_id=f"zip#{message['zip_id']}",
                kind=bundles.ZIPS,
                scope=f"zip#{message['zip_id']}",
                audience=message["user_id"],
                rests_on=keys.zip_(message["zip_id"]),
            )


def _of_photo(photo: Photo) -> Iterator[Event]:
    if photo.guest_id:
        yield Event(
            event_id=f"photo#{photo.photo_id}",
            kind=bundles.GUESTS,
            scope=f"guests#{photo.user_id}#{photo.album_id}#{photo.guest_id}",
            audience=photo.user_id,
            actor=photo.author,
            photo_id=photo.photo_id,
            album_id=photo.album_id,
        )
    elif photo.visibility != PRIVATE or photo.album_id:
        yield Event(
            event_id=f"photo#{photo.photo_id}",
            kind=bundles.PHOTOS,
            scope=f"photos#{photo.user_id}#{photo.album_id}",
            audience=photo.audience.text,
            actor=photo.author,
            photo_id=photo.photo_id,
            album_id=photo.album_id,
        )
    if users.get(photo.user_id).bytes_used > NEARLY_FULL * grants.QUOTA:
        month = now() // (30 * DAY)
        yield Event(
            event_id=f"room#{photo.user_id}#{month}",
            kind=bundles.ROOM,
            scope=f"room#{photo.user_id}#{month}",
            audience=photo.user_id,
        )


def _of_photo_put_into(album_id: str, photo: Photo) -> Event:
    return Event(
        event_id=f"photo#{photo.photo_id}#{album_id}",
        kind=bundles.PHOTOS,
        scope=f"photos#{photo.user_id}#{album_id}",
        audience=album_id,
        actor=Author(photo.user_id),
        photo_id=photo.photo_id,
        album_id=album_id,
    )


def _of_what_was_said(message: dict[str, Any], kind: str, what: keys.Key) -> Iterator[Event]:
    """Yield somebody's comment or like, for the owner of the photo if that is somebody else."""
    author = Author(message["author_id"], message["author_kind"])
    if author != Author(message["owner_id"]):
        yield Event(
            event_id="#".join((kind, *what)),
            kind=kind,
            scope=f"{kind}#{message['photo_id']}",
            audience=message["owner_id"],
            actor=author,
            photo_id=message["photo_id"],
            rests_on=what,
        )


def _of_mentions(message: dict[str, Any]) -> Iterator[Event]:
    for user_id in message["mentions"]:
        if user_id != message["author_id"]:
            yield Event(
                event_id=f"mention#{message['comment_id']}#{user_id}",
                kind=bundles.MENTIONS,
                scope=f"mentions#{message['photo_id']}#{user_id}",
                audience=user_id,
                actor=Author(message["author_id"], message["author_kind"]),
                photo_id=message["photo_id"],
                rests_on=keys.comment(message["photo_id"], message["comment_id"]),
            )
