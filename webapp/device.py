"""What makes the site at home on a phone: manifest, service worker, a page for no connection."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from webapp.assets import asset, texts

PAPER = "#f4efe5"
FILM = "#12100e"

blueprint = Blueprint("device", __name__)


@blueprint.get("/manifest.webmanifest")
def manifest() -> Response:
    """Answer with the manifest: how the site installs, and how the share sheet reaches it."""
    answer = jsonify(
        id="/",
        name="Contact Sheet",
        short_name="Contact Sheet",
        description=_("A private place for photos among friends."),
        lang=get_locale().language,
        dir=get_locale().text_direction,
        start_url=url_for("feed.feed"),
        scope="/",
        display="standalone",
        background_color=PAPER,
        theme_color=FILM,
        categories=["photo", "social"],
        icons=[
            _picture("img/icon.svg", "any", "image/svg+xml"),
            _picture("img/icon-192.png", "192x192"),
            _picture("img/icon-512.png", "512x512"),
            _picture("img/icon-maskable-512.png", "512x512", purpose="maskable"),
        ],
        screenshots=[
            _picture("img/screenshot-phone.webp", "780x1688", "image/webp", form_factor="narrow"),
            _picture("img/screenshot-desk.webp", "1440x900", "image/webp", form_factor="wide"),
        ],
        shortcuts=[
            {"name": _("Add photos"), "url": url_for("uploads.upload")},
            {"name": _("Friends"), "url": url_for("friends.friends")},
        ],
        share_target={
            "action": url_for("uploads.upload"),
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {"files": [{"name": "photos", "accept": ["image/*"]}]},
        },
    )
    answer.mimetype = "application/manifest+json"
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


def _picture(name: str, sizes: str, mimetype: str = "image/png", **more: str) -> dict[str, str]:
    return {"src": asset(name), "sizes": sizes, "type": mimetype, **more}


@blueprint.get("/service-worker.js")
def service_worker() -> Response:
    """Answer with the service worker, from the root because that is what it serves."""
    answer = Response(texts()["service-worker.js"], mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@blueprint.get("/offline")
def offline() -> ResponseReturnValue:
    """Show what the service worker shows when there is no connection; the same for everybody."""
    return render_template("device/offline.html", viewer=None, csrf_token="")
