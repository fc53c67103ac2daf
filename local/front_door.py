"""What CloudFront does on AWS: pictures by signed address from the bucket, the rest to the site."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import requests
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

KEY_ID = "KLOCAL"


class FrontDoor:
    """Serves `/media/*` from the bucket to whoever has a valid address, and all else by `site`."""

    def __init__(
        self,
        site: WSGIApplication,
        *,
        public_url: str,
        public_key: EllipticCurvePublicKey,
        s3: Any,
        bucket: str,
        pictures_url: str,
    ) -> None:
        self._site = site
        self._public_url = public_url
        self._public_key = public_key
        self._s3 = s3
        self._bucket = bucket
        self._pictures_url = pictures_url

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if not path.startswith("/media/"):
            return self._site(environ, start_response)
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or not self._is_signed(environ):
            start_response("403 Forbidden", [("Content-Type", "text/plain")])
            return [b"Forbidden"]
        return self._picture(path.removeprefix("/"), start_response)

    def _is_signed(self, environ: WSGIEnvironment) -> bool:
        """Check a canned policy as CloudFront documents it, from the address alone."""
        query = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
        try:
            expires_at = int(query["Expires"])
            signature = base64.b64decode(
                query["Signature"].translate(str.maketrans("-_~", "+=/")), validate=True
            )
        except (KeyError, ValueError):
            return False
        if query.get("Key-Pair-Id") != KEY_ID or query.get("Hash-Algorithm") != "SHA256":
            return False
        policy = {
            "Statement": [
                {
                    "Resource": self._public_url + environ["PATH_INFO"],
                    "Condition": {"DateLessThan": {"AWS:EpochTime": expires_at}},
                }
            ]
        }
        try:
            self._public_key.verify(
                signature, json.dumps(policy, separators=(",", ":")).encode(), ECDSA(SHA256())
            )
        except InvalidSignature:
            return False
        return expires_at > time.time()

    def _picture(self, key: str, start_response: StartResponse) -> Iterable[bytes]:
        """Answer from the bucket, or by the function that makes pictures on request."""
        try:
            found = self._s3.get_object(Bucket=self._bucket, Key=key)
        except self._s3.exceptions.NoSuchKey:
            made = requests.get(f"{self._pictures_url}/{key}", timeout=30)
            status = HTTPStatus(made.status_code)
            headers, body = dict(made.headers), made.content
        else:
            status, body = HTTPStatus.OK, found["Body"].read()
            headers = {
                "Content-Type": found["ContentType"],
                "Cache-Control": found["CacheControl"],
            }
        kept = {
            name: headers[name] for name in ("Content-Type", "Cache-Control") if name in headers
        }
        start_response(
            f"{status.value} {status.phrase}",
            [
                *kept.items(),
                ("Content-Length", str(len(body))),
                ("X-Content-Type-Options", "nosniff"),
                ("Cross-Origin-Resource-Policy", "same-origin"),
            ],
        )
        return [body]
