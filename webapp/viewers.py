"""Who looks at a page that guests may see too: somebody signed in, a guest with a link, or both."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Unauthorized

from store import guests
from store.access import Guest, Person, Viewer
from store.errors import NotFound
from store.guests import GuestSession
from store.ids import is_id
from webapp import sessions

P = ParamSpec("P")
T = TypeVar("T")


def guest_session() -> GuestSession | None:
    """Return what this browser has opened by links, looked up once and only when asked for."""
    if "guest_session" not in g:
        token = request.cookies.get(_cookie_name())
        g.guest_session = guests.check(token) if token else None
    found: GuestSession | None = g.guest_session
    return found


def guest_for(target: str) -> Guest | None:
    """Return the guest that this browser's link to the target makes of it."""
    opened = guest_session()
    if opened is None or target not in opened.passes:
        return None
    passed = opened.passes[target]
    signed_in = sessions.viewer()
    return Guest(
        link_id=str(passed["link_id"]),
        guest_id=opened.guest_ids[str(passed["user_id"])],
        unlocked=bool(passed["unlocked"]),
        user_id=(signed_in.user_id or "") if signed_in else "",
    )


def is_marked(target: str, viewer: Viewer) -> bool:
    """Say whether pictures of the target carry a watermark for this viewer."""
    opened = guest_session()
    return isinstance(viewer, Guest) and bool(opened and opened.passes[target].get("watermark"))


def target(album_id: str = "", photo_id: str = "") -> str:
    """Return what a link would have to be for: the album, or the photo on its own."""
    return f"album:{album_id}" if album_id else f"photo:{photo_id}"


def visiting(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Let in who is signed in or has opened a link to what the address names; others sign in."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        named = {name: str(kwargs[name]) for name in ("album_id", "photo_id") if name in kwargs}
        if is_id(request.args.get("album_id", "")):  # what is said about a photo in an album
            named.setdefault("album_id", request.args["album_id"])
        guest, person = guest_for(target(**named)), sessions.viewer()
        g.viewers = [Person(person.user_id or "")] if person else []
        g.viewers += [guest] if guest else []
        if not g.viewers:
            return sessions.signed_in(view)(*args, **kwargs)
        return view(*args, **kwargs)

    return guarded


def first_who_may(look: Callable[[Viewer], T]) -> tuple[Viewer, T]:
    """Return what `look` gives the first of the request's viewers whom it does not refuse.

    If it refuses all, a guest who has yet to say the link's passcode is asked for it, and to the
    others NotFound is raised. Only behind @visiting.
    """
    viewers: list[Viewer] = g.viewers
    for viewer in viewers:
        with contextlib.suppress(NotFound):
            return viewer, look(viewer)
    last = viewers[-1]
    if isinstance(last, Person) or last.unlocked:
        raise NotFound
    if request.method != "GET":
        raise Unauthorized
    abort(redirect(url_for("links.passcode", link_id=last.link_id), 303))


def set_cookie(response: Response, token: str) -> None:
    """Give the browser its guest's session."""
    response.set_cookie(
        _cookie_name(),
        token,
        max_age=guests.LIFETIME,
        path="/",
        secure=sessions.settings().secure,
        httponly=True,
        samesite="Lax",
    )


def _cookie_name() -> str:
    return sessions.settings().cookie("guest")
