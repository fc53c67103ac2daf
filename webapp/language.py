"""Which language and time zone a page is in."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton, get_timezone
from flask import Flask, request
from flask_babel import Babel, get_locale, to_user_timezone

from store.wording import LANGUAGES
from webapp.sessions import me, viewer


def init_app(app: Flask) -> None:
    Babel(
        app,
        default_locale="en",
        default_timezone="UTC",
        locale_selector=language,
        timezone_selector=time_zone,
    )
    app.jinja_env.globals["get_locale"] = get_locale
    app.jinja_env.filters["dayformat"] = day


def language() -> str:
    """Return the language that the person chose, else the first of the browser's that is ours.

    With the browser's region, if it is of that language, for dates.
    """
    chosen = me().language if viewer() else ""
    for tag in request.accept_languages.values():
        if tag.partition("-")[0].lower() in ([chosen] if chosen else LANGUAGES):
            try:
                return str(Locale.parse(tag, sep="-"))
            except (UnknownLocaleError, ValueError):
                return tag.partition("-")[0].lower()
    return chosen or "en"


def time_zone() -> tzinfo | None:
    """Return the time zone that the person chose, else the one that the page's script has told us
    by cookie; None without either."""
    name = (me().time_zone if viewer() else "") or request.cookies.get("tz")
    try:
        return get_timezone(name) if name else None
    except LookupError:
        return None


def day(moment: datetime) -> str:
    """Return the day as a heading, "Monday 23 November", with the year if it is not this one."""
    here = to_user_timezone(moment)
    this_year = here.year == to_user_timezone(datetime.now(UTC)).year
    return format_skeleton("MMMMEEEEd" if this_year else "yMMMMEEEEd", here, locale=get_locale())
