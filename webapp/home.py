"""The front door."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.htmx import see_other
from webapp.sessions import viewer

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """Say what this is, or go on to the feed."""
    if viewer():
        return see_other(url_for("feed.feed"))
    return render_template("home/home.html")
