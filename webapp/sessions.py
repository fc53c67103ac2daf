"""Who is asking: the session cookie, the signed-in viewer, and protection against forged posts."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden, Unauthorized

from store import keys, photos, sessions, users
from store.clock import now
from store.ids import is_id
from store.keys import Key
from store.photos import Known
from store.sessions import Session
from store.users import User
from webapp import viewers
from webapp.settings import Settings

# The token in a mail is the leave; what the phone's share sheet posts changes nothing.
WITHOUT_TOKEN = ("mail.stop", "uploads.share")

P = ParamSpec("P")
R = TypeVar("R")


def init_app(app: Flask) -> None:
    app.before_request(_refuse_forged_posts)
    app.context_processor(lambda: {"viewer": viewer(), "csrf_token": csrf_token()})


def settings() -> Settings:
    """Return the running app's settings."""
    found: Settings = current_app.extensions["settings"]
    return found


def session() -> Session | None:
    """Return this request's session, looked up once and only when somebody asks."""
    if "session" not in g:
        token = request.cookies.get(_cookie_name())
        g.session, g.known = None, {}
        if token:
            g.session, g.known = sessions.check_and_read(token, _ahead())
    found: Session | None = g.session
    return found


def _ahead() -> list[Key]:
    """Return what a form about a photo will need, so that the session's call reads it too.

    The form's page knew whose photo it is and who is looking; nobody relies on that being true.
    The poll for news needs the bundle of photos that its page is watching.
    """
    if request.endpoint == "notices.news" and is_id(request.args.get("watching", "")):
        return [keys.bundle(request.args["watching"])]
    if request.method != "POST" or "photo_id" not in (request.view_args or {}):
        return []
    said = [request.form.get("owner_id", ""), request.form.get("viewer_id", "")]
    photo_id = (request.view_args or {})["photo_id"]
    if not all(is_id(each) for each in [photo_id, *said]):
        return []
    owner_id, viewer_id = said
    return photos.keys_to_see(viewer_id, photo_id, owner_id)


def known() -> Known:
    """Return the items that were read with this request's session."""
    session()
    found: Known = g.known
    return found


def me() -> User:
    """Return the signed-in person, in a view behind @signed_in; read with the session."""
    return users.get(viewer_id(), known=known())


def viewer() -> Session | None:
    """Return the session of somebody who is signed in and has a name, else None."""
    found = session()
    return found if found and found.user_id else None


def viewer_id() -> str:
    """Return the signed-in person's id, in a view behind @signed_in."""
    found = viewer()
    if found is None or found.user_id is None:
        raise Unauthorized
    return found.user_id


def csrf_token() -> str:
    """Return the token that this browser's posts must carry: its session's, or as a guest's.

    Empty without either.
    """
    found = session() or viewers.guest_session()
    return found.csrf_token if found else ""


def signed_in(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Let only signed-in people into a view; send others to sign in and back here."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if viewer():
            return view(*args, **kwargs)
        if request.method != "GET" or request.accept_mimetypes.best == "application/json":
            raise Unauthorized
        here = request.full_path.rstrip("?")
        if session():
            return redirect(url_for("auth.welcome", next=here), 303)
        return redirect(url_for("auth.sign_in", next=here), 303)

    return guarded


def set_cookie(response: Response, token: str, found: Session) -> None:
    """Give the browser its session."""
    response.set_cookie(
        _cookie_name(),
        token,
        max_age=sessions.ABSOLUTE - (now() - found.signed_in_at),
        path="/",
        secure=settings().secure,
        httponly=True,
        samesite="Lax",
    )


def clear_cookie(response: Response) -> None:
    """Take the session from the browser, and with it what the site keeps on the device."""
    response.delete_cookie(
        _cookie_name(), path="/", secure=settings().secure, httponly=True, samesite="Lax"
    )
    response.headers["Clear-Site-Data"] = '"cache", "storage"'


def _cookie_name() -> str:
    return settings().cookie("sid")


def _refuse_forged_posts() -> None:
    """Ask every changing request for our own origin and for the session's token.

    Either would do alone; a browser that sends no Sec-Fetch-Site still has the other. Mail
    programs (RFC 8058) and the phone's share sheet can send neither.
    """
    if request.method in ("GET", "HEAD", "OPTIONS") or request.endpoint in WITHOUT_TOKEN:
        return
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    if origin is not None and origin != _own_origin():
        raise Forbidden("cross-origin")
    if site is not None and site not in ("same-origin", "none"):
        raise Forbidden("cross-site")
    if not csrf_token():
        raise Unauthorized
    sent = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token", "")
    if not hmac.compare_digest(sent.encode(), csrf_token().encode()):
        raise Forbidden("csrf")


def _own_origin() -> str:
    parts = urlsplit(settings().public_url)
    return f"{parts.scheme}://{parts.netloc}"
