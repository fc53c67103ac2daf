"""Browsers that take pushes: turning one on, and forgetting it."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue

from store import devices
from store.words import clean_line
from webapp.htmx import see_other
from webapp.sessions import signed_in, viewer_id

blueprint = Blueprint("devices", __name__, url_prefix="/notifications/devices")

BASE64URL = r"[A-Za-z0-9_-]"
KEY, SECRET = re.compile(BASE64URL + "{87}=?"), re.compile(BASE64URL + "{22}=?=?")
NAMES = ("iPhone", "iPad", "Android", "Windows", "Macintosh", "CrOS", "Linux")
LABEL = 40


@blueprint.post("")
@signed_in
def add() -> ResponseReturnValue:
    """Take the subscription that this browser has made (JSON as the browser writes it)."""
    said: Any = request.get_json()
    endpoint = said.get("endpoint") if isinstance(said, dict) else None
    given = said.get("keys") if isinstance(said, dict) else None
    if not isinstance(endpoint, str) or not isinstance(given, dict) or len(endpoint) > 1000:
        abort(400)
    p256dh, auth = str(given.get("p256dh")), str(given.get("auth"))
    if not KEY.fullmatch(p256dh) or not SECRET.fullmatch(auth):
        abort(400)
    if not devices.is_push_service(endpoint):
        abort(400)
    devices.add(viewer_id(), endpoint=endpoint, p256dh=p256dh, auth=auth, label=_label())
    return "", 204


def _label() -> str:
    """Return by what its owner will know the browser again."""
    agent = request.headers.get("User-Agent", "")
    return clean_line(next((name for name in NAMES if name in agent), "Browser"), LABEL)


@blueprint.post("/<device_id>/removal")
@signed_in
def remove(device_id: str) -> ResponseReturnValue:
    """Push nothing more to one of one's own browsers."""
    devices.remove(viewer_id(), device_id)
    return see_other(url_for("preferences.show"))
