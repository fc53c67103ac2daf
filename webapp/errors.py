"""What people see when something went wrong: a sentence that says what to do, never a traceback."""

from __future__ import annotations

import logging

from flask import Flask, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException, InternalServerError

from store.errors import Conflict, NotFound
from webapp.htmx import wants_fragment

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    app.register_error_handler(NotFound, lambda error: _answer(404))
    app.register_error_handler(Conflict, lambda error: _answer(409))
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if isinstance(error, InternalServerError) or error.code is None:
        return _answer(500)
    if error.code < 400:
        return error.get_response()
    description = error.description if error.code in (400, 429) else None
    return _answer(error.code, description)


def _unexpected(error: Exception) -> ResponseReturnValue:
    log.exception("%s %s failed", request.method, request.path)
    return _answer(500)


def _answer(code: int, sentence: str | None = None) -> ResponseReturnValue:
    title, message = _explain(code)
    message = sentence or message
    if request.accept_mimetypes.best == "application/json" or request.is_json:
        return jsonify(error=message), code
    if wants_fragment():
        return message, code, {"Content-Type": "text/plain; charset=utf-8"}
    return render_template("errors/error.html", code=code, title=title, message=message), code


def _explain(code: int) -> tuple[str, str]:
    """Return title and sentence for a status code."""
    match code:
        case 400 | 413 | 415:
            return _("That did not work"), _(
                "Please go back, check what you entered and try again."
            )
        case 401:
            return _("You are signed out"), _("Please sign in and try again.")
        case 403:
            return (
                _("This page has expired"),
                _("Please go back, reload the page and try again."),
            )
        case 404 | 405:
            return (
                _("Nothing here"),
                _("It may have been deleted, or it is not shared with you."),
            )
        case 409:
            return (
                _("That did not work"),
                _("Somebody changed this at the same moment. Please look again and repeat it."),
            )
        case 429:
            return _("Too fast"), _("Please wait a minute and try again.")
        case _other:
            return _("Something broke"), _("This is our fault. Please try again in a minute.")
