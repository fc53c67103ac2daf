"""Friends, and the invite links that make them."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from store import friends as store_friends
from store import invites, requests, users
from store.friends import BLOCKED, FRIENDS
from webapp.htmx import see_other
from webapp.paging import cursor
from webapp.sessions import settings, signed_in, viewer, viewer_id

PAGE = 60

blueprint = Blueprint("friends", __name__)


@blueprint.get("/friends")
@signed_in
def friends() -> ResponseReturnValue:
    """Show one's friends and the invite links that still work."""
    return _page()


def _page(new_invite_url: str | None = None) -> ResponseReturnValue:
    after = cursor("after")
    page = store_friends.list_friends(viewer_id(), limit=PAGE, after=after)
    return render_template(
        "friends/friends.html",
        friends=[friend for friend in page.items if friend.state == FRIENDS],
        blocked=[friend for friend in page.items if friend.state == BLOCKED],
        requests=requests.list_open(viewer_id()),
        invites=invites.list_open(viewer_id()),
        new_invite_url=new_invite_url,
        next_url=url_for("friends.friends", after=page.cursor) if page.cursor else None,
    )


@blueprint.post("/invites")
@signed_in
def create_invite() -> ResponseReturnValue:
    """Create an invite link and show it, this once."""
    token = invites.create(viewer_id())
    return _page(settings().public_url + url_for("friends.invite", token=token))


@blueprint.post("/invites/<invite_id>/revocation")
@signed_in
def revoke_invite(invite_id: str) -> ResponseReturnValue:
    """Make one of one's own invite links useless."""
    invites.revoke(viewer_id(), invite_id)
    return see_other(url_for("friends.friends"))


@blueprint.get("/invites/<token>")
def invite(token: str) -> ResponseReturnValue:
    """Show who invites, also to somebody who has yet to sign in."""
    found = invites.get(token)
    inviter = users.get(found.user_id)
    return render_template(
        "friends/invite.html", inviter=inviter.name, token=token, state=_state(found)
    )


def _state(found: invites.Invite) -> str:
    guest = viewer()
    if guest is None or guest.user_id is None:
        return "signed_out"
    if guest.user_id == found.user_id:
        return "own"
    return "friends" if store_friends.are_friends(found.user_id, guest.user_id) else "open"


@blueprint.post("/invites/<token>/acceptance")
@signed_in
def accept_invite(token: str) -> ResponseReturnValue:
    """Become the inviter's friend."""
    invites.accept(invites.get(token), viewer_id())
    return see_other(url_for("feed.feed"))


@blueprint.post("/friends/<user_id>/removal")
@signed_in
def remove(user_id: str) -> ResponseReturnValue:
    """End a friendship; either side sees nothing of the other's from the next request on."""
    store_friends.remove(viewer_id(), user_id)
    return see_other(url_for("friends.friends"))


@blueprint.post("/friends/<user_id>/block")
@signed_in
def block(user_id: str) -> ResponseReturnValue:
    """Hide from somebody, who is not told."""
    users.get(user_id)
    store_friends.block(viewer_id(), user_id)
    return see_other(url_for("friends.friends"))


@blueprint.post("/friends/<user_id>/unblock")
@signed_in
def unblock(user_id: str) -> ResponseReturnValue:
    """Lift one's own block."""
    store_friends.unblock(viewer_id(), user_id)
    return see_other(url_for("friends.friends"))
