"""An upload's life: granted (a pending photo), arrived, then ready or failed with a reason."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import takewhile

from store import audience, keys, media, observe, photos, presigned, table, users
from store import tags as counted
from store.audience import Audience
from store.clock import DAY, MINUTE, now
from store.errors import Conflict, NotFound, QuotaExceeded
from store.ids import new_id
from store.photos import Photo

QUOTA = int(os.environ.get("QUOTA_BYTES", 20_000_000_000))
FILES_A_GRANT = 20
GIVE_UP_AFTER = 15 * MINUTE  # grants last ten minutes, a slow phone may need the rest


@dataclass(frozen=True, slots=True)
class File:
    """A file that somebody wants to send; `sha256` in hex."""

    content_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Granted:
    """The answer for one file; without `grant` the photo is there already."""

    photo_id: str
    grant: presigned.Grant | None


def grant(
    user_id: str,
    files: list[File],
    *,
    visibility: str,
    caption: str,
    tags: list[str],
    album_id: str = "",
    guest_id: str = "",
    link_id: str = "",
) -> list[Granted]:
    """Reserve a pending photo for each file and return leave to send it, in the files' order.

    `visibility` as `audience.parse` takes it. The photos go into the album when they are ready; a
    guest's are kept, and paid for, by the person whose link it is.
    At most FILES_A_GRANT files; two calls to the table. Bytes that this person has sent before are
    answered with the photo that has them; bytes that were granted before but never became a photo
    get the same photo again. Raises QuotaExceeded, and then grants nothing.
    """
    chosen = audience.parse(visibility) or Audience(audience.PRIVATE)
    like = Photo(
        photo_id="",
        user_id=user_id,
        status=photos.PENDING,
        caption=caption,
        tags=tags,
        album_id=album_id,
        guest_id=guest_id,
        link_id=link_id,
        **photos.audience_attributes(chosen),
    )

    def reserve() -> tuple[dict[keys.Key, table.Item], dict[str, Photo]]:
        claims = table.get_many(keys.checksum(like.sender_id, file.sha256) for file in files)
        reserved = _reserve(like, files, claims)
        _write_reservation(user_id, reserved, claims)
        return claims, reserved

    claims, photos_by_sum = table.retry_on_conflict(reserve)  # another tab sends the same bytes
    observe.metric("UploadsGranted", len(photos_by_sum))
    return [_granted(file, claims, photos_by_sum) for file in files]


def _reserve(
    like: Photo, files: list[File], claims: dict[keys.Key, table.Item]
) -> dict[str, Photo]:
    """Return the photos to be made pending, by checksum; the same bytes twice are one photo."""
    reserved: dict[str, Photo] = {}
    for file in files:
        claim = claims.get(keys.checksum(like.sender_id, file.sha256))
        if file.sha256 in reserved or (claim and claim["ready"]):
            continue
        reserved[file.sha256] = replace(
            like,
            photo_id=claim["photo_id"] if claim else new_id(),
            # Room was used for the size of the first grant: whoever now says another one lies.
            bytes=claim["bytes"] if claim else file.size,
            sha256=file.sha256,
        )
    return reserved


def _write_reservation(
    user_id: str, reserved: dict[str, Photo], claims: dict[keys.Key, table.Item]
) -> None:
    operations = []
    new_bytes = 0
    for sha256, photo in reserved.items():
        operations.append(
            table.put(
                _pending_item(photo),
                condition="attribute_not_exists(PK) OR #status = :pending",
                values={":pending": photos.PENDING},
            )
        )
        if keys.checksum(photo.sender_id, sha256) not in claims:
            new_bytes += photo.bytes
            operations.append(
                table.put(_claim(photo, ready=False), condition="attribute_not_exists(PK)")
            )
    if new_bytes:
        operations.append(_use_room(user_id, new_bytes))
    _transact_within_quota(operations)


def _use_room(user_id: str, size: int) -> table.Operation:
    return table.update(
        keys.user(user_id),
        add={"bytes_used": size},
        condition="#bytes_used <= :room",
        values={":room": QUOTA - size},
    )


def _transact_within_quota(operations: list[table.Operation]) -> None:
    """Write them; the use of room, if any, comes last, and its refusal alone is QuotaExceeded.

    Who was slower than another with the same bytes needs none of the room that those have taken.
    """
    if not operations:
        return
    try:
        table.transact(operations)
    except Conflict as conflict:
        last = len(operations) - 1
        if conflict.failed == (last,) and "Update" in operations[last]:
            raise QuotaExceeded from None
        raise


def _granted(file: File, claims: dict[keys.Key, table.Item], reserved: dict[str, Photo]) -> Granted:
    photo = reserved.get(file.sha256)
    if photo is None:
        existing = next(c for key, c in claims.items() if key.sk.endswith(file.sha256))
        return Granted(existing["photo_id"], None)
    leave = presigned.grant(
        photo.user_id,
        photo.photo_id,
        content_type=file.content_type,
        size=photo.bytes,
        sha256=file.sha256,
        visibility=photo.audience.text,
        fixed=photo.destination,
    )
    return Granted(photo.photo_id, leave)


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
    begin = table.put(_pending_item(photo), condition="attribute_not_exists(PK)")
    try:
        _transact_within_quota([begin, _use_room(upload.user_id, upload.size)])
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
            set_=found | {"GSI1PK": index.pk, "GSI1SK": index.sk},
            remove=["expires_at"],
            condition="#status = :pending",
            values={":pending": photos.PENDING},
        ),
        table.put(
            _claim(measured, ready=True),
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


def _pending_item(photo: Photo) -> table.Item:
    granted_at = now()
    index = keys.pending_index(granted_at, photo.photo_id)
    return photo.to_item() | {
        "GSI1PK": index.pk,
        "GSI1SK": index.sk,
        "expires_at": granted_at + DAY,
    }


def _claim(photo: Photo, *, ready: bool) -> table.Item:
    key = keys.checksum(photo.sender_id, photo.sha256)
    return {
        "PK": key.pk,
        "SK": key.sk,
        "photo_id": photo.photo_id,
        "bytes": photo.bytes,
        "ready": ready,
    }
