"""Olga, her photos, album and links, and everybody who could come to look at them."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import Flask

from store import (
    album_photos,
    albums,
    circles,
    comments,
    friends,
    guests,
    invites,
    keys,
    links,
    members,
    photos,
    sessions,
    table,
)
from store.access import Guest, Person
from store.audience import Audience, parse
from store.authors import Author
from store.ids import new_id
from store.links import Link
from tests.people import finish, pending_photo, person, ready_photo
from tests.webapp.conftest import Browser

GUESTS = {
    "guest_view": ["view"],
    "guest_add": ["add"],
    "guest_comment": ["view", "comment"],
    "guest_download": ["view", "download"],
    "guest_locked": ["view", "add", "comment", "download"],
    "guest_banned": ["view", "add", "comment", "download"],
    "guest_expired": ["view", "add", "comment", "download"],
    "guest_revoked": ["view", "add", "comment", "download"],
}
PEOPLE = (
    "owner",
    "friend",
    "circle_member",
    "chosen_person",
    "album_viewer",
    "album_contributor",
    "stranger",
    "pending",
    "ex_friend",
    "blocked",
    "blocker",
)
VIEWERS = ("anonymous", *PEOPLE, *GUESTS)


@dataclass
class Village:
    """Ids by name, and for each kind of viewer their cookie and the token of their posts."""

    app: Flask
    ids: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, tuple[str, str, str]] = field(default_factory=dict)

    def browser(self, name: str) -> Browser:
        """Return a browser of theirs as it is before anybody has signed out."""
        if name not in self.sessions:
            return Browser(self.app.test_client())
        cookie, token, csrf_token = self.sessions[name]
        browser = Browser(self.app.test_client(), csrf_token, self.ids.get(name, ""))
        browser.client.set_cookie(cookie, token, domain="photos.example", secure=True)
        return browser


def build(app: Flask) -> Village:
    """Move everybody in."""
    village = Village(app)
    ids = village.ids
    for name in PEOPLE:
        ids[name] = person(name)
        token, session = sessions.start("identity", ids[name])
        village.sessions[name] = ("__Host-sid", token, session.csrf_token)
    _make_friends(ids)
    _share(ids)
    for name, rights in GUESTS.items():
        village.sessions[name] = _guest(ids, name, rights)
    _break_up(ids)
    return village


def _make_friends(ids: dict[str, str]) -> None:
    owner = ids["owner"]
    for name in PEOPLE:
        if name not in ("owner", "stranger", "pending"):
            friends.befriend(owner, ids[name])
    ids["invite_id"] = keys.fingerprint(invites.create(owner))
    ids["invite_token"] = invites.create(owner)
    ids["circle_id"] = circles.create(owner, "Family")
    in_circle = [ids["circle_member"], ids["ex_friend"], ids["blocked"], ids["blocker"]]
    circles.change(owner, ids["circle_id"], add=in_circle, remove=[])


def _share(ids: dict[str, str]) -> None:
    owner = ids["owner"]
    for name, visibility in (
        ("private", "private"),
        ("friends", "friends"),
        ("circle", f"circle:{ids['circle_id']}"),
        ("chosen", f"person:{ids['chosen_person']} person:{ids['blocked']}"),
    ):
        photo = ready_photo(owner, name, visibility=visibility, caption=f"photo-{name}")
        ids[f"photo_{name}"] = photo.photo_id
        said = comments.post(photo, Author(owner), new_id(), "Nice")
        ids[f"comment_{name}"] = said.comment_id
    audience = parse(f"circle:{ids['circle_id']}")
    assert isinstance(audience, Audience)
    ids["album_id"] = albums.create(owner, "Alps", audience)
    for name, part in (("album_viewer", "viewer"), ("album_contributor", "contributor")):
        members.let_in(owner, ids["album_id"], ids[name], part)
    members.let_in(owner, ids["album_id"], ids["ex_friend"], "contributor")
    album_photos.add(Person(owner), ids["album_id"], [photos.get(ids["photo_private"])])
    theirs = ready_photo(ids["album_contributor"], "theirs", visibility="private")
    ids["photo_contributed"] = theirs.photo_id
    album_photos.add(Person(ids["album_contributor"]), ids["album_id"], [theirs])


def _guest(ids: dict[str, str], name: str, rights: list[str]) -> tuple[str, str, str]:
    """Open a link to the album and one to the circle's photo in a browser of its own."""
    session, token = None, None
    for target in (f"album:{ids['album_id']}", f"photo:{ids['photo_circle']}"):
        link = _link(ids["owner"], target, name, rights)
        new_token, session = guests.open_link(session, link)
        token = token or new_token
        guests.introduce(session, link, name)
        session = guests.check(token)
        ids.setdefault(f"link_{name}", link.link_id)
        if name == "guest_revoked":
            links.revoke(ids["owner"], link.link_id)
    guest_id = session.guest_ids[ids["owner"]]
    ids[name] = guest_id
    if name == "guest_add":
        _add_as_guest(ids, guest_id)
    if name == "guest_banned":
        guests.ban(ids["owner"], guest_id, banned=True)
    return "__Host-guest", token, session.csrf_token


def _link(owner: str, target: str, name: str, rights: list[str]) -> Link:
    token = links.create(
        owner,
        target,
        label=name,
        rights=rights,
        title="Alps",
        lifetime=-1 if name == "guest_expired" else 3600,
        passcode="sesame" if name == "guest_locked" else "",
    )
    return Link.from_item(table.get(keys.link(keys.fingerprint(token))))


def _add_as_guest(ids: dict[str, str], guest_id: str) -> None:
    pending = pending_photo(
        ids["owner"],
        "by a guest",
        visibility="private",
        album_id=ids["album_id"],
        guest_id=guest_id,
        link_id=ids["link_guest_add"],
    )
    finish(pending)
    ids["photo_guest"] = pending.photo_id
    guest = Guest(ids["link_guest_add"], guest_id)
    album_photos.add(guest, ids["album_id"], [photos.get(pending.photo_id)])


def _break_up(ids: dict[str, str]) -> None:
    friends.remove(ids["owner"], ids["ex_friend"])
    friends.block(ids["owner"], ids["blocked"])
    friends.block(ids["blocker"], ids["owner"])
