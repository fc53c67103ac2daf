"""Who wrote a comment or likes a photo: a person, or a guest who came by a link."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from store import friends, keys, table

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


def names(
    viewer_id: str, authors: Iterable[Author], *, also: Iterable[keys.Key] = ()
) -> tuple[dict[Author, str], Mapping[keys.Key, table.Item]]:
    """Return the names of those whom this viewer may hear, and the items `also` asked for.

    Missing are the people who are gone and those whom a block hides, whoever of the two has
    blocked. One call for some thirty authors.
    """
    authors = list(dict.fromkeys(authors))
    wanted = [author.profile for author in authors]
    for author in authors:
        wanted += blocks_between(viewer_id, author.author_id)
    found = table.get_many([*wanted, *also])
    heard = {
        author: str(found[author.profile]["name"])
        for author in authors
        if author.profile in found
        and not found[author.profile].get("banned")
        and not any(
            friends.is_block(found.get(key)) for key in blocks_between(viewer_id, author.author_id)
        )
    }
    return heard, found


def blocks_between(one: str, other: str) -> list[keys.Key]:
    """Return where a block between the two would be written."""
    return [keys.friendship(one, other), keys.friendship(other, one)]
