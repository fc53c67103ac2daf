"""Photos to take home: a full-size copy without metadata for friends, the untouched file for its
owner. Both come straight from S3, because a Lambda answer ends at 6 MB.

The copy is made when first asked for, by the image function, and kept for a week.
"""

from __future__ import annotations

from store import queues
from store.aws import client, variable
from store.clock import MINUTE
from store.media import NOT_THERE, copy_key, original_key
from store.photos import Photo

LIFETIME = 10 * MINUTE
EXTENSIONS = {
    "AVIF": ".avif",
    "GIF": ".gif",
    "HEIF": ".heic",
    "JPEG": ".jpg",
    "PNG": ".png",
    "WEBP": ".webp",
}


def find_copy(photo: Photo, *, shows: bool = False) -> str | None:
    """Return an address of the full-size copy, for ten minutes; None if it has yet to be made.

    A browser saves what is there, or `shows` it.
    The caller has made sure that the person may download the photo.
    """
    s3 = client("s3")
    try:
        s3.head_object(Bucket=variable("MEDIA_BUCKET"), Key=copy_key(photo.photo_id))
    except s3.exceptions.ClientError as error:
        if error.response["Error"]["Code"] in NOT_THERE:
            return None
        raise
    return address(copy_key(photo.photo_id), file_name(photo), shows=shows)


def ask_for_copy(photo: Photo) -> None:
    """Have the copy made."""
    queues.ask_to_copy(photo.photo_id)


def write_copy(photo_id: str, jpeg: bytes) -> None:
    """Keep a finished copy."""
    client("s3").put_object(
        Bucket=variable("MEDIA_BUCKET"),
        Key=copy_key(photo_id),
        Body=jpeg,
        ContentType="image/jpeg",
    )


def original_url(photo: Photo) -> str:
    """Return an address of the file as it came, for ten minutes; for its owner only."""
    return address(original_key(photo.photo_id), file_name(photo, original=True))


def file_name(photo: Photo, *, original: bool = False) -> str:
    """Return a name that sorts by time, such as "contact-sheet-2026-08-01-7x3k2q.jpg"."""
    day = (photo.taken_at or photo.created_at.isoformat())[:10]
    extension = EXTENSIONS.get(photo.format, "") if original else ".jpg"
    return f"contact-sheet-{day}-{photo.photo_id[-6:].lower()}{extension}"


def address(key: str, name: str, *, shows: bool = False) -> str:
    """Return an address of an object of the media bucket, to be saved under that name or shown."""
    disposition = "inline" if shows else "attachment"
    return client("s3").generate_presigned_url(
        "get_object",
        Params={
            "Bucket": variable("MEDIA_BUCKET"),
            "Key": key,
            "ResponseContentDisposition": f'{disposition}; filename="{name}"',
        },
        ExpiresIn=LIFETIME,
    )
