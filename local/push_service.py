"""A push service to stand in for the browsers' own, which a machine without internet cannot reach.

It hands out subscriptions (as a browser's `subscribe()` would), takes posts as RFC 8030 describes,
checks who signed them (RFC 8292), and, since it made the subscription's keys, can read what was
pushed (RFC 8291). What it has taken lies in the outbox folder.
"""

from __future__ import annotations

import base64
import json
import secrets
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PREFIX = "/local/push"


class PushService:
    """Answers under `/local/push` at `origin`; keeps subscriptions and pushes in `folder`."""

    def __init__(self, folder: Path, origin: str) -> None:
        self._folder = folder
        self._origin = origin
        folder.mkdir(parents=True, exist_ok=True)

    def subscribe(self) -> dict[str, Any]:
        """Return a new subscription in the form in which a browser gives one to a page."""
        key, auth = ec.generate_private_key(ec.SECP256R1()), secrets.token_bytes(16)
        name = secrets.token_urlsafe(16)
        kept = {
            "key": key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
            "auth": encode(auth),
        }
        (self._folder / f"{name}.subscription").write_text(json.dumps(kept))
        return {
            "endpoint": f"{self._origin}{PREFIX}/{name}",
            "keys": {"p256dh": encode(point(key.public_key())), "auth": encode(auth)},
        }

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        name = environ["PATH_INFO"].removeprefix(PREFIX).strip("/")
        if environ["REQUEST_METHOD"] == "POST" and name == "new":
            return _answer(start_response, "201 Created", json.dumps(self.subscribe()))
        subscription = self._folder / f"{Path(name).name}.subscription"
        if environ["REQUEST_METHOD"] != "POST" or not subscription.is_file():
            return _answer(start_response, "410 Gone")
        if not self._is_signed(environ.get("HTTP_AUTHORIZATION", "")):
            return _answer(start_response, "403 Forbidden")
        if not environ.get("HTTP_TTL", "").isdecimal():
            return _answer(start_response, "400 Bad Request")
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        self._take(subscription, body, environ.get("HTTP_TOPIC", ""))
        return _answer(start_response, "201 Created")

    def _take(self, subscription: Path, body: bytes, topic: str) -> None:
        kept = json.loads(subscription.read_text())
        key = load_pem_private_key(kept["key"].encode(), password=None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        message = json.loads(decrypt(body, key, decode(kept["auth"])))
        taken = {"to": subscription.stem, "topic": topic, "message": message}
        (self._folder / f"{time.time_ns()}.push").write_text(json.dumps(taken))

    def _is_signed(self, authorization: str) -> bool:
        scheme, _, rest = authorization.partition(" ")
        parts = dict(part.strip().partition("=")[::2] for part in rest.split(","))
        try:
            signed, _, signature = parts["t"].rpartition(".")
            claims = json.loads(decode(signed.partition(".")[2]))
            r, s = (int.from_bytes(decode(signature)[n : n + 32], "big") for n in (0, 32))
            key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(parts["k"]))
            key.verify(encode_dss_signature(r, s), signed.encode(), ec.ECDSA(SHA256()))
        except (KeyError, ValueError, InvalidSignature):
            return False
        in_time = time.time() < claims["exp"] <= time.time() + 86400
        return scheme == "vapid" and claims["aud"] == self._origin and in_time


def decrypt(body: bytes, key: ec.EllipticCurvePrivateKey, auth: bytes) -> bytes:
    """Return what a body of one aes128gcm record says to the browser with that key and secret."""
    salt, length = body[:16], body[20]
    sender, record = body[21 : 21 + length], body[21 + length :]
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
    info = b"WebPush: info\x00" + point(key.public_key()) + sender
    secret = HKDF(SHA256(), 32, auth, info).derive(key.exchange(ec.ECDH(), theirs))
    content_key = HKDF(SHA256(), 16, salt, b"Content-Encoding: aes128gcm\x00").derive(secret)
    nonce = HKDF(SHA256(), 12, salt, b"Content-Encoding: nonce\x00").derive(secret)
    return AESGCM(content_key).decrypt(nonce, record, None).rstrip(b"\x00")[:-1]


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def encode(data: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _answer(start_response: StartResponse, status: str, body: str = "") -> Iterable[bytes]:
    start_response(status, [("Content-Type", "application/json")])
    return [body.encode()]
