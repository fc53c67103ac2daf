"""Which language and time zone a page is in."""

from __future__ import annotations

from datetime import tzinfo

from babel import Locale, UnknownLocaleError
from babel.dates import get_timezone
from flask import Flask, request
from flask_babel import Babel, get_locale

LANGUAGES = ("en", "de")


def init_app(app: Flask) -> None:
    Babel(
        app,
        default_locale="en",
        default_timezone="UTC",
        locale_selector=language,
        timezone_selector=time_zone,
    )
    app.jinja_env.globals["get_locale"] = get_locale


def language() -> str:
    """Return the first of the browser's languages that is ours, with its region for dates."""
    for tag in request.accept_languages.values():
        if tag.partition("-")[0].lower() in LANGUAGES:
            try:
                return str(Locale.parse(tag, sep="-"))
            except (UnknownLocaleError, ValueError):
                return tag.partition("-")[0].lower()
    return "en"


def time_zone() -> tzinfo | None:
    """Return the time zone that the page's script has told us by cookie, None if it has not."""
    try:
        return get_timezone(request.cookies["tz"]) if "tz" in request.cookies else None
    except LookupError:
        return None
