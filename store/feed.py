"""The feed: pointers written when a photo is shared, authority asked when the page is read."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from store import access, keys, photos, pointers, postings, table, users
from store.photos import Photo
from store.readers import list_readers

COUNTED = 99  # of photos that have just come
ITEMS_A_RUN = 2500  # that one fan-out message writes before it continues in another
ITEMS_A_PHOTO = 15  # for each who may see it, as a rule; 64 at most


@dataclass(frozen=True, slots=True)
class FeedPhoto:
    """A photo in somebody's feed, with its owner's name."""

    photo: Photo
    owner_name: str


def read(viewer_id: str, *, limit: int, before: str | None = None) -> table.Page[FeedPhoto]:
    """Return a page of what this person may see now, newest first.

    One Query and one BatchGetItem, however many friends, unless removals have thinned it out.
    """
    follow = partial(_follow, viewer_id)
    pk = keys.all_of(keys.feed_entry, viewer_id).pk
    return pointers.read(pk, follow, limit=limit, before=before)


def count_since(viewer_id: str, moment: int) -> int:
    """Return how many of others' photos came into this feed since `moment`, in ms; COUNTED at most.

    One Query. They are counted as they were delivered: what was taken back since is counted too.
    """
    pk = keys.all_of(keys.feed_entry, viewer_id).pk
    page = table.query(pk, limit=COUNTED, newest_first=True)
    return sum(
        entry["delivered_at"] > moment and entry["owner_id"] != viewer_id for entry in page.items
    )


def _follow(
    viewer_id: str, entries: list[table.Item]
) -> tuple[dict[str, FeedPhoto], list[table.Item]]:
    """Return what may be shown now, and the entries that are stale."""
    seen = see_now(viewer_id, ((entry["SK"], entry["owner_id"]) for entry in entries))
    return seen, [entry for entry in entries if entry["SK"] not in seen]


def see_now(viewer_id: str, hints: Iterable[tuple[str, str]]) -> dict[str, FeedPhoto]:
    """Return what this person may see now of (photo id, owner id), by photo id, in that order.

    One call for thirty photos, or more where they share owners.
    """
    hints = list(hints)
    return allowed(viewer_id, hints, table.get_many(keys_to_see(viewer_id, hints)))


def keys_to_see(viewer_id: str, hints: Iterable[tuple[str, str]]) -> list[keys.Key]:
    """Name what `allowed` rests on."""
    return [
        key
        for photo_id, owner_id in hints
        for key in (
            keys.photo(photo_id),
            keys.friendship(owner_id, viewer_id),
            keys.user(owner_id),
        )
    ]


def allowed(
    viewer_id: str, hints: Iterable[tuple[str, str]], found: access.Found
) -> dict[str, FeedPhoto]:
    """Return what `see_now` does, from items as read."""
    viewer, seen = access.Person(viewer_id), {}
    for photo_id, _owner_id in hints:
        item = found.get(keys.photo(photo_id))
        photo = Photo.from_item(item) if item else None
        owner = found.get(keys.user(photo.user_id)) if photo else None
        if photo and owner and access.VIEW in access.photo_rights(viewer, photo, found):
            seen[photo_id] = FeedPhoto(photo, owner["name"])
    return seen


def deliver(photo: Photo, *, after: str | None = None) -> str | None:
    """Write the photo into its owner's feed and those of its audience, ITEMS_A_RUN at a time.

    Return the cursor to go on `after`, None when all have it. Writing twice changes nothing. A
    guest's photo is in no feed: it was added to an album and shows there.
    """
    if photo.guest_id:
        return None
    owner = users.get(photo.user_id)
    limit = max(1, ITEMS_A_RUN // len(_items(owner.user_id, photo, owner.name)))
    page = list_readers(owner.user_id, photo.audience, limit=limit, after=after)
    own = [owner.user_id] if after is None else []
    table.write_many(
        puts=(item for one in [*own, *page.items] for item in _items(one, photo, owner.name))
    )
    return page.cursor


def backfill(
    reader_ids: list[str], owner_id: str, *, limit: int | None = None, before: str | None = None
) -> str | None:
    """Write a page of the owner's roll into the feeds of those who may see each photo now.

    The page is of `limit` photos, or of so many as make about ITEMS_A_RUN. Return the cursor to go
    on `before`, None at the roll's end. Writing twice changes nothing.
    """
    limit = limit or max(1, ITEMS_A_RUN // (ITEMS_A_PHOTO * len(reader_ids)))
    page = photos.list_roll(owner_id, limit=limit, before=before)
    ties = table.get_many(keys.friendship(owner_id, reader) for reader in reader_ids)
    name = users.get(owner_id).name
    table.write_many(
        puts=(
            item
            for photo in page.items
            for reader in reader_ids
            if access.VIEW in access.photo_rights(access.Person(reader), photo, ties)
            for item in _items(reader, photo, name)
        )
    )
    return page.cursor


def _items(reader_id: str, photo: Photo, owner_name: str) -> list[table.Item]:
    """Return the items by which this person finds the photo in their feed and in searches."""
    return [_entry(reader_id, photo), *postings.write_for(reader_id, photo, owner_name)]


def _entry(reader_id: str, photo: Photo) -> table.Item:
    # The entry's own time in ms tells a fresh delivery from the one that a reader found stale.
    delivered_at = time.time_ns() // 1_000_000
    return {
        **keys.feed_entry(reader_id, photo.photo_id).primary,
        "owner_id": photo.user_id,
        "delivered_at": delivered_at,
    }
