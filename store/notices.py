"""Notices: a person's pointers to the bundles that they are told of, read or unread.

A notice is a hint, never an authority: whoever shows one asks what the person may see now.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from store import access, authors, bundles, keys, photos, sheets, table
from store.albums import Album
from store.authors import Author, Face
from store.bundles import Bundle
from store.clock import as_datetime, now
from store.errors import Conflict, NotFound
from store.ids import is_id
from store.photos import Photo

PEOPLE_A_CALL = 50  # a transaction takes a hundred operations, a notice and an inbox each
PAGE = 20
MARKED_AT_ONCE = 99  # and the inbox: a hundred operations
NAMES, ASKED = 2, 10  # of many who did the same: how many are named, and how many names are read
LOOKED_AT = 400  # photos that a page looks at; no less than one bundle lists


@dataclass(frozen=True, slots=True)
class Notice:
    """News as one person may know it: `photos` are those that they may see, oldest first.

    With an album they are all in it, and with `more_photos` they are not all. `names` are of those
    who did it, the latest first, and `others` counts those not named.
    """

    bundle_id: str
    kind: str
    unread: bool
    moment: datetime
    names: list[str] = field(default_factory=list)
    others: int = 0
    photos: list[Photo] = field(default_factory=list)
    more_photos: bool = False
    author: Author | None = None
    album_id: str = ""
    album_title: str = ""
    zip_id: str = ""


def tell(bundle: Bundle, user_ids: Iterable[str]) -> None:
    """Give each of these people an unread notice of the bundle, unless they have one.

    A transaction for each fifty people, so that notice and count never disagree.
    """
    waiting = list(dict.fromkeys(user_ids))
    while waiting:
        chunk, waiting = waiting[:PEOPLE_A_CALL], waiting[PEOPLE_A_CALL:]
        while chunk:
            try:
                table.transact([part for each in chunk for part in _new(bundle, each)])
                break
            except Conflict as conflict:  # some have been told: leave those out
                chunk = [e for n, e in enumerate(chunk) if 2 * n not in conflict.failed]


def _new(bundle: Bundle, user_id: str) -> tuple[table.Operation, table.Operation]:
    notice = {
        **keys.notice(user_id, bundle.bundle_id).primary,
        "bundle_id": bundle.bundle_id,
        "unread": True,
        "expires_at": now() + bundles.LIFETIME,
    }
    latest = {"photos_id": bundle.bundle_id, "photos_at": time.time_ns() // 1_000_000}
    return (
        table.put(notice, condition="attribute_not_exists(PK)"),
        table.update(
            keys.inbox(user_id),
            set_=latest if bundle.kind == bundles.PHOTOS else {},
            add={"unread": 1},
        ),
    )


def list_notices(
    user_id: str, *, limit: int = PAGE, before: str | None = None
) -> table.Page[Notice]:
    """Return a page of what this person has been told and may still see, latest first.

    One Query, and a BatchGetItem for each of: bundles, photos, what the right to see them rests
    on. What is no longer theirs to see is dropped, and counted no more.
    """
    page = table.query(
        *keys.all_of(keys.notice, user_id), before=before, limit=limit, newest_first=True
    )
    found = bundles.get_many(item["bundle_id"] for item in page.items)
    visible = show(user_id, found.values())
    shown = []
    for item in page.items:
        notice = visible.get(item["bundle_id"])
        if notice:
            shown.append(replace(notice, unread=item["unread"]))
        else:
            _drop(user_id, item)
    return table.Page(shown, page.cursor)


def show(user_id: str, wanted: Iterable[Bundle]) -> dict[str, Notice]:
    """Return, by bundle, what this person may know of it at this moment; nothing for the rest.

    Missing is what shows only photos that they may not see, was done only by people whom a block
    hides, or was taken back.
    """
    wanted = list(wanted)
    faces, found = _who_did_it(user_id, wanted)
    looked_at = _look_at(wanted)
    visible = _visible(user_id, (each for ids in looked_at.values() for each in ids))
    sheets_seen = _pick(user_id, wanted, looked_at)
    shown: dict[str, Notice] = {}
    for bundle in wanted:
        taken_back = bundle.rests_on and found.keys().isdisjoint(bundle.foundations)
        heard = [author for author in bundle.authors if author in faces]
        if taken_back or (bundle.actors and not heard):
            continue
        photo_ids = looked_at[bundle.bundle_id]
        album, in_album = sheets_seen.get(bundle.album_id, (None, {}))
        seen = [in_album[each] for each in photo_ids if each in in_album]
        # An album is named only with photos that are in it: that is where the notice leads.
        title = album.title if album and (seen or not bundle.photos) else ""
        seen = seen or [visible[each] for each in photo_ids if each in visible]
        is_cut = len(photo_ids) < len(bundle.photos)
        if not seen and (bundle.photos or bundle.album_id and not title):
            if is_cut:  # the earlier ones may be seen
                shown |= show(user_id, [bundle])
            continue
        # Where there are more, "more than" is said of one less than can be seen: that is true.
        is_more = len(seen) > 2 and (bundle.more or is_cut)
        shown[bundle.bundle_id] = Notice(
            bundle_id=bundle.bundle_id,
            kind=bundle.kind,
            unread=True,
            moment=as_datetime(bundle.changed_at // 1000),
            names=[faces[author].name for author in heard[:NAMES]],
            others=max(len(heard) - NAMES, 0) + max(len(bundle.authors) - ASKED, 0),
            photos=seen[1:] if is_more else seen,
            more_photos=is_more,
            author=heard[0] if heard else None,
            album_id=bundle.album_id if title else "",
            album_title=title,
            zip_id=_zip_id(bundle) if bundle.kind == bundles.ZIPS else "",
        )
    return shown


def _who_did_it(
    user_id: str, wanted: list[Bundle]
) -> tuple[dict[Author, Face], dict[keys.Key, table.Item]]:
    """Return faces of the latest who did it and may be heard, and of the items that a bundle rests
    on as many as say whether one is left."""
    faces, found = authors.faces(
        user_id,
        (author for bundle in wanted for author in bundle.authors[:ASKED]),
        also=(key for bundle in wanted for key in bundle.foundations[:ASKED]),
    )
    shaken = [bundle for bundle in wanted if found.keys().isdisjoint(bundle.foundations)]
    rest = table.get_many(key for bundle in shaken for key in bundle.foundations[ASKED:])
    return faces, {**found, **rest}


def _look_at(wanted: list[Bundle]) -> dict[str, list[str]]:
    """Return which photos of each bundle are looked at, oldest first: all, or the latest of each
    if that would be too many."""
    count = sum(len(bundle.photos) for bundle in wanted)
    most = bundles.ENOUGH if count <= LOOKED_AT else LOOKED_AT // len(wanted)
    return {bundle.bundle_id: sorted(bundle.photos)[-most:] for bundle in wanted}


def _visible(user_id: str, photo_ids: Iterable[str]) -> dict[str, Photo]:
    """Return, by id, the photos that this person may see on their own, outside of albums, now."""
    found = photos.get_many(photo_ids)
    viewer = access.Person(user_id)
    ties = table.get_many(
        key for photo in found.values() for key in access.photo_keys(viewer, photo)
    )
    return {
        photo_id: photo
        for photo_id, photo in found.items()
        if access.VIEW in access.photo_rights(viewer, photo, ties)
    }


def _pick(
    user_id: str, wanted: list[Bundle], looked_at: Mapping[str, list[str]]
) -> dict[str, tuple[Album, dict[str, Photo]]]:
    """Return, by id, the albums that this person may open now, and which of the photos they see
    there; three calls for each album."""
    asked: dict[str, list[str]] = {}
    for bundle in wanted:
        if bundle.album_id:
            asked.setdefault(bundle.album_id, []).extend(looked_at[bundle.bundle_id])
    opened = {}
    for album_id, photo_ids in asked.items():
        with contextlib.suppress(NotFound):
            album, tiles = sheets.pick(access.Person(user_id), album_id, photo_ids)
            opened[album_id] = album, {tile.photo.photo_id: tile.photo for tile in tiles}
    return opened


def _zip_id(bundle: Bundle) -> str:
    (key,) = bundle.foundations
    return key.pk.partition("#")[2]


def get(user_id: str, bundle_id: str) -> Notice:
    """Return one of this person's notices. Raises NotFound."""
    item = table.get(keys.notice(user_id, bundle_id)) if is_id(bundle_id) else None
    bundle = bundles.get(bundle_id) if item else None
    visible = show(user_id, [bundle]) if bundle else {}
    if item is None or bundle_id not in visible:
        raise NotFound(bundle_id)
    return replace(visible[bundle_id], unread=item["unread"])


def find_untold(user_id: str, bundle: Bundle) -> Notice | None:
    """Return what to tell this person outside of the app; None if they have read it, or may not."""
    item = table.get(keys.notice(user_id, bundle.bundle_id))
    if item and not item["unread"]:
        return None
    return show(user_id, [bundle]).get(bundle.bundle_id)


def mark(user_id: str, bundle_id: str, *, unread: bool) -> None:
    """Make a notice read or unread; one that is so already, or is gone, stays as it is."""
    with contextlib.suppress(Conflict):
        table.transact(_marking(user_id, [bundle_id], unread=unread))


def mark_all_read(user_id: str) -> None:
    """Make every notice of this person read, MARKED_AT_ONCE a transaction."""
    found = table.query_all(*keys.all_of(keys.notice, user_id))
    waiting = [item["bundle_id"] for item in found if item["unread"]]
    for unread in table.chunks(waiting, MARKED_AT_ONCE):
        while unread:
            try:
                table.transact(_marking(user_id, unread, unread=False))
                break
            except Conflict as conflict:  # read in another tab meanwhile
                unread = [each for n, each in enumerate(unread) if n not in conflict.failed]


def _marking(user_id: str, bundle_ids: list[str], *, unread: bool) -> list[table.Operation]:
    changes = [
        table.update(
            keys.notice(user_id, bundle_id),
            set_={"unread": unread},
            condition="#unread = :before",
            values={":before": not unread},
        )
        for bundle_id in bundle_ids
    ]
    step = len(bundle_ids) if unread else -len(bundle_ids)
    return [*changes, table.update(keys.inbox(user_id), add={"unread": step})]


def _drop(user_id: str, item: table.Item) -> None:
    """Remove a notice that has nothing to show any more, and its part of the count."""
    removal = table.delete(
        keys.notice(user_id, item["bundle_id"]),
        condition="#unread = :unread",
        values={":unread": item["unread"]},
    )
    fewer = [table.update(keys.inbox(user_id), add={"unread": -1})] if item["unread"] else []
    with contextlib.suppress(Conflict):  # marked in another tab meanwhile: the next page drops it
        table.transact([removal, *fewer])
