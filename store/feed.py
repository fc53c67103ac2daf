"""The feed: pointers written when a photo is shared, authority asked when the page is read."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable
from dataclasses import dataclass

from store import access, circles, friends, keys, photos, postings, table, users
from store.audience import FOR_FRIENDS
from store.errors import Conflict
from store.photos import Photo

BACKFILL = 200  # photos that a new friend finds in their feed, newest first
COUNTED = 99  # of photos that have just come
ROUNDS = 4  # how often a page reads on when removals have emptied it
FRIENDS_A_RUN = 1000  # feed entries that one fan-out message writes before it continues in another


@dataclass(frozen=True, slots=True)
class FeedPhoto:
    """A photo in somebody's feed, with its owner's name."""

    photo: Photo
    owner_name: str


def read(viewer_id: str, *, limit: int, before: str | None = None) -> table.Page[FeedPhoto]:
    """Return a page of what this person may see now, newest first.

    One Query and one BatchGetItem, however many friends. Only a page that removals have thinned
    out reads on, ROUNDS times at most; what is no longer theirs is dropped from the feed.
    """
    shown: list[FeedPhoto] = []
    cursor: str | None = before
    for _ in range(ROUNDS):
        page = table.query(f"FEED#{viewer_id}", limit=limit, before=cursor, newest_first=True)
        seen, stale = _authorise(viewer_id, page.items)
        drop(stale)
        shown += seen
        cursor = page.cursor
        if cursor is None or len(shown) >= limit:
            break
    if len(shown) > limit:
        shown, cursor = shown[:limit], shown[limit - 1].photo.photo_id
    return table.Page(shown, cursor)


def count_since(viewer_id: str, moment: int) -> int:
    """Return how many of others' photos came into this feed since `moment`, in ms; COUNTED at most.

    One Query. They are counted as they were delivered: what was taken back since is counted too.
    """
    page = table.query(f"FEED#{viewer_id}", limit=COUNTED, newest_first=True)
    return sum(
        entry["delivered_at"] > moment and entry["owner_id"] != viewer_id for entry in page.items
    )


def _authorise(
    viewer_id: str, entries: list[table.Item]
) -> tuple[list[FeedPhoto], list[table.Item]]:
    """Sort the entries into what may be shown now and what is stale."""
    seen = see_now(viewer_id, ((entry["SK"], entry["owner_id"]) for entry in entries))
    stale = [entry for entry in entries if entry["SK"] not in seen]
    return list(seen.values()), stale


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
    seen = {}
    for photo_id, owner_id in hints:
        item = found.get(keys.photo(photo_id))
        photo = Photo.from_item(item) if item else None
        friendship = found.get(keys.friendship(owner_id, viewer_id))
        if photo and access.may_see(viewer_id, photo, friendship):
            seen[photo_id] = FeedPhoto(photo, found[keys.user(photo.user_id)]["name"])
    return seen


def drop(stale: list[table.Item]) -> None:
    """Remove stale entries, unless the fan-out wrote one of them anew since it was read."""
    removals = [
        table.delete(
            keys.Key(entry["PK"], entry["SK"]),
            condition="#delivered_at = :seen",
            values={":seen": entry["delivered_at"]},
        )
        for entry in stale
    ]
    if removals:
        with contextlib.suppress(Conflict):  # shared again meanwhile: the next page reads it anew
            table.transact(removals)


def deliver(photo: Photo, *, after: str | None = None) -> str | None:
    """Write the photo into its owner's feed and those of its audience, FRIENDS_A_RUN at a time.

    Return the cursor to go on `after`, None when all have it. Writing twice changes nothing. A
    guest's photo is in no feed: it was added to an album and shows there.
    """
    if photo.guest_id:
        return None
    own = [photo.user_id] if after is None else []
    if photo.visibility != FOR_FRIENDS:
        listed = [one for circle in photo.circles for one in circles.list_member_ids(circle)]
        readers = dict.fromkeys([*own, *listed, *photo.people])  # 60 choices of 150: one run
        _write_entries((reader, photo) for reader in readers)
        return None
    page = friends.list_friend_ids(photo.user_id, limit=FRIENDS_A_RUN, after=after)
    readers_here = [item["friend_id"] for item in page.items if friends.is_friendship(item)]
    _write_entries((reader, photo) for reader in [*own, *readers_here])
    return page.cursor


def backfill(reader_id: str, owner_id: str) -> None:
    """Write the owner's latest photos that this new friend may see into their feed."""
    backfill_page([reader_id], owner_id, limit=BACKFILL)


def backfill_page(
    reader_ids: list[str], owner_id: str, *, limit: int = BACKFILL, before: str | None = None
) -> str | None:
    """Write a page of the owner's roll into the feeds of those who may see each photo now.

    Return the cursor to go on `before`, None at the roll's end. Writing twice changes nothing.
    """
    found = table.get_many(keys.friendship(owner_id, reader) for reader in reader_ids)
    page = photos.list_roll(owner_id, limit=limit, before=before)
    _write_entries(
        (reader, photo)
        for reader in reader_ids
        for photo in page.items
        if access.may_see(reader, photo, found.get(keys.friendship(owner_id, reader)))
    )
    return page.cursor


def _write_entries(entries: Iterable[tuple[str, Photo]]) -> None:
    entries = list(entries)
    owners = users.get_many({photo.user_id for _, photo in entries})
    puts = []
    for reader_id, photo in entries:
        puts.append(_entry(reader_id, photo))
        if photo.user_id in owners:
            puts += postings.write_for(reader_id, photo, owners[photo.user_id].name)
    table.write_many(puts=puts)


def _entry(reader_id: str, photo: Photo) -> table.Item:
    key = keys.feed_entry(reader_id, photo.photo_id)
    # The entry's own time in ms tells a fresh delivery from the one that a reader found stale.
    delivered_at = time.time_ns() // 1_000_000
    return {"PK": key.pk, "SK": key.sk, "owner_id": photo.user_id, "delivered_at": delivered_at}
