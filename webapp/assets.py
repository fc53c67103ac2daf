"""Static files, under addresses that change with their content and so are cached for a year."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

from flask import Flask, Response, send_from_directory, url_for

STATIC = Path(__file__).parent / "static"
STYLESHEET = "css/app.css"
A_YEAR = "public, max-age=31536000, immutable"


def init_app(app: Flask) -> None:
    app.add_url_rule("/static/<version>/<path:filename>", "static", static)
    app.jinja_env.globals["asset"] = asset


def asset(filename: str) -> str:
    """Return the address of a file in `static/`.

    One fingerprint stands for all files, in the folder part of the address: modules and
    stylesheets name one another by relative addresses, which stay true without a build step.
    """
    return url_for("static", version=fingerprint(), filename=filename)


@cache
def fingerprint() -> str:
    """Return a fingerprint of everything in `static/`."""
    digest = hashlib.sha256()
    for file in sorted(STATIC.rglob("*")):
        if file.is_file():
            digest.update(file.relative_to(STATIC).as_posix().encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def static(version: str, filename: str) -> Response:
    """Answer with a file; under another version's address it still works, but is not kept."""
    if filename == STYLESHEET:
        response = Response(stylesheet(), mimetype="text/css")
    else:
        response = send_from_directory(STATIC, filename)
    current = version == fingerprint()
    response.headers["Cache-Control"] = A_YEAR if current else "no-cache"
    return response


@cache
def stylesheet() -> str:
    """Return the entry stylesheet with the files that it imports in their places.

    A browser would ask for them one after the other before it draws anything.
    """
    entry = STATIC / STYLESHEET
    return re.sub(
        r'@import "([\w-]+\.css)";',
        lambda found: (entry.parent / found[1]).read_text(),
        entry.read_text(),
    )
