"""Events of what is committed reach the fan-out, even if the topic could not be told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

import pytest

from fanout.handler import handler
from store import (
    albums,
    circles,
    clock,
    comments,
    due,
    events,
    friends,
    likes,
    members,
    photos,
    table,
    users,
)
from store.access import CONTRIBUTOR, ONLOOKER
from store.audience import Audience
from store.authors import Author
from store.comments import Comment
from store.errors import NotFound
from store.ids import new_id
from store.photos import Photo
from tests.aws import Account
from tests.people import ready_photo

PRIVATE = Audience("private")


@pytest.fixture
def sweep_later(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Sweeps as the schedule will when events may be told again."""

    def sweep() -> int:
        at = clock.now() + events.TOLD_AGAIN_AFTER
        monkeypatch.setattr(due, "now", lambda: at)
        return handler({"sweep": {}}, None)["due"]

    return sweep


def no_topic(*_: object, **__: object) -> None:
    raise ConnectionError("no topic")


@dataclass
class Village:
    """Anna, her friend Ben, Carla who is neither's, Anna's photo, and an album that Ben is in."""

    anna: str
    ben: str
    carla: str
    photo: Photo
    album_id: str


@pytest.fixture
def village(aws: Account, anna: str, ben: str, carla: str) -> Village:
    friends.befriend(anna, ben)
    album_id = albums.create(anna, "Alps", PRIVATE)
    members.let_in(anna, album_id, ben, CONTRIBUTOR)
    return Village(anna, ben, carla, ready_photo(anna), album_id)


def in_circle(on: Village) -> None:
    circle_id = circles.create(on.anna, "Family")
    circles.change(on.anna, circle_id, add=[on.ben], remove=[])


def commented(on: Village) -> Comment:
    return comments.post(on.photo, Author(on.ben), new_id(), "Oh")


def edited(on: Village) -> None:
    comments.edit(on.photo, commented(on), "Ah")


def renamed(on: Village) -> None:
    known = asdict(users.get(on.anna))
    names = ("language", "time_zone", "may_be_asked", "shows_mutual", "shows_camera")
    users.set_up(on.anna, name="Ann", **{name: known[name] for name in names})


DONE: dict[str, Callable[[Village], object]] = {
    "photo.deleted": lambda on: photos.delete(on.anna, on.photo.photo_id),
    "photo.edited": lambda on: photos.edit(on.anna, on.photo.photo_id, caption="Hut"),
    "photo.shared": lambda on: photos.set_visibility(on.anna, on.photo.photo_id, "friends"),
    "photo.liked": lambda on: likes.like(on.photo, Author(on.ben)),
    "comment.made": commented,
    "comment.edited": edited,
    "friendship.made": lambda on: friends.befriend(on.anna, on.carla),
    "friendship.ended": lambda on: friends.remove(on.anna, on.ben),
    "circle.changed": in_circle,
    "person.renamed": renamed,
    "album.shared": lambda on: albums.create(on.anna, "Sea", PRIVATE),
    "album.invited": lambda on: members.let_in(on.anna, on.album_id, on.ben, ONLOOKER),
    "album.left": lambda on: members.let_go(on.album_id, on.ben),
    "album.deleted": lambda on: albums.delete(on.anna, on.album_id),
}


@pytest.mark.parametrize("kind", DONE)
def test_what_the_topic_did_not_take_is_told_by_the_sweep(
    aws: Account,
    village: Village,
    monkeypatch: pytest.MonkeyPatch,
    sweep_later: Callable[[], int],
    kind: str,
) -> None:
    aws.events()
    with monkeypatch.context() as broken:
        broken.setattr(events, "publish", no_topic)
        DONE[kind](village)
    assert (aws.events(), handler({"sweep": {}}, None)) == ([], {"due": 0})

    count = sweep_later()

    told = aws.events()
    assert kind in {event["type"] for event in told}
    assert len(told) == count
    assert sweep_later() == 0


@pytest.mark.parametrize("kind", DONE)
def test_what_the_table_did_not_take_is_not_told(
    aws: Account, village: Village, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    aws.events()
    for name in ("transact", "write"):
        monkeypatch.setattr(table, name, no_topic)

    with pytest.raises(ConnectionError):
        DONE[kind](village)

    assert aws.events() == []


def test_what_the_topic_took_is_told_once(
    aws: Account, anna: str, ben: str, sweep_later: Callable[[], int]
) -> None:
    friends.befriend(anna, ben)

    assert len(aws.events()) == 1
    assert sweep_later() == 0


def test_what_was_not_done_is_not_told(
    aws: Account, anna: str, ben: str, sweep_later: Callable[[], int]
) -> None:
    with pytest.raises(NotFound):
        friends.remove(anna, ben)

    assert (aws.events(), sweep_later()) == ([], 0)
