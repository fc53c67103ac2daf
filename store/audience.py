"""Whom a photo or an album is for, as its owner said."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

PRIVATE, FOR_FRIENDS, CHOSEN = "private", "friends", "chosen"
CHOICES = 60  # circles and people that one photo or album can name

_CHOICE = re.compile(r"(circle|person):([0-7][0-9A-HJKMNP-TV-Z]{25})")


@dataclass(frozen=True, slots=True)
class Audience:
    """`circles` and `people` are ids, and mean something when the visibility is CHOSEN.

    All of them must be the owner's friends at the moment of looking: naming somebody is no
    friendship, and a circle is a mark on the owner's friendships.
    """

    visibility: str
    circles: tuple[str, ...] = ()
    people: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The form in which it travels in forms and with an upload's bytes; see `parse`."""
        if self.visibility != CHOSEN:
            return self.visibility
        return " ".join(
            [f"circle:{each}" for each in self.circles] + [f"person:{each}" for each in self.people]
        )


def parse(choices: str | Iterable[str]) -> Audience | None:
    """Return the audience of "private", "friends", or "circle:ID" and "person:ID" with spaces.

    None for anything else; nobody chosen is PRIVATE.
    """
    words = choices.split() if isinstance(choices, str) else list(choices)
    if words in ([PRIVATE], [FOR_FRIENDS]):
        return Audience(words[0])
    found = [_CHOICE.fullmatch(word) for word in words]
    if not words or len(words) > CHOICES or None in found:
        return None
    chosen: dict[str, dict[str, None]] = {"circle": {}, "person": {}}
    for match in found:
        if match:
            chosen[match[1]][match[2]] = None
    return Audience(CHOSEN, tuple(chosen["circle"]), tuple(chosen["person"]))
