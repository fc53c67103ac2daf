"""Static files, under addresses that change with their content and so are cached for a year."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

from flask import Flask, Response, send_from_directory, url_for

STATIC = Path(__file__).parent / "static"
STYLESHEET = "css/app.css"
# Whole lines, so that nothing within a line can be mistaken for one.
INDENT = re.compile(r"\n\s+")
REMARK = re.compile(
    r" +// [^\n]*$", re.MULTILINE
)  # at the end of a line, where no address has spaces
# Around what needs no space, but not within "…" and `…`, which are matched whole.
AROUND = re.compile(r'("(?:[^"\\\n]|\\.)*"|`[^`]*`)| ?(=>|[=!]==|&&|\|\||[=?:,{}()+<>]) ?')
SPACES = re.compile(r"\s*([{};])\s*|(?<=[:,]) +")
COMMENT = re.compile(r"^ *(//[^\n]*|/\*.*?\*/) *\n", re.MULTILINE | re.DOTALL)
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
    if filename in texts():
        mimetype = "text/css" if filename.endswith(".css") else "text/javascript"
        response = Response(texts()[filename], mimetype=mimetype)
    else:
        response = send_from_directory(STATIC, filename)
    current = version == fingerprint()
    response.headers["Cache-Control"] = A_YEAR if current else "no-cache"
    return response


@cache
def texts() -> dict[str, str]:
    """Return our scripts and stylesheets by name, as a browser gets them: without comments
    and indentation.

    The entry stylesheet comes with the files that it imports in their places, because a browser
    would ask for them one after the other before it draws anything.
    """
    files = [*STATIC.rglob("js/**/*.js"), *STATIC.glob("*.js"), *STATIC.glob("css/*.css")]
    found = {file.relative_to(STATIC).as_posix(): file.read_text() for file in files}
    found[STYLESHEET] = re.sub(
        r'@import "([\w-]+\.css)";', lambda part: found[f"css/{part[1]}"], found[STYLESHEET]
    )
    return {name: _without_air(name, COMMENT.sub("", text)) for name, text in found.items()}


def _without_air(name: str, text: str) -> str:
    """Return a file without what only its readers need; lines of scripts stay lines."""
    if name.endswith(".css"):
        return SPACES.sub(r"\1", text)
    return AROUND.sub(lambda found: found[1] or found[2], INDENT.sub("\n", REMARK.sub("", text)))
