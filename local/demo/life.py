"""What the demo's people do with their photos: circles, albums, likes and comments.

Photos are named by what is written beneath them, see shots.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from store import album_photos, albums, circles, comments, likes, links, members, requests, users
from store.access import CONTRIBUTOR, DOWNLOAD, ONLOOKER, VIEW, Person
from store.audience import FOR_FRIENDS, Audience
from store.authors import Author
from store.ids import new_id
from store.photos import Photo


class Shelf(NamedTuple):
    """An album of everybody's photos with one tag; `guests` may look and not add."""

    owner: str
    title: str
    tag: str
    contributors: tuple[str, ...]
    guests: tuple[str, ...] = ()


class Remark(NamedTuple):
    """A comment; the answers stand beneath it."""

    caption: str
    person: str
    text: str
    answers: tuple[tuple[str, str], ...] = ()


CIRCLES = [("ada", "Hut people", ("bruno", "chiara")), ("bruno", "Band", ("ada", "deniz"))]
ALBUMS = [
    Shelf("ada", "Above the treeline", "mountains", ("chiara", "deniz"), ("bruno",)),
    Shelf("emre", "A week by the sea", "sea", ("ada", "freya"), ("chiara",)),
    Shelf("bruno", "Lake days", "lake", ("ada", "deniz")),
]
# Who met in an album and would like to be friends.
REQUESTS = [("freya", "ada", "A week by the sea")]
LINKS = [("ada", "Above the treeline", "For my grandmother")]
LIKES = {
    "Up before everyone else": ("bruno", "chiara", "deniz", "emre"),
    "First swim, water at 17 degrees": ("ada", "chiara"),
    "A prairie falcon, the half second of it": ("ada", "deniz"),
    "Emre turns forty": ("emre", "bruno"),
    "Denali, on the one clear day": ("bruno", "emre"),
}
REMARKS = [
    Remark(
        "Up before everyone else",
        "bruno",
        "And still nobody had made coffee?",
        (("ada", "Two cups. Both mine."), ("chiara", "I was awake. I was not up.")),
    ),
    Remark("Up before everyone else", "deniz", "Which hut is this?"),
    Remark("First swim, water at 17 degrees", "ada", "@Bruno 17 is a number for tea."),
    Remark("The last ones standing", "ada", "I left at eleven, like a grown-up."),
    Remark("Emre turns forty", "emre", "Thirty-nine and a bit.", (("ada", "Of course."),)),
    Remark("Bruno, small, far left", "bruno", "Enlarge me."),
]


def live(ids: Mapping[str, str], shared: list[Photo]) -> None:
    """Do all of it. `ids` is name to user id; the photos are ready, and none has a circle yet."""
    for owner, name, people in CIRCLES:
        circle_id = circles.create(ids[owner], name)
        circles.change(ids[owner], circle_id, add=[ids[each] for each in people], remove=[])
    album_ids = {shelf.title: _fill(shelf, ids, shared) for shelf in ALBUMS}
    for asker, person, title in REQUESTS:
        requests.ask(users.get(ids[asker]), ids[person], album_ids[title])
    for owner, title, label in LINKS:
        target = f"album:{album_ids[title]}"
        links.create(ids[owner], target, label=label, rights=(VIEW, DOWNLOAD), title=title)
    captioned = {photo.caption: photo for photo in shared}
    for caption, fans in LIKES.items():
        for fan in fans:
            likes.like(captioned[caption], Author(ids[fan]))
    for remark in REMARKS:
        _talk(remark, captioned[remark.caption], ids)


def _fill(shelf: Shelf, ids: Mapping[str, str], shared: list[Photo]) -> str:
    """Make the album, let everybody in, and put in what each may; return its id."""
    owner_id = ids[shelf.owner]
    album_id = albums.create(owner_id, shelf.title, Audience(FOR_FRIENDS))
    for person in shelf.contributors:
        members.let_in(owner_id, album_id, ids[person], CONTRIBUTOR)
    for person in shelf.guests:
        members.let_in(owner_id, album_id, ids[person], ONLOOKER)
    for person in (shelf.owner, *shelf.contributors):
        own = [it for it in shared if it.user_id == ids[person] and shelf.tag in it.tags]
        album_photos.add(Person(ids[person]), album_id, own)
    return album_id


def _talk(remark: Remark, photo: Photo, ids: Mapping[str, str]) -> None:
    first = comments.post(photo, Author(ids[remark.person]), new_id(), remark.text)
    for person, text in remark.answers:
        answer = Author(ids[person])
        comments.post(photo, answer, new_id(), text, answers=first.comment_id)
