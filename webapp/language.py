"""Which language and time zone a page is in."""

from __future__ import annotations

from flask import Flask, request
from flask_babel import Babel

LANGUAGES = ("en", "de")


def init_app(app: Flask) -> None:
    Babel(app, default_locale="en", default_timezone="UTC", locale_selector=language)


def language() -> str:
    """Return the best of our languages for this browser."""
    return request.accept_languages.best_match(LANGUAGES) or "en"
