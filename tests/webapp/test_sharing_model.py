"""Random histories of sharing, compared step by step with a plain model of who may see what.

The model knows nothing of keys, feeds or events: it is the rules of the house in a few lines. Every
now and then each page is fetched as everybody, and the addresses of pictures in it are compared
with what the model allows. Sometimes the fan-out has run by then; to what may be seen it must not
matter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from fanout.handler import handle
from store import (
    album_photos,
    albums,
    circles,
    friends,
    guests,
    keys,
    links,
    members,
    photos,
    sessions,
    table,
)
from store.access import Person
from store.audience import parse
from store.errors import Conflict, NotFound
from store.guests import GuestSession
from store.links import Link
from tests.aws import account
from tests.people import person, ready_photo
from tests.webapp.conftest import SETTINGS, Browser
from webapp import create_app

NAMES = ("ann", "bob", "cal")
PAIRS = st.sampled_from([(a, b) for a in NAMES for b in NAMES if a != b])
WHO = st.sampled_from(NAMES)
PART = st.sampled_from(["contributor", "viewer"])


@dataclass
class Shared:
    """A photo or album of the model. `audience`: None nobody, "friends", or a set of ids."""

    owner: str
    audience: object = None
    entries: dict[str, str] = field(default_factory=dict)  # an album's photos: id to owner
    members: dict[str, tuple[str, str, int]] = field(default_factory=dict)  # part, host, bond


@dataclass
class ModelLink:
    owner: str
    kind: str
    target: str
    rights: tuple[str, ...]
    passcode: bool
    works: bool
    browser: Browser
    session: GuestSession
    link: Link


class Model:
    """Who may see what, as anybody would put it."""

    def __init__(self) -> None:
        self.bonds: dict[frozenset[str], int] = {}
        self.blocks: set[tuple[str, str]] = set()
        self.circles: dict[str, tuple[str, set[str]]] = {}
        self.photos: dict[str, Shared] = {}
        self.albums: dict[str, Shared] = {}
        self.links: dict[str, ModelLink] = {}

    def are_friends(self, one: str, other: str) -> bool:
        return frozenset((one, other)) in self.bonds

    def blocked(self, one: str, other: str) -> bool:
        return (one, other) in self.blocks or (other, one) in self.blocks

    def is_for(self, shared: Shared, who: str) -> bool:
        if not self.are_friends(shared.owner, who) or shared.audience is None:
            return False
        if shared.audience == "friends":
            return True
        inside = {who} | {c for c, (_o, people) in self.circles.items() if who in people}
        return bool(inside & shared.audience)

    def sees_photo(self, who: str, photo: str) -> bool:
        found = self.photos.get(photo)
        return bool(found) and (found.owner == who or self.is_for(found, who))

    def part(self, album: Shared, who: str) -> str | None:
        if who == album.owner:
            return "contributor"
        part, host, bond = album.members.get(who, (None, "", 0))
        holds = part and self.bonds.get(frozenset((host, who))) == bond
        return part if holds and not self.blocked(album.owner, who) else None

    def sees_album(self, who: str, album_id: str) -> bool:
        album = self.albums.get(album_id)
        return bool(album) and (self.part(album, who) is not None or self.is_for(album, who))

    def sees_in_album(self, who: str, album_id: str, photo: str) -> bool:
        if not self.sees_album(who, album_id):
            return False
        album = self.albums[album_id]
        owner = album.entries.get(photo)
        if owner is None or photo not in self.photos:
            return False
        part, host, bond = album.members.get(owner, (None, "", 0))
        member = part == "contributor" and self.bonds.get(frozenset((host, owner))) == bond
        return (owner == album.owner or member) and not self.blocked(who, owner)

    def link_shows(self, link: ModelLink) -> bool:
        return link.works and "view" in link.rights and not link.passcode

    def end(self, one: str, other: str) -> None:
        self.bonds.pop(frozenset((one, other)), None)
        for owner, people in self.circles.values():
            if owner in (one, other):
                people -= {one, other}


class Sharing(RuleBasedStateMachine):
    """Drives the store and the model side by side."""

    def __init__(self) -> None:
        super().__init__()
        self.monkeypatch = pytest.MonkeyPatch()
        self.account = account(self.monkeypatch)
        self.aws = self.account.__enter__()
        self.app = create_app(SETTINGS)
        self.ids = {name: person(name) for name in NAMES}
        self.browsers = {
            name: self._browser("__Host-sid", sessions.start("identity", user_id)[0])
            for name, user_id in self.ids.items()
        }
        self.model = Model()
        self.clock = self.worked = 0
        self.asked: object = None

    def teardown(self) -> None:
        self.account.__exit__(None, None, None)
        self.monkeypatch.undo()

    def _browser(self, cookie: str, token: str) -> Browser:
        browser = Browser(self.app.test_client())
        browser.client.set_cookie(cookie, token, domain="photos.example", secure=True)
        return browser

    def _one(self, data: st.DataObject, known: dict) -> str:
        return data.draw(st.sampled_from(list(known)))

    @initialize()
    def begin(self) -> None:
        """Three friends fill an album: without a common place there is little to get wrong."""
        for pair in (("ann", "bob"), ("ann", "cal"), ("bob", "cal")):
            self.befriend(pair)
        album_id = albums.create(self.ids["ann"], "Album", parse("private"))
        album = self.model.albums[album_id] = Shared("ann")
        for name in ("bob", "cal"):
            members.let_in(self.ids["ann"], album_id, self.ids[name], "contributor")
            album.members[name] = ("contributor", "ann", self.model.bonds[frozenset(("ann", name))])
            photo = ready_photo(self.ids[name], name, visibility="private")
            album_photos.add(Person(self.ids[name]), album_id, [photo])
            self.model.photos[photo.photo_id] = Shared(name)
            album.entries[photo.photo_id] = name

    @rule(pair=PAIRS)
    def befriend(self, pair: tuple[str, str]) -> None:
        one, other = pair
        try:
            friends.befriend(self.ids[one], self.ids[other])
        except Conflict:
            assert self.model.blocked(one, other)
            return
        assert not self.model.blocked(one, other)
        self.clock += 1
        self.model.bonds.setdefault(frozenset(pair), self.clock)

    @rule(pair=PAIRS)
    def unfriend(self, pair: tuple[str, str]) -> None:
        one, other = pair
        if self.model.are_friends(one, other):
            friends.remove(self.ids[one], self.ids[other])
            self.model.end(one, other)

    @rule(pair=PAIRS)
    def block(self, pair: tuple[str, str]) -> None:
        friends.block(self.ids[pair[0]], self.ids[pair[1]])
        self.model.end(*pair)
        self.model.blocks.add(pair)

    @rule(pair=PAIRS)
    def unblock(self, pair: tuple[str, str]) -> None:
        if pair in self.model.blocks:
            friends.unblock(self.ids[pair[0]], self.ids[pair[1]])
            self.model.blocks.discard(pair)

    @precondition(lambda self: len(self.model.circles) < 2)
    @rule(owner=WHO)
    def make_circle(self, owner: str) -> None:
        self.model.circles[circles.create(self.ids[owner], "Circle")] = (owner, set())

    @precondition(lambda self: self.model.circles)
    @rule(data=st.data(), who=WHO, inside=st.booleans())
    def change_circle(self, data: st.DataObject, who: str, inside: bool) -> None:
        circle = self._one(data, self.model.circles)
        owner, people = self.model.circles[circle]
        ids = [self.ids[who]]
        circles.change(
            self.ids[owner], circle, add=ids if inside else [], remove=[] if inside else ids
        )
        if not inside:
            people.discard(who)
        elif self.model.are_friends(owner, who):
            people.add(who)

    @precondition(lambda self: self.model.circles)
    @rule(data=st.data())
    def delete_circle(self, data: st.DataObject) -> None:
        circle = self._one(data, self.model.circles)
        owner, _people = self.model.circles.pop(circle)
        circles.delete(self.ids[owner], circle)

    def _audience(self, data: st.DataObject, owner: str) -> tuple[str, object]:
        """Draw an audience: as the store takes it, and as the model knows it."""
        own = [circle for circle, (whose, _) in self.model.circles.items() if whose == owner]
        others = [name for name in NAMES if name != owner]
        choices = ["private", "friends", *(f"circle:{each}" for each in own)]
        drawn = data.draw(st.sampled_from([*choices, *(f"person:{n}" for n in others)]))
        if drawn in ("private", "friends"):
            return drawn, None if drawn == "private" else "friends"
        kind, name = drawn.split(":")
        return (f"{kind}:{self.ids.get(name, name)}", {name})

    @precondition(lambda self: len(self.model.photos) < 4)
    @rule(data=st.data(), owner=WHO)
    def share_photo(self, data: st.DataObject, owner: str) -> None:
        said, audience = self._audience(data, owner)
        self.clock += 1
        photo = ready_photo(self.ids[owner], str(self.clock), visibility=said)
        self.model.photos[photo.photo_id] = Shared(owner, audience)

    @precondition(lambda self: self.model.photos)
    @rule(data=st.data())
    def change_audience(self, data: st.DataObject) -> None:
        photo = self._one(data, self.model.photos)
        owner = self.model.photos[photo].owner
        said, audience = self._audience(data, owner)
        photos.set_visibility(self.ids[owner], photo, said)
        self.model.photos[photo].audience = audience

    @precondition(lambda self: self.model.photos)
    @rule(data=st.data())
    def delete_photo(self, data: st.DataObject) -> None:
        photo = self._one(data, self.model.photos)
        photos.delete(self.ids[self.model.photos.pop(photo).owner], photo)

    @precondition(lambda self: len(self.model.albums) < 2)
    @rule(data=st.data(), owner=WHO)
    def make_album(self, data: st.DataObject, owner: str) -> None:
        said, audience = self._audience(data, owner)
        album_id = albums.create(self.ids[owner], "Album", parse(said))
        self.model.albums[album_id] = Shared(owner, audience)

    @precondition(lambda self: self.model.albums)
    @rule(data=st.data())
    def change_album(self, data: st.DataObject) -> None:
        album_id = self._one(data, self.model.albums)
        album = self.model.albums[album_id]
        said, album.audience = self._audience(data, album.owner)
        albums.set_audience(self.ids[album.owner], album_id, parse(said))

    @precondition(lambda self: self.model.albums)
    @rule(data=st.data(), who=WHO, part=PART)
    def let_in(self, data: st.DataObject, who: str, part: str) -> None:
        album_id = self._one(data, self.model.albums)
        album = self.model.albums[album_id]
        if who == album.owner:
            return
        try:
            members.let_in(self.ids[album.owner], album_id, self.ids[who], part)
        except NotFound:
            assert not self.model.are_friends(album.owner, who)
            return
        bond = self.model.bonds[frozenset((album.owner, who))]
        album.members[who] = (part, album.owner, bond)

    @precondition(lambda self: self.model.albums)
    @rule(data=st.data(), who=WHO)
    def let_go(self, data: st.DataObject, who: str) -> None:
        album_id = self._one(data, self.model.albums)
        try:
            members.let_go(album_id, self.ids[who])
        except NotFound:
            assert who not in self.model.albums[album_id].members
            return
        self.work()  # what they had put in is swept out, which a return would otherwise revive
        album = self.model.albums[album_id]
        album.members.pop(who, None)
        if who != album.owner:
            album.entries = {p: owner for p, owner in album.entries.items() if owner != who}

    @precondition(lambda self: self.model.albums)
    @rule(data=st.data(), heir=WHO)
    def hand_over(self, data: st.DataObject, heir: str) -> None:
        album_id = self._one(data, self.model.albums)
        album = self.model.albums[album_id]
        try:
            members.hand_over(self.ids[album.owner], album_id, self.ids[heir])
        except NotFound:
            return
        _part, _host, bond = album.members.pop(heir)
        album.members[album.owner] = ("contributor", heir, bond)
        album.owner, album.audience = heir, None
        for link in self.model.links.values():
            if link.target == album_id:
                link.works = False

    @precondition(lambda self: self.model.albums and self.model.photos)
    @rule(data=st.data(), who=WHO)
    def add_to_album(self, data: st.DataObject, who: str) -> None:
        album_id, photo = self._one(data, self.model.albums), self._one(data, self.model.photos)
        album = self.model.albums[album_id]
        if self.model.photos[photo].owner != who:
            return
        may = self.model.part(album, who) == "contributor"
        try:
            album_photos.add(Person(self.ids[who]), album_id, [photos.get(photo)])
        except NotFound:
            assert not may
            return
        assert may
        album.entries[photo] = who

    @precondition(lambda self: self.model.albums)
    @rule(data=st.data())
    def delete_album(self, data: st.DataObject) -> None:
        album_id = self._one(data, self.model.albums)
        album = self.model.albums.pop(album_id)
        albums.delete(self.ids[album.owner], album_id)
        for link in self.model.links.values():
            if link.target == album_id:
                link.works = False

    @precondition(lambda self: len(self.model.links) < 3)
    @rule(
        data=st.data(),
        rights=st.sampled_from([("view",), ("add",), ("view", "download")]),
        passcode=st.booleans(),
        lifetime=st.sampled_from([None, 1000, -1]),
    )
    def make_link(
        self, data: st.DataObject, rights: tuple[str, ...], passcode: bool, lifetime: int | None
    ) -> None:
        things = [("photo", p, s.owner) for p, s in self.model.photos.items()]
        things += [("album", a, s.owner) for a, s in self.model.albums.items()]
        if not things:
            return
        kind, target, owner = data.draw(st.sampled_from(things))
        token = links.create(
            self.ids[owner],
            f"{kind}:{target}",
            label="",
            rights=rights,
            lifetime=lifetime,
            passcode="sesame" if passcode else "",
        )
        link_id = links.fingerprint(token)
        link = Link.from_item(table.get(keys.link(link_id)))
        cookie, opened = guests.open_link(None, link)
        browser = self._browser("__Host-guest", cookie)
        self.model.links[link_id] = ModelLink(
            owner, kind, target, rights, passcode, lifetime != -1, browser, opened, link
        )

    @precondition(lambda self: self.model.links)
    @rule(data=st.data())
    def say_passcode(self, data: st.DataObject) -> None:
        link = self.model.links[self._one(data, self.model.links)]
        link.passcode = False
        guests.unlock(link.session, link.link)

    @precondition(lambda self: self.model.links)
    @rule(data=st.data())
    def revoke_link(self, data: st.DataObject) -> None:
        link_id = self._one(data, self.model.links)
        links.revoke(self.ids[self.model.links[link_id].owner], link_id)
        self.model.links.pop(link_id)

    @rule()
    def work(self) -> None:
        """Let the fan-out do what has piled up."""
        for _ in range(20):
            events = self.aws.events()
            if not events:
                return
            self.worked += 1
            for event in events:
                if event["type"] not in ("notice.opened",):
                    handle(event)

    @rule()
    def look(self) -> None:
        """Ask everybody about everything, if anything has happened since they were last asked."""
        state = (repr(vars(self.model)), self.worked)
        if state == self.asked:
            return
        self.asked = state
        for name in NAMES:
            self._look_as_person(name, self.browsers[name])
        for link in self.model.links.values():
            self._look_as_guest(link)

    def _look_as_person(self, name: str, browser: Browser) -> None:
        expected = {p for p in self.model.photos if self.model.sees_photo(name, p)}
        assert {p for p in self.model.photos if pictures(browser, f"/photos/{p}")} == expected, name
        assert pictures(browser, "/feed") <= expected, name
        for album_id in self.model.albums:
            shown = pictures(browser, f"/albums/{album_id}")
            assert (shown is not None) == self.model.sees_album(name, album_id), name
            wanted = {p for p in self.model.photos if self.model.sees_in_album(name, album_id, p)}
            assert (shown or set()) == wanted, name
        page = browser.get("/albums").text
        allowed = {a for a in self.model.albums if self.model.sees_album(name, a)}
        assert set(re.findall(r'href="/albums/(\w{26})"', page)) <= allowed, name

    def _look_as_guest(self, link: ModelLink) -> None:
        shows = self.model.link_shows(link)
        for photo in self.model.photos:
            expected = shows and link.kind == "photo" and link.target == photo
            assert bool(pictures(link.browser, f"/photos/{photo}")) == expected
        for album_id, album in self.model.albums.items():
            mine = link.kind == "album" and link.target == album_id
            shown = pictures(link.browser, f"/albums/{album_id}") or set()
            wanted = {p for p in album.entries if self.model.sees_in_album(link.owner, album_id, p)}
            assert shown == (wanted if mine and shows else set())


def pictures(browser: Browser, path: str) -> set[str] | None:
    """Return the ids of the photos whose pictures the page shows, None if there is no page."""
    answer = browser.get(path)
    return set(re.findall(r"/media/(\w{26})/", answer.text)) if answer.status_code == 200 else None


def test_nobody_sees_more_or_less_than_the_model_says(request: pytest.FixtureRequest) -> None:
    run_state_machine_as_test(
        Sharing,
        settings=settings(
            max_examples=request.config.getoption("--histories"),
            stateful_step_count=50,
            deadline=None,
            phases=[Phase.generate],  # making a failing history shorter takes many minutes here
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
