"""What arrives: an upload becomes a photo that is ready, or one that failed with a reason."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from itertools import takewhile

from store import audience, grants, keys, media, observe, photos, table, users
from store import tags as counted
from store.audience import Audience
from store.clock import DAY, MINUTE, now
from store.errors import Conflict, NotFound, QuotaExceeded
from store.photos import Photo

GIVE_UP_AFTER = 15 * MINUTE  # grants last ten minutes, a slow phone may need the rest


def arrive(upload: media.Upload, *, caption: str, tags: list[str]) -> Photo:
    """Return the photo whose bytes have come, in whatever state.

    A plain form's photo begins here, and so does one whose reservation was lost: it is its
    owner's by the object's name, and for nobody but them unless the form said otherwise.
    `caption` and `tags`, as the form said and `words` has cleaned them, count only for those.
    Raises QuotaExceeded, NotFound if there is no such owner.
    """
    try:
        return photos.get(upload.photo_id)
    except NotFound:
        pass
    chosen = audience.parse(upload.metadata.get("visibility", ""))
    photo = Photo(
        photo_id=upload.photo_id,
        user_id=upload.user_id,
        status=photos.PENDING,
        caption=caption,
        tags=tags,
        bytes=upload.size,
        album_id=upload.metadata.get("album", ""),
        guest_id=upload.metadata.get("guest", ""),
        link_id=upload.metadata.get("link", ""),
        **photos.audience_attributes(chosen or Audience(audience.PRIVATE)),
    )
    begin = table.put(grants.pending_item(photo), condition="attribute_not_exists(PK)")
    try:
        grants.transact_within_quota([begin, grants.use_room(upload.user_id, upload.size)])
    except Conflict:
        return photos.get(upload.photo_id)
    except QuotaExceeded:
        users.get(upload.user_id)
        raise
    return photo


class Duplicate(Exception):
    """The owner has the very same bytes already, as another photo."""

    def __init__(self, photo_id: str) -> None:
        super().__init__(photo_id)
        self.photo_id = photo_id


def finish(
    pending: Photo,
    *,
    sha256: str,
    size: int,
    width: int,
    height: int,
    taken_at: str | None,
    placeholder: str,
    animated: bool,
    format: str = "",
    camera: str = "",
    likeness: str = "",
) -> None:
    """Make a pending photo ready with what the worker found; words and audience stay as they are.

    Raises Conflict if it is not pending any more, Duplicate if its owner has these bytes already:
    in a photo that is ready. What has only been granted may never come, and gives way.
    """
    index = _ready_index(pending)
    measured = replace(
        pending,
        status=photos.READY,
        sha256=sha256,
        bytes=size,
        width=width,
        height=height,
        taken_at=taken_at,
        placeholder=placeholder,
        animated=animated,
        format=format,
        camera=camera,
        likeness=likeness,
    )
    found = {
        name: value
        for name, value in measured.to_item().items()
        if name not in ("PK", "SK", "visibility", "circles", "people", "caption", "tags")
    }
    operations = [
        table.update(
            keys.photo(pending.photo_id),
            set_=found | index.indexed,
            remove=["expires_at"],
            condition="#status = :pending",
            values={":pending": photos.PENDING},
        ),
        table.put(
            grants.claim(measured, ready=True),
            condition="attribute_not_exists(PK) OR #photo_id = :me OR #ready = :no",
            values={":me": pending.photo_id, ":no": False},
        ),
        table.update(
            keys.user(pending.user_id),
            add={"bytes_used": size - pending.bytes, "photo_count": 1},
        ),
        *counted.count(pending.user_id, added=pending.tags),
    ]
    try:
        table.transact(operations)
    except Conflict as conflict:
        if conflict.failed == (1,):
            claim = table.get(keys.checksum(pending.sender_id, sha256))
            raise Duplicate(claim["photo_id"] if claim else "") from None
        raise


def _ready_index(photo: Photo) -> keys.Key:
    """A guest's photo lives in its album and on the guest's list; nobody's roll has it."""
    if photo.guest_id:
        return keys.guest_photo_index(photo.guest_id, photo.photo_id)
    return keys.roll_index(photo.user_id, photo.photo_id)


def fail(photo: Photo, reason: str, *, duplicate_of: str | None = None) -> None:
    """End a pending upload with a sentence for its owner, which stays readable for a day.

    Gives the reserved room back. One that is not pending any more stays as it is.
    """
    outcome = {"status": photos.FAILED, "reason": reason, "expires_at": now() + DAY}
    if duplicate_of:
        outcome["duplicate_of"] = duplicate_of
    operations = [
        table.update(
            keys.photo(photo.photo_id),
            set_=outcome,
            remove=["GSI1PK", "GSI1SK"],
            condition="#status = :pending",
            values={":pending": photos.PENDING},
        ),
        table.update(keys.user(photo.user_id), add={"bytes_used": -photo.bytes}),
    ]
    with contextlib.suppress(Conflict):
        _transact_and_free(photo, operations)
        observe.metric("PhotosFailed", photo_id=photo.photo_id, reason=reason)


def _transact_and_free(photo: Photo, operations: list[table.Operation]) -> None:
    """Do what ends an upload, and let its bytes come again unless another photo has them now."""
    if not photo.sha256:
        return table.transact(operations)
    free = table.delete(
        keys.checksum(photo.sender_id, photo.sha256),
        condition="attribute_not_exists(PK) OR #photo_id = :me",
        values={":me": photo.photo_id},
    )
    try:
        table.transact([*operations, free])
    except Conflict as conflict:
        if conflict.failed != (len(operations),):
            raise
        table.transact(operations)


def refuse(upload: media.Upload, reason: str) -> None:
    """Note a failure for an upload that never became a photo, for its owner to read.

    Raises Conflict if it has become one meanwhile, by another delivery of the same message.
    """
    photo = Photo(
        photo_id=upload.photo_id,
        user_id=upload.user_id,
        visibility=audience.PRIVATE,
        status=photos.FAILED,
        reason=reason,
    )
    item = photo.to_item() | {"expires_at": now() + DAY}
    table.write(table.put(item, condition="attribute_not_exists(PK)"))


def list_overdue() -> Iterator[Photo]:
    """Return the pending photos whose grant ended long ago, oldest first."""
    overdue = str(now() - GIVE_UP_AFTER)
    pending = table.query_all(*keys.all_of(keys.pending_index), index=True)
    early = takewhile(lambda item: item["GSI1SK"] < overdue, pending)
    return map(Photo.from_item, early)
