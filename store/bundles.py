"""Bundles: like things that happen close together are told as one ("Anna added 14 photos").

A bundle is open for more until nothing has come for WINDOW seconds, or for LONGEST at most. What a
burst of photos costs is one bundle and one notice a friend, not one for each photo and friend: the
notices point to the bundle, which goes on growing.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from store import keys, table
from store.authors import Author
from store.clock import DAY, now
from store.ids import created_at, new_id

PHOTOS, COMMENTS, LIKES, MENTIONS = "photos", "comments", "likes", "mentions"
FRIENDS, ALBUMS, GUESTS = "friends", "albums", "guests"
REQUESTS, ZIPS, ROOM = "requests", "zips", "room"
KINDS = (PHOTOS, COMMENTS, LIKES, MENTIONS, FRIENDS, REQUESTS, ALBUMS, GUESTS, ZIPS, ROOM)

WINDOW = int(os.environ.get("NOTICE_WINDOW_SECONDS", 600))
LONGEST = 6 * WINDOW
LIFETIME = 60 * DAY
REMEMBERED = 30 * DAY  # longer than any queue and its dead letters keep a message
ENOUGH = 100  # photos that a bundle lists; of further ones it only knows that there are more


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `event_id` is the same in every repeat of the news of it.

    Events of one `scope` are told together. `audience` names whom it is told to, so that a bundle
    which grows by something for other people reaches those too. `actor` is who did it, a person or
    a guest; `rests_on` is the item without which it is no news any more (a like, a comment).
    """

    event_id: str
    kind: str
    scope: str
    audience: str
    actor: Author | None = None
    photo_id: str = ""
    album_id: str = ""
    rests_on: keys.Key | None = None


@dataclass(frozen=True, slots=True)
class Bundle:
    """Events that are told as one. `changed_at` in ms; `latest` is who came last.

    Of what came after ENOUGH events there is only `more`.
    """

    bundle_id: str
    kind: str
    changed_at: int
    latest: str = ""
    actors: set[str] = field(default_factory=set)
    photos: set[str] = field(default_factory=set)
    rests_on: set[str] = field(default_factory=set)
    album_id: str = ""
    more: bool = False

    @classmethod
    def from_item(cls, item: table.Item) -> Bundle:
        return cls(**{name: item[name] for name in cls.__slots__ if name in item})

    @property
    def authors(self) -> list[Author]:
        """Who did it, the latest first."""
        earlier = sorted(self.actors - {self.latest})
        return [_author(each) for each in [self.latest, *earlier] if each]

    @property
    def foundations(self) -> list[keys.Key]:
        """The items that it rests on, in an order that stays: with the last of them it is gone."""
        return [keys.Key(*each.split("|")) for each in sorted(self.rests_on)]

    @property
    def due_at(self) -> int:
        """When it is told by push and e-mail, in seconds since 1970."""
        opened_at = created_at(self.bundle_id)
        return min(self.changed_at // 1000 + WINDOW, opened_at + LONGEST)


def add(event: Event) -> tuple[str, bool]:
    """Add the event to its scope's open bundle, or open one; return the bundle's id.

    Also return whether the event is to be told to its audience, because it opened the bundle or is
    the first in it for these people. A repeat changes nothing and is answered as the first time,
    so that what broke off after it is taken up. One BatchGetItem and one transaction of three.
    """
    told, window = keys.told(event.event_id), keys.window(event.scope)

    def join() -> tuple[str, bool]:
        found = table.get_many([told, window])
        if told in found:
            return found[told]["bundle_id"], found[told]["tells"]
        return _join(event, found.get(window))

    return table.retry_on_conflict(join)


def _join(event: Event, window: table.Item | None) -> tuple[str, bool]:
    moment = time.time_ns() // 1_000_000
    if window is None or not _is_open(window):
        bundle_id, tells = new_id(), True
    else:
        bundle_id, tells = window["bundle_id"], event.audience not in window["audiences"]
    table.transact(
        [
            _remember(event, bundle_id, tells),
            _extend_window(event, window, bundle_id, moment),
            _extend_bundle(event, bundle_id, moment, full=_is_full(window, bundle_id)),
        ]
    )
    return bundle_id, tells


def _is_open(window: table.Item) -> bool:
    opened_at, changed_at = created_at(window["bundle_id"]), window["changed_at"] // 1000
    return bool(now() < min(changed_at + WINDOW, opened_at + LONGEST))


def _is_full(window: table.Item | None, bundle_id: str) -> bool:
    return bool(window and window["bundle_id"] == bundle_id and window["events"] >= ENOUGH)


def _remember(event: Event, bundle_id: str, tells: bool) -> table.Operation:
    return table.put(
        {
            **keys.told(event.event_id).primary,
            "bundle_id": bundle_id,
            "tells": tells,
            "expires_at": now() + REMEMBERED,
        },
        condition="attribute_not_exists(PK)",
    )


def _extend_window(
    event: Event, window: table.Item | None, bundle_id: str, moment: int
) -> table.Operation:
    """Slide the window, on condition that it is still the one that was read."""
    key = keys.window(event.scope)
    if window and window["bundle_id"] == bundle_id:
        return table.update(
            key,
            set_={"changed_at": moment},
            add={"audiences": {event.audience}, "events": 1},
            condition="#bundle_id = :bundle_id",
            values={":bundle_id": bundle_id},
        )
    item = {
        **key.primary,
        "bundle_id": bundle_id,
        "changed_at": moment,
        "audiences": {event.audience},
        "events": 1,
        "expires_at": now() + DAY,
    }
    if window is None:
        return table.put(item, condition="attribute_not_exists(PK)")
    return table.put(item, condition="#bundle_id = :old", values={":old": window["bundle_id"]})


def _extend_bundle(event: Event, bundle_id: str, moment: int, *, full: bool) -> table.Operation:
    actor = f"{event.actor.kind}:{event.actor.author_id}" if event.actor else ""
    values = {
        "bundle_id": bundle_id,
        "kind": event.kind,
        "latest": actor,
        "album_id": event.album_id,
        "changed_at": moment,
        "more": full,
        "expires_at": now() + LIFETIME,
    }
    lists = {
        "actors": actor,
        "photos": event.photo_id,
        "rests_on": "|".join(event.rests_on) if event.rests_on else "",
    }
    return table.update(
        keys.bundle(bundle_id),
        set_={name: value for name, value in values.items() if value},
        add={name: {value} for name, value in lists.items() if value and not full},
    )


def _author(actor: str) -> Author:
    kind, _, author_id = actor.partition(":")
    return Author(author_id, kind)


def get(bundle_id: str) -> Bundle | None:
    """Return the bundle; None if it has expired."""
    item = table.get(keys.bundle(bundle_id))
    return Bundle.from_item(item) if item else None


def get_many(bundle_ids: Iterable[str]) -> dict[str, Bundle]:
    """Return the bundles that exist, by id."""
    found = table.get_many(keys.bundle(bundle_id) for bundle_id in bundle_ids)
    return {item["bundle_id"]: Bundle.from_item(item) for item in found.values()}
