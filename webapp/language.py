"""Which language and time zone a page is in."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton, get_timezone
from babel.units import format_unit
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
    app.jinja_env.globals["chosen_zone"] = chosen_zone
    app.jinja_env.filters["dayformat"] = day
    app.jinja_env.filters["filesize"] = filesize


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
    name = chosen_zone() or request.cookies.get("tz")
    try:
        return get_timezone(name) if name else None
    except LookupError:
        return None


def chosen_zone() -> str:
    """Return the time zone that the person chose, empty for "as the browser says"."""
    return me().time_zone if viewer() else ""


def day(moment: datetime) -> str:
    """Return the day as a heading, "Monday 23 November", with the year if it is not this one."""
    here = to_user_timezone(moment)
    this_year = here.year == to_user_timezone(datetime.now(UTC)).year
    return format_skeleton("MMMMEEEEd" if this_year else "yMMMMEEEEd", here, locale=get_locale())


def filesize(size: int) -> str:
    """Return a number of bytes as people read it, "5.0 MB"."""
    unit, bytes_ = ("gigabyte", 1e9) if size >= 1e9 else ("megabyte", 1e6)
    return format_unit(
        size / bytes_, f"digital-{unit}", "short", format="#,##0.0", locale=get_locale()
    )
