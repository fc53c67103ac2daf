"""Addresses of pictures that work for ten minutes at most: that bounds how long a revoked right
still shows bytes.

CloudFront takes one signed policy with a wildcard for all sizes of a photo; ECDSA on P-256 is
twenty times faster than RSA and a third of its length. Without CloudFront (MEDIA_URL not set) S3's
own presigned GET does the same. Addresses are the same for everybody and for a whole window of
time, so that a browser's cache can use them.
"""

from __future__ import annotations

import base64
import json
import os
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from store import secrets
from store.aws import client, variable
from store.clock import MINUTE, now
from store.media import SIZES, picture_key

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

WINDOW = 5 * MINUTE  # an address handed out in a window lasts to the end of the next one


def picture_urls(photo_id: str) -> dict[str, str]:
    """Return the address of each size of the photo, for five to ten minutes.

    The caller has made sure that the person may see it.
    """
    return dict(_picture_urls(photo_id, now() // WINDOW))


def media_origin() -> str:
    """Return the origin that pictures come from, for the pages' CSP."""
    base = os.environ.get("MEDIA_URL") or os.environ.get("AWS_ENDPOINT_URL")
    if base:
        parts = urlsplit(base)
        return f"{parts.scheme}://{parts.netloc}"
    return f"https://{variable('MEDIA_BUCKET')}.s3.{variable('AWS_REGION')}.amazonaws.com"


@lru_cache(maxsize=5000)
def _picture_urls(photo_id: str, window: int) -> tuple[tuple[str, str], ...]:
    expires_at = (window + 2) * WINDOW
    keys = {size: picture_key(photo_id, size) for size in SIZES}
    base = os.environ.get("MEDIA_URL")
    if not base:
        return tuple((size, _presigned(key, expires_at)) for size, key in keys.items())
    query = _signed_query(f"{base}/media/{photo_id}/*", expires_at)
    return tuple((size, f"{base}/{key}?{query}") for size, key in keys.items())


def _presigned(key: str, expires_at: int) -> str:
    return client("s3").generate_presigned_url(
        "get_object",
        Params={"Bucket": variable("MEDIA_BUCKET"), "Key": key},
        ExpiresIn=expires_at - now(),
    )


def _signed_query(resource: str, expires_at: int) -> str:
    """Return the query of a CloudFront custom policy.

    Reference: "Create a signed URL using a custom policy", Amazon CloudFront Developer Guide.
    """
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
    from cryptography.hazmat.primitives.hashes import SHA256

    condition = {"DateLessThan": {"AWS:EpochTime": expires_at}}
    policy = json.dumps(
        {"Statement": [{"Resource": resource, "Condition": condition}]}, separators=(",", ":")
    ).encode()
    # RFC 6979 makes the signature, and so the address, the same in every Lambda instance.
    signature = _signing_key().sign(policy, ECDSA(SHA256(), deterministic_signing=True))
    return (
        f"Policy={_url_safe(policy)}&Signature={_url_safe(signature)}"
        f"&Key-Pair-Id={variable('SIGNING_KEY_ID')}&Hash-Algorithm=SHA256"
    )


@cache
def _signing_key() -> EllipticCurvePrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    key = load_pem_private_key(secrets.load().signing_key.encode(), password=None)
    if not isinstance(key, EllipticCurvePrivateKey):
        raise TypeError("the secret signing_key is no elliptic-curve private key")
    return key


def _url_safe(data: bytes) -> str:
    """Base64 with CloudFront's own replacements for +, = and /."""
    return base64.b64encode(data).decode().translate(str.maketrans("+=/", "-_~"))
