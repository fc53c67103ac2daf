"""Leave to post one file straight from a browser to the upload bucket, and nothing else."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass

from store.aws import client, variable
from store.clock import MINUTE, now
from store.media import bucket_url, incoming_key

MAX_BYTES = 50_000_000
GRANT_LIFETIME = 10 * MINUTE
METADATA = "x-amz-meta-"


@dataclass(frozen=True, slots=True)
class Grant:
    """Leave to post one file straight to S3: all `fields` first, then `file`, to `url`."""

    url: str
    fields: dict[str, str]
    expires_at: int


def grant(
    user_id: str,
    photo_id: str,
    *,
    content_type: str,
    size: int,
    sha256: str,
    visibility: str,
    fixed: Mapping[str, str] | None = None,
) -> Grant:
    """Return leave to post exactly these bytes under exactly this name within ten minutes.

    `sha256` in hex. The visibility, and what is `fixed` besides, travels with the object, so that
    a photo whose table entry was lost can never come back for more people than was meant.
    """
    checksum = base64.b64encode(bytes.fromhex(sha256)).decode()
    return _presign(
        incoming_key(user_id, photo_id),
        fixed={
            "Content-Type": content_type,
            "x-amz-checksum-algorithm": "SHA256",
            "x-amz-checksum-sha256": checksum,
            **{METADATA + name: value for name, value in (fixed or {}).items()},
            METADATA + "visibility": visibility,
        },
        size=(size, size),
    )


def grant_form(
    user_id: str, photo_id: str, *, redirect_to: str, fixed: Mapping[str, str] | None = None
) -> Grant:
    """Return leave for a plain HTML form, which knows neither type, size nor checksum.

    The form itself sends who can see the photo, caption and tags, except for what is `fixed` by
    us (the album that it goes to, the guest who sends it); the worker judges the bytes.
    """
    fixed = {METADATA + name: value for name, value in (fixed or {}).items()}
    free = [METADATA + name for name in ("visibility", "caption", "tags")]
    return _presign(
        incoming_key(user_id, photo_id),
        fixed={"Content-Type": "image/*", "success_action_redirect": redirect_to, **fixed},
        free=[name for name in free if name not in fixed],
        size=(1, MAX_BYTES),
    )


def _presign(
    key: str, *, fixed: dict[str, str], size: tuple[int, int], free: list[str] | None = None
) -> Grant:
    """Sign a POST policy. Reference: "POST Policy" in the S3 API documentation."""
    conditions = [{name: value} for name, value in fixed.items()]
    conditions += [["starts-with", f"${name}", ""] for name in free or []]  # type: ignore[misc]
    conditions += [["content-length-range", *size]]  # type: ignore[list-item]
    post = client("s3").generate_presigned_post(
        Bucket=variable("UPLOAD_BUCKET"),
        Key=key,
        Fields=dict(fixed),
        Conditions=conditions,
        ExpiresIn=GRANT_LIFETIME,
    )
    return Grant(bucket_url("UPLOAD_BUCKET"), post["fields"], now() + GRANT_LIFETIME)
