"""Web Push on the wire: encryption for the browser (RFC 8291), our signature (RFC 8292), the post.

pywebpush does the same and brings aiohttp with it; what is needed of it is below, held to the
RFC's own example by a test.
"""

from __future__ import annotations

import base64
import json
import os
import struct
import time
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from store import secrets
from store.devices import Device

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from urllib3 import PoolManager

TIME_TO_LIVE = 86400  # seconds that the push service may keep it for a device that is off
VALID_FOR = 12 * 3600  # seconds; RFC 8292 allows a day
SECONDS = 5.0  # for a push service to take it
RECORD = 4096


class Gone(Exception):
    """The subscription has ended, or was never ours to use."""


class Unavailable(Exception):
    """The push service did not take it; later it may."""


def send(device: Device, message: dict[str, str], *, subject: str, topic: str) -> None:
    """Post the message to the device's push service. Raises Gone or Unavailable.

    `subject` is our own address, for the push service's operators. A later message of the same
    `topic` replaces one that still waits there.
    """
    import urllib3

    try:
        body = encrypt(json.dumps(message).encode(), device.p256dh, device.auth)
    except ValueError as error:  # what somebody has sent us as their key is none
        raise Gone(str(error)) from error
    headers = {
        "Authorization": _authorization(device.endpoint, subject),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(TIME_TO_LIVE),
        "Topic": topic,
        "Urgency": "normal",
    }
    try:
        answer = _pool().request(
            "POST", device.endpoint, body=body, headers=headers, redirect=False, retries=False
        )
    except urllib3.exceptions.HTTPError as error:
        raise Unavailable(type(error).__name__) from error
    if answer.status in (403, 404, 410):
        raise Gone(str(answer.status))
    if answer.status >= 300:
        raise Unavailable(str(answer.status))


def encrypt(
    plaintext: bytes,
    p256dh: str,
    auth: str,
    *,
    salt: bytes | None = None,
    key: EllipticCurvePrivateKey | None = None,
) -> bytes:
    """Return the body for a browser with that public key and secret: one record of aes128gcm.

    `salt` and `key` are fresh for every message; only a test brings its own.
    """
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt, key = salt or os.urandom(16), key or ec.generate_private_key(ec.SECP256R1())
    theirs, ours = _decode(p256dh), _point(key)
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
    shared = key.exchange(ec.ECDH(), public)
    secret = _derive(_decode(auth), shared, b"WebPush: info\x00" + theirs + ours, 32)
    content_key = _derive(salt, secret, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _derive(salt, secret, b"Content-Encoding: nonce\x00", 12)
    header = salt + struct.pack("!IB", RECORD, len(ours)) + ours
    return header + AESGCM(content_key).encrypt(nonce, plaintext + b"\x02", None)


def _derive(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), length, salt, info).derive(secret)


def _authorization(endpoint: str, subject: str) -> str:
    """Return the header that says who we are: a JWT for that push service alone."""
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256

    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(time.time()) + VALID_FOR,
        "sub": subject,
    }
    header = {"typ": "JWT", "alg": "ES256"}
    signed = ".".join(encode(json.dumps(part).encode()) for part in (header, claims))
    r, s = decode_dss_signature(_key().sign(signed.encode(), ECDSA(SHA256())))
    signature = encode(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return f"vapid t={signed}.{signature}, k={encode(_point(_key()))}"


def _point(key: EllipticCurvePrivateKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


@cache
def _key() -> EllipticCurvePrivateKey:
    return secrets.private_key(secrets.load_push_key())


@cache
def _pool() -> PoolManager:
    import urllib3

    return urllib3.PoolManager(timeout=urllib3.Timeout(SECONDS), maxsize=4)


def encode(data: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
