"""Leave to upload: a pending photo, its bytes' checksum and room for them are reserved together."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

from store import audience, keys, observe, photos, presigned, table
from store.audience import Audience
from store.clock import DAY, now
from store.errors import Conflict, QuotaExceeded
from store.ids import new_id
from store.photos import Photo

QUOTA = int(os.environ.get("QUOTA_BYTES", 20_000_000_000))
FILES_A_GRANT = 20


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
        claimed = claims.get(keys.checksum(like.sender_id, file.sha256))
        if file.sha256 in reserved or (claimed and claimed["ready"]):
            continue
        reserved[file.sha256] = replace(
            like,
            photo_id=claimed["photo_id"] if claimed else new_id(),
            # Room was used for the size of the first grant: whoever now says another one lies.
            bytes=claimed["bytes"] if claimed else file.size,
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
                pending_item(photo),
                condition="attribute_not_exists(PK) OR #status = :pending",
                values={":pending": photos.PENDING},
            )
        )
        if keys.checksum(photo.sender_id, sha256) not in claims:
            new_bytes += photo.bytes
            operations.append(
                table.put(claim(photo, ready=False), condition="attribute_not_exists(PK)")
            )
    if new_bytes:
        operations.append(use_room(user_id, new_bytes))
    transact_within_quota(operations)


def pending_item(photo: Photo) -> table.Item:
    """Return the item of a photo whose bytes are to come, or have come and are looked at."""
    granted_at = now()
    return photo.to_item() | {
        **keys.pending_index(granted_at, photo.photo_id).indexed,
        "expires_at": granted_at + DAY,
    }


def claim(photo: Photo, *, ready: bool) -> table.Item:
    """Return the item by which these bytes are the photo's, when sent by the same person again."""
    return {
        **keys.checksum(photo.sender_id, photo.sha256).primary,
        "photo_id": photo.photo_id,
        "bytes": photo.bytes,
        "ready": ready,
    }


def use_room(user_id: str, size: int) -> table.Operation:
    """Describe the use of so many bytes of a person's room, on condition that there are as many."""
    return table.update(
        keys.user(user_id),
        add={"bytes_used": size},
        condition="#bytes_used <= :room",
        values={":room": QUOTA - size},
    )


def transact_within_quota(operations: list[table.Operation]) -> None:
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
