"""What a photo can be found by. Pure: docs/architecture.md says what each term costs."""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.photos import Photo

EVERYTHING = "*"  # the term of every photo, for searches by time alone
WORDS_LIMIT = 40
WORD_LIMIT = 32  # characters


def tag(name: str) -> str:
    return f"tag:{name}"


def word(text: str) -> str:
    return f"word:{text}"


def person(user_id: str) -> str:
    return f"by:{user_id}"


def day(month_and_day: str) -> str:
    """Return the term of "08-14", in whatever year."""
    return f"day:{month_and_day}"


def of(photo: Photo, owner_name: str) -> list[str]:
    """Return the photo's terms: at most 3 + 20 tags + WORDS_LIMIT words."""
    said = [owner_name, *photo.tags, photo.caption]
    words = dict.fromkeys(each for text in said for each in split_words(text))
    return [
        EVERYTHING,
        person(photo.user_id),
        day(taken(photo)[5:10]),
        *(tag(each) for each in photo.tags),
        *(word(each) for each in list(words)[:WORDS_LIMIT]),
    ]


def taken(photo: Photo) -> str:
    """Return when it was taken by the camera's clock, else when it was uploaded (UTC): a sort key.

    "2026-08-01T12:00:00", without zone: people look for the day that it was there.
    """
    return photo.taken_at[:19] if photo.taken_at else photo.created_at.strftime("%Y-%m-%dT%H:%M:%S")


def split_words(text: str) -> list[str]:
    """Return the words of a text as they are compared: no case, no accents, no single letters."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    found = (each.strip("_")[:WORD_LIMIT] for each in re.findall(r"\w+", plain))
    return [each for each in found if len(each) > 1 or ord(each or "a") > 0x2E7F]


def mark(term: str) -> str:
    """Return seven characters that stand for the term in a posting, so that it stays under 1 KB.

    Thirty bits: whoever reads checks the photo itself.
    """
    digest = hashlib.sha256(term.encode()).digest()
    return f"|{base64.urlsafe_b64encode(digest)[:5].decode()}|"


def marks(terms: list[str]) -> str:
    """Return the marks of all terms as one string in which each can be looked for."""
    return "|" + "".join(mark(term)[1:] for term in terms)
