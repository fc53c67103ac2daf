"""Addresses of pictures that work for ten minutes at most: that bounds how long a revoked right
still shows bytes.

CloudFront takes a signature for each size, so that leave to see a small picture is none for a
larger one; ECDSA on P-256 signs twenty times faster than RSA and is a third of its length.
Addresses are the same for everybody and for a whole window of time, so that a browser's cache can
use them.
"""

from __future__ import annotations

import base64
import json
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from store import secrets
from store.aws import variable
from store.clock import MINUTE, now
from store.media import picture_key

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

WINDOW = 5 * MINUTE  # an address handed out in a window lasts to the end of the next one


def picture_url(photo_id: str, size: str) -> str:
    """Return the address of the photo in one of its sizes, for five to ten minutes.

    The caller has made sure that the person may see it.
    """
    return _signed(picture_key(photo_id, size), now() // WINDOW)


def media_origin() -> str:
    """Return the origin that pictures come from, for the pages' CSP."""
    parts = urlsplit(variable("MEDIA_URL"))
    return f"{parts.scheme}://{parts.netloc}"


@lru_cache(maxsize=10_000)
def _signed(key: str, window: int) -> str:
    url = f"{variable('MEDIA_URL')}/{key}"
    return f"{url}?{_signed_query(url, (window + 2) * WINDOW)}"


def _signed_query(url: str, expires_at: int) -> str:
    """Return the query that makes CloudFront serve `url` until then (a canned policy).

    Reference: "Create a signed URL using a canned policy", Amazon CloudFront Developer Guide.
    """
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
    from cryptography.hazmat.primitives.hashes import SHA256

    condition = {"DateLessThan": {"AWS:EpochTime": expires_at}}
    policy = {"Statement": [{"Resource": url, "Condition": condition}]}
    # RFC 6979 makes the signature, and so the address, the same in every Lambda instance.
    signature = _signing_key().sign(
        json.dumps(policy, separators=(",", ":")).encode(),
        ECDSA(SHA256(), deterministic_signing=True),
    )
    return (
        f"Expires={expires_at}&Signature={_url_safe(signature)}"
        f"&Key-Pair-Id={variable('SIGNING_KEY_ID')}&Hash-Algorithm=SHA256"
    )


@cache
def _signing_key() -> EllipticCurvePrivateKey:
    return secrets.private_key(secrets.load().signing_key)


def _url_safe(data: bytes) -> str:
    """Base64 with CloudFront's own replacements for +, = and /."""
    return base64.b64encode(data).decode().translate(str.maketrans("+=/", "-_~"))
