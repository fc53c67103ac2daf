"""`/local/outbox`: what would have left this machine, mails and pushes, latest first."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from local.push_service import PREFIX, PushService

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH = "/local/outbox"
MOST = 100


class Outbox:
    """Serves the outbox and the push service before `site`, which has neither on AWS."""

    def __init__(self, site: WSGIApplication, folder: Path, origin: str) -> None:
        self._site = site
        self._folder = folder
        self._push_service = PushService(folder, origin)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == PREFIX or path.startswith(PREFIX + "/"):
            return self._push_service(environ, start_response)
        if path == PATH:
            return self._page(start_response)
        return self._site(environ, start_response)

    def _page(self, start_response: StartResponse) -> Iterable[bytes]:
        files = [*self._folder.glob("*.eml"), *self._folder.glob("*.push")]
        latest = sorted(files, key=lambda file: file.stem, reverse=True)[:MOST]
        items = "".join(_mail(file) if file.suffix == ".eml" else _push(file) for file in latest)
        start_response(
            "200 OK",
            [
                ("Content-Type", "text/html; charset=utf-8"),
                ("Content-Security-Policy", "default-src 'none'"),
                ("Cache-Control", "no-store"),
            ],
        )
        page = (
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>Outbox</title>'
            "<h1>Outbox</h1><p>What would have left this machine.</p>"
        )
        return [f"{page}{items or '<p>Nothing yet.</p>'}".encode()]


def _mail(file: Path) -> str:
    message = message_from_bytes(file.read_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    text = escape(body.get_content() if body else "")
    linked = re.sub(r"https?://[^\s&<]+", r'<a href="\g<0>">\g<0></a>', text)
    headers = "".join(
        f"<dt>{escape(name)}<dd>{escape(str(value))}"
        for name, value in message.items()
        if name in ("From", "To", "List-Unsubscribe", "List-Unsubscribe-Post")
    )
    subject = escape(str(message["Subject"]))
    return (
        f"<article><h2>{subject}</h2>{_when(file)}<dl>{headers}</dl><pre>{linked}</pre></article>"
    )


def _push(file: Path) -> str:
    message = json.loads(file.read_text())["message"]
    title, url = escape(message["title"]), escape(message["url"])
    return f'<article><h2>{title}</h2>{_when(file)}<p>Push: <a href="{url}">{url}</a></article>'


def _when(file: Path) -> str:
    moment = datetime.fromtimestamp(int(file.stem) / 1e9, UTC)
    return f"<p><time>{moment:%Y-%m-%d %H:%M:%S} UTC</time></p>"
