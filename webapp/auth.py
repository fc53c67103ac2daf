"""Signing in and out, and the display name that somebody new chooses."""

from __future__ import annotations

import logging
import re

from flask import Blueprint, make_response, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from store import devices, preferences, sessions, users
from store.words import clean_line
from webapp import oidc
from webapp import sessions as web_sessions
from webapp.htmx import see_other
from webapp.sessions import signed_in, viewer, viewer_id

log = logging.getLogger(__name__)
blueprint = Blueprint("auth", __name__)

_LOCAL = re.compile(r"/(?![/\\])[^\\\x00-\x1f\x7f]*")


def local_path(path: str | None) -> str:
    """Return `path` if it stays on this site, else the feed's (no open redirect)."""
    return path if path and _LOCAL.fullmatch(path) else url_for("feed.feed")


@blueprint.get("/auth/sign-in")
def sign_in() -> ResponseReturnValue:
    """Leave for the sign-in page, remembering where to come back to."""
    if viewer():
        return see_other(local_path(request.args.get("next")))
    session.clear()
    session["next"] = local_path(request.args.get("next"))
    return oidc.leave_for_sign_in()


@blueprint.get("/auth/address")
@signed_in
def address() -> ResponseReturnValue:
    """Leave for the sign-in page once more, to learn the address that e-mail may go to."""
    session.clear()
    session["next"] = url_for("preferences.show")
    session["wants_mail"] = True
    return oidc.leave_for_sign_in()


@blueprint.get("/auth/callback")
def callback() -> ResponseReturnValue:
    """Come back from the sign-in page: a new session, and on to where the person was going."""
    destination = local_path(session.get("next"))
    try:
        identity, verified_address = oidc.complete_sign_in()
    except oidc.SignInFailed as error:
        log.warning("sign-in refused: %s", error)
        session.clear()
        return _sign_in_failed()
    wants_mail = session.get("wants_mail", False)
    session.clear()
    user_id = users.find_by_identity(identity)
    if wants_mail and user_id:
        _keep_address(user_id, verified_address)
    if user_id is None:
        destination = url_for("auth.welcome", next=destination)
    return _begin_session(identity, user_id, destination)


def _keep_address(user_id: str, verified_address: str) -> None:
    """Keep the address of somebody who has turned e-mail on; without one turn it off again."""
    chosen = preferences.get(user_id)
    if chosen.mail == preferences.OFF:
        return
    if verified_address:
        preferences.set_address(user_id, verified_address)
    else:
        preferences.stop_mail(user_id)


def _sign_in_failed() -> ResponseReturnValue:
    page = render_template(
        "errors/error.html",
        code=400,
        title=_("That did not work"),
        message=_("The sign-in was interrupted or took too long. Please sign in again."),
    )
    return page, 400


def _begin_session(identity: str, user_id: str | None, destination: str) -> ResponseReturnValue:
    """Answer with a new session in place of the one that this browser had."""
    previous = web_sessions.session()
    if previous:
        sessions.end(previous)
    token, started = sessions.start(identity, user_id)
    response = make_response(see_other(destination))
    web_sessions.set_cookie(response, token, started)
    return response


@blueprint.route("/welcome", methods=["GET", "POST"])
def welcome() -> ResponseReturnValue:
    """Ask somebody new for the name that friends will see."""
    newcomer = web_sessions.session()
    destination = local_path(request.values.get("next"))
    if newcomer is None:
        return see_other(url_for("auth.sign_in", next=destination))
    if newcomer.user_id:
        return see_other(destination)
    if request.method == "GET":
        return render_template("auth/welcome.html", next=destination, error=None)
    name = clean_line(request.form.get("display_name", ""), users.NAME_LIMIT)
    if not name:
        error = _("Please enter the name that your friends know you by.")
        return render_template("auth/welcome.html", next=destination, error=error), 400
    user_id = users.sign_up(newcomer.identity, name)
    return _begin_session(newcomer.identity, user_id, destination)


@blueprint.post("/auth/sign-out")
@signed_in
def sign_out() -> ResponseReturnValue:
    """End this browser's session, here and at the sign-in pages."""
    current = viewer()
    if current:
        sessions.end(current)
    return _signed_out()


@blueprint.post("/auth/sign-out-everywhere")
@signed_in
def sign_out_everywhere() -> ResponseReturnValue:
    """End every session that this person has; no browser of theirs is told anything any more."""
    devices.remove_all(viewer_id())
    sessions.end_all(viewer_id())
    return sign_out()


def _signed_out() -> ResponseReturnValue:
    response = make_response(see_other(oidc.sign_out_url()))
    web_sessions.clear_cookie(response)
    return response
