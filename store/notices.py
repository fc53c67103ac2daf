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
from store.authors import Author
from store.bundles import Bundle
from store.clock import as_datetime, now
from store.errors import Conflict, NotFound
from store.ids import is_id
from store.photos import Photo

PEOPLE_A_CALL = 50  # a transaction takes a hundred operations, a notice and an inbox each
PAGE = 20
MARKED_AT_ONCE = 99  # and the inbox: a hundred operations
NAMES, ASKED = 2, 20  # of many who did the same: how many are named, and how many names are read


@dataclass(frozen=True, slots=True)
class Notice:
    """News as one person may know it: `photos` are those that they may see, oldest first.

    With an album they are all in it. `names` are of those who did it, the latest first, and
    `others` counts those not named.
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
    key = keys.notice(user_id, bundle.bundle_id)
    notice = {
        "PK": key.pk,
        "SK": key.sk,
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
    visible = _visible(user_id, {each for bundle in wanted for each in bundle.photos})
    faces, found = authors.faces(
        user_id,
        (author for bundle in wanted for author in bundle.authors[:ASKED]),
        also=(key for bundle in wanted for key in bundle.foundations),
    )
    shown = {}
    for bundle in wanted:
        taken_back = bundle.rests_on and found.keys().isdisjoint(bundle.foundations)
        unheard = bundle.actors and faces.keys().isdisjoint(bundle.authors)
        if taken_back or unheard:
            continue
        try:
            notice = _notice(user_id, bundle, visible)
        except NotFound:
            continue
        heard = [author for author in bundle.authors if author in faces]
        shown[bundle.bundle_id] = replace(
            notice,
            author=heard[0] if heard else None,
            names=[faces[author].name for author in heard[:NAMES]],
            others=max(len(heard) - NAMES, len(bundle.actors) - ASKED, 0),
        )
    return shown


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


def _notice(user_id: str, bundle: Bundle, visible: Mapping[str, Photo]) -> Notice:
    """Return the notice without names. Raises NotFound if there is nothing to be seen of it.

    It names the album only with photos that are in it: that is where it leads.
    """
    seen = {each: visible[each] for each in bundle.photos if each in visible}
    title = ""
    if bundle.album_id:
        try:
            album, tiles = sheets.pick(access.Person(user_id), bundle.album_id, bundle.photos)
        except NotFound:
            if not seen:
                raise
        else:
            if tiles or not bundle.photos:
                title = album.title
                seen = {tile.photo.photo_id: tile.photo for tile in tiles}
    if bundle.photos and not seen:
        raise NotFound(bundle.bundle_id)
    return Notice(
        bundle_id=bundle.bundle_id,
        kind=bundle.kind,
        unread=True,
        moment=as_datetime(bundle.changed_at // 1000),
        photos=[seen[photo_id] for photo_id in sorted(seen)],
        more_photos=bundle.more,
        album_id=bundle.album_id if title else "",
        album_title=title,
        zip_id=_zip_id(bundle) if bundle.kind == bundles.ZIPS else "",
    )


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
