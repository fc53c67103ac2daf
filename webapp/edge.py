"""WSGI middleware between API Gateway and the app: only CloudFront gets in.

The API has an address of its own, which anyone may call. CloudFront adds a secret header to what
it forwards; without that the answer is 403. Behind it the site has one public address, so nothing
that a client says about host, scheme or path is needed, and none of it is kept.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# What frameworks and proxies take for the truth about the address that was asked for.
CLAIMS = (
    "HTTP_FORWARDED",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PREFIX",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_SCHEME",
    "HTTP_X_FORWARDED_SERVER",
    "HTTP_X_HOST",
    "HTTP_X_HTTP_METHOD_OVERRIDE",
    "HTTP_X_ORIGINAL_HOST",
    "HTTP_X_ORIGINAL_URL",
    "HTTP_X_REWRITE_URL",
    "HTTP_X_SCRIPT_NAME",
)


class Edge:
    """Let through what carries one of `origin_secrets`, as a request for `public_url`.

    `origin_secrets` is called for each request, so that a cold start need not wait for them.
    """

    def __init__(
        self, app: WSGIApplication, public_url: str, origin_secrets: Callable[[], Iterable[str]]
    ) -> None:
        parts = urlsplit(public_url)
        self._app = app
        self._origin_secrets = origin_secrets
        self._address = {
            "HTTP_HOST": parts.netloc,
            "SERVER_NAME": parts.hostname or "",
            "SERVER_PORT": str(parts.port or (443 if parts.scheme == "https" else 80)),
            "wsgi.url_scheme": parts.scheme,
            "SCRIPT_NAME": "",
        }

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        said = environ.pop("HTTP_X_ORIGIN_VERIFY", "").encode("latin-1")
        known = [hmac.compare_digest(said, secret.encode()) for secret in self._origin_secrets()]
        if not any(known):
            start_response("403 Forbidden", [("Content-Type", "text/plain; charset=utf-8")])
            return [b"This address is not for visitors.\n"]
        for claim in CLAIMS:
            environ.pop(claim, None)
        environ.update(self._address)
        return self._app(environ, start_response)
