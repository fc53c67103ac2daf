"""Who made a photo, wrote a comment or likes something: a person, or a guest who came by a link."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from store import access, keys, table, users

PERSON, GUEST = "person", "guest"


@dataclass(frozen=True, slots=True)
class Author:
    """An opaque id and what kind of id it is."""

    author_id: str
    kind: str = PERSON

    @property
    def profile(self) -> keys.Key:
        """Where the name is kept."""
        if self.kind == GUEST:
            return keys.guest(self.author_id)
        return keys.user(self.author_id)


def made_by(user_id: str, guest_id: str = "") -> Author:
    """Return whose work something of that person's is: the guest's, if one came by their link."""
    return Author(guest_id, GUEST) if guest_id else Author(user_id)


def of_viewer(viewer: access.Viewer) -> Author:
    """Return as whom the viewer makes something."""
    guest_id = viewer.guest_id if isinstance(viewer, access.Guest) else ""
    return made_by(viewer.user_id, guest_id)


@dataclass(frozen=True, slots=True)
class Face:
    """How somebody is shown: a name and, if they have one, a picture (see `users.portrait`)."""

    name: str
    portrait: str = ""


def faces(
    viewer_id: str, authors: Iterable[Author], *, also: Iterable[keys.Key] = ()
) -> tuple[dict[Author, Face], Mapping[keys.Key, table.Item]]:
    """Return the faces of those whom this viewer may hear, and the items `also` asked for.

    Missing are the people who are gone and those whom a block hides, whoever of the two has
    blocked. One call for some thirty authors.
    """
    authors = list(dict.fromkeys(authors))
    wanted = [author.profile for author in authors]
    for author in authors:
        wanted += access.block_keys(viewer_id, author.author_id)
    found = table.get_many([*wanted, *also])
    heard = {}
    for author in authors:
        profile = found.get(author.profile, {"banned": True})
        if not profile.get("banned") and not access.blocked(viewer_id, author.author_id, found):
            heard[author] = Face(str(profile["name"]), users.portrait(profile))
    return heard, found
