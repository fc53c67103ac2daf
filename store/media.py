"""The photos' bytes: uploads in one bucket, finished pictures in another.

`incoming/` lies in the upload bucket, is untrusted and never served. `originals/` and `media/` lie
in the media bucket and were written by us.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email.header import decode_header, make_header
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from store.aws import client, variable
from store.clock import MINUTE

if TYPE_CHECKING:
    from botocore.response import StreamingBody

T = TypeVar("T")

SIZES = ("320", "960", "1920")
ADDRESS_LIFETIME = 10 * MINUTE
CACHE_FOR_A_YEAR = "private, max-age=31536000, immutable"
NOT_THERE = ("404", "NoSuchKey", "NotFound")  # a HEAD has no body to give S3's own code


@dataclass(frozen=True, slots=True)
class Upload:
    """An object in `incoming/`: its owner by its name, its size, and what the form said of it."""

    key: str
    user_id: str
    photo_id: str
    size: int
    arrived_at: int
    metadata: Mapping[str, str]


def bucket_url(bucket: str) -> str:
    """Return the address of a bucket, by the environment variable that names it.

    Browsers post to it or fetch from it by signed addresses: its origin stands in the pages' CSP.
    """
    name = variable(bucket)
    if endpoint := os.environ.get("AWS_ENDPOINT_URL"):
        return f"{endpoint}/{name}"
    return f"https://{name}.s3.{variable('AWS_REGION')}.amazonaws.com"


def incoming_key(user_id: str, photo_id: str) -> str:
    """Return the name under which a photo's bytes arrive."""
    return f"incoming/{user_id}/{photo_id}"


def parse_incoming(key: str) -> tuple[str, str] | None:
    """Return owner and photo id of a name in `incoming/`, None for any other name."""
    match = re.fullmatch(r"incoming/([0-9A-Z]{26})/([0-9A-Z]{26})", key)
    return (match[1], match[2]) if match else None


def find_upload(key: str) -> Upload | None:
    """Return what is known of an object in `incoming/`, None if it is gone or not one of ours."""
    names = parse_incoming(key)
    if names is None:
        return None
    head = _find(client("s3").head_object, "UPLOAD_BUCKET", key)
    if head is None:
        return None
    return Upload(
        key=key,
        user_id=names[0],
        photo_id=names[1],
        size=head["ContentLength"],
        arrived_at=int(head["LastModified"].timestamp()),
        metadata={name: _decode(value) for name, value in head["Metadata"].items()},
    )


def _find(call: Callable[..., T], bucket: str, key: str) -> T | None:
    """Return what the call to S3 answers about an object, None if it is not there.

    `bucket` is the environment variable that names it.
    """
    try:
        return call(Bucket=variable(bucket), Key=key)
    except client("s3").exceptions.ClientError as error:
        if error.response["Error"]["Code"] in NOT_THERE:
            return None
        raise


def list_uploads() -> Iterator[tuple[str, int]]:
    """Yield name and time of arrival (seconds since 1970) of everything in `incoming/`."""
    pages = (
        client("s3")
        .get_paginator("list_objects_v2")
        .paginate(Bucket=variable("UPLOAD_BUCKET"), Prefix="incoming/")
    )
    for page in pages:
        for entry in page.get("Contents", []):
            yield entry["Key"], int(entry["LastModified"].timestamp())


def download_upload(upload: Upload, path: Path) -> None:
    """Write an upload's bytes to a file; a fifty-megabyte photo need not fit into memory twice."""
    found = client("s3").get_object(Bucket=variable("UPLOAD_BUCKET"), Key=upload.key)
    _write(found["Body"], path)


def write_picture(photo_id: str, name: str, picture: bytes) -> None:
    """Store a finished picture (WebP) under its fixed name; doing it again changes nothing."""
    client("s3").put_object(
        Bucket=variable("MEDIA_BUCKET"),
        Key=picture_key(photo_id, name),
        Body=picture,
        ContentType="image/webp",
        CacheControl=CACHE_FOR_A_YEAR,
    )


def read_picture(photo_id: str, name: str) -> bytes | None:
    """Return a finished picture, None if there is none."""
    found = _find(client("s3").get_object, "MEDIA_BUCKET", picture_key(photo_id, name))
    return found["Body"].read() if found else None


def keep_original(upload: Upload) -> None:
    """Copy an upload's bytes, as they came, to where only its owner can get them."""
    client("s3").copy_object(
        Bucket=variable("MEDIA_BUCKET"),
        Key=original_key(upload.photo_id),
        CopySource={"Bucket": variable("UPLOAD_BUCKET"), "Key": upload.key},
        # The form's words are the owner's, and the type is whatever the form claimed.
        MetadataDirective="REPLACE",
        ContentType="application/octet-stream",
    )


def download_original(photo_id: str, path: Path) -> bool:
    """Write a photo's kept original to a file; return False if there is none."""
    found = _find(client("s3").get_object, "MEDIA_BUCKET", original_key(photo_id))
    if found is None:
        return False
    _write(found["Body"], path)
    return True


def _write(body: StreamingBody, path: Path) -> None:
    with path.open("wb") as file:
        for chunk in body.iter_chunks(2**20):
            file.write(chunk)


def stream(key: str) -> Iterator[bytes]:
    """Yield the bytes of an object of the media bucket, a megabyte at a time."""
    found = client("s3").get_object(Bucket=variable("MEDIA_BUCKET"), Key=key)
    yield from found["Body"].iter_chunks(1_000_000)


def write_copy(photo_id: str, jpeg: bytes) -> None:
    """Keep a finished full-size copy, or an empty one where none can be made."""
    client("s3").put_object(
        Bucket=variable("MEDIA_BUCKET"),
        Key=copy_key(photo_id),
        Body=jpeg,
        ContentType="image/jpeg",
    )


def copy_size(photo_id: str) -> int | None:
    """Return the size of the full-size copy in bytes; None without one, 0 if none can be made."""
    head = _find(client("s3").head_object, "MEDIA_BUCKET", copy_key(photo_id))
    return None if head is None else head["ContentLength"]


def address(key: str, name: str, *, shows: bool = False) -> str:
    """Return an address of an object of the media bucket for ten minutes.

    A browser saves it under that name, or `shows` it.
    """
    disposition = "inline" if shows else "attachment"
    return client("s3").generate_presigned_url(
        "get_object",
        Params={
            "Bucket": variable("MEDIA_BUCKET"),
            "Key": key,
            "ResponseContentDisposition": f'{disposition}; filename="{name}"',
        },
        ExpiresIn=ADDRESS_LIFETIME,
    )


def list_originals(*, after: str = "") -> Iterator[str]:
    """Yield the ids of all photos that are kept, oldest first, from after that one on."""
    pages = (
        client("s3")
        .get_paginator("list_objects_v2")
        .paginate(
            Bucket=variable("MEDIA_BUCKET"),
            Prefix=original_key(""),
            StartAfter=original_key(after),
        )
    )
    for page in pages:
        for entry in page.get("Contents", []):
            yield entry["Key"].removeprefix(original_key(""))


def delete_upload(key: str) -> None:
    """Remove an object from `incoming/`; one that is gone already is no error."""
    client("s3").delete_object(Bucket=variable("UPLOAD_BUCKET"), Key=key)


def delete_photo(user_id: str, photo_id: str) -> None:
    """Remove every byte of a photo."""
    delete_upload(incoming_key(user_id, photo_id))
    delete_kept(photo_id)


def delete_kept(photo_id: str) -> None:
    """Remove every byte of a photo that was uploaded long ago."""
    _delete([original_key(photo_id), copy_key(photo_id), *_list_pictures(photo_id)])


def delete_made_on_request(photo_id: str) -> None:
    """Remove the pictures that the next request for them will make anew."""
    always = [picture_key(photo_id, size) for size in SIZES]
    _delete([key for key in _list_pictures(photo_id) if key not in always])


def _list_pictures(photo_id: str) -> list[str]:
    found = client("s3").list_objects_v2(
        Bucket=variable("MEDIA_BUCKET"), Prefix=f"media/{photo_id}/"
    )
    return [entry["Key"] for entry in found.get("Contents", [])]


def _delete(keys: list[str]) -> None:
    """Remove those objects of the media bucket. Raises if S3 kept one: it says so within a 200."""
    if not keys:
        return
    answer = client("s3").delete_objects(
        Bucket=variable("MEDIA_BUCKET"),
        Delete={"Objects": [{"Key": key} for key in keys], "Quiet": True},
    )
    if refused := answer.get("Errors"):
        raise RuntimeError(f"S3 kept {len(refused)} of {len(keys)} objects: {refused[0]}")


def picture_key(photo_id: str, name: str) -> str:
    """Return the object name of a finished picture, which is also its path in CloudFront."""
    return f"media/{photo_id}/{name}.webp"


def marked_name(name: str, owner: str) -> str:
    """Return what the watermarked picture of that name is called for an owner of that name.

    Pictures are kept for good: with another name on it, it is another one.
    """
    return f"{name}-{hashlib.sha256(owner.encode()).hexdigest()[:12]}"


def copy_key(photo_id: str) -> str:
    """Return the object name of the full-size copy without metadata."""
    return f"downloads/{photo_id}.jpg"


def original_key(photo_id: str) -> str:
    """Return the object name of the file as the owner's device sent it."""
    return f"originals/{photo_id}"


def _decode(value: str) -> str:
    """Return user metadata as text: S3 answers with RFC 2047 words for what is not ASCII, and
    stand-ins send UTF-8 as it is, which HTTP libraries read as Latin-1."""
    if value.startswith("=?"):
        return str(make_header(decode_header(value)))
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value
