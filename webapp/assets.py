"""Static files under names that change with their content, so that they are cached for a year."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, send_from_directory

STATIC = Path(__file__).parent / "static"
A_YEAR = "public, max-age=31536000, immutable"


def init_app(app: Flask) -> None:
    app.add_url_rule("/static/<version>/<path:name>", "static", static)
    app.jinja_env.globals["asset"] = asset


def asset(name: str) -> str:
    """Return the address of a file in `static/`.

    One version stands for all files, in the folder part of the address: modules and stylesheets
    name one another by relative addresses, which stay true without a build step.
    """
    return f"/static/{fingerprint()}/{name}"


@cache
def fingerprint() -> str:
    """Return a fingerprint of everything in `static/`."""
    digest = hashlib.sha256()
    for file in sorted(STATIC.rglob("*")):
        if file.is_file():
            digest.update(file.relative_to(STATIC).as_posix().encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def static(version: str, name: str) -> Response:
    """Answer with a file; under another version's address it still works, but is not kept."""
    response = send_from_directory(STATIC, name)
    current = version == fingerprint()
    response.headers["Cache-Control"] = A_YEAR if current else "no-cache"
    return response
