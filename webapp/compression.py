"""Pages are compressed here: CloudFront compresses only what it may keep, and no page is kept.

A compressed answer that holds both a secret and something that another site chose tells its length,
and so the secret, to who sees the line (BREACH). What another site asked for stays uncompressed.
"""

from __future__ import annotations

import gzip

from flask import Flask, Response, request

WORTH_IT = 1000  # bytes; CloudFront draws the same line
TEXTS = ("text/", "application/json", "application/manifest+json", "image/svg+xml")
ASKED_BY_US = ("same-origin", "none")  # Sec-Fetch-Site; "none" is the address bar or a bookmark


def init_app(app: Flask) -> None:
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if response.status_code != 200 or not (response.mimetype or "").startswith(TEXTS):
        return response
    if response.headers["Cache-Control"].startswith("private"):
        response.vary.update(("Accept-Encoding", "Sec-Fetch-Site"))
    if request.headers.get("Sec-Fetch-Site") in ASKED_BY_US and request.accept_encodings["gzip"]:
        response.direct_passthrough = False  # a file would go out unread
        text = response.get_data()
        if len(text) >= WORTH_IT:
            response.set_data(gzip.compress(text, 6, mtime=0))
            response.headers["Content-Encoding"] = "gzip"
    return response
