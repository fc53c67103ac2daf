"""What people type into the search box, taken apart: tags, dates and words.

Pure. Nothing typed is an error: what is no tag and no date is words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from store import search, words
from webapp import dates

LENGTH = 200
PARTS = 12

_QUOTED = re.compile(r'"([^"]*)"')
_TAG = re.compile(r'(?:#|tag:|schlagwort:)(?:"([^"]*)"|([^\s,"#]+))', re.IGNORECASE)
_ALBUM = re.compile(r'album:(?:"([^"]*)"|([^\s,"]+))', re.IGNORECASE)
_WORD = re.compile(r"[^\s\"]+")
TAG, ALBUM, DATE, WORD = "tag", "album", "date", "word"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of what was typed: its kind, the text as it stands there, and what it means.

    The `words` of an album are those of its title.
    """

    kind: str
    text: str
    words: tuple[str, ...] = ()
    tag: str = ""
    span: dates.Span | None = None


def parse(typed: str, today: date) -> list[Part]:
    """Take the text apart, from left to right; at most PARTS."""
    text = " ".join(words.clean_line(typed, LENGTH).split())
    parts: list[Part] = []
    position = 0
    while position < len(text) and len(parts) < PARTS:
        if text[position] in ' ,"' and not _QUOTED.match(text, position):
            position += 1
            continue
        part, position = _next(text, position, today)
        if part:
            parts.append(part)
    return parts


def _next(text: str, start: int, today: date) -> tuple[Part | None, int]:
    """Read the part that begins at `start`; None for one that says nothing, such as a full stop."""
    if found := _QUOTED.match(text, start):
        return _words(found[0], found[1]), found.end()
    if found := _TAG.match(text, start):
        tags = words.clean_tags([found[1] or found[2] or ""])
        return (Part(TAG, found[0], tag=tags[0]) if tags else None), found.end()
    if (found := _ALBUM.match(text, start)) and (part := _words(found[0], found[1] or found[2])):
        return replace(part, kind=ALBUM), found.end()
    if at := dates.read(text, start, today):
        return Part(DATE, text[start : at[1]], span=at[0]), at[1]
    found = _WORD.match(text, start)
    assert found
    return _words(found[0], found[0]), found.end()


def _words(text: str, said: str) -> Part | None:
    found = tuple(search.split_words(said))
    return Part(WORD, text, words=found) if found else None


def without(parts: list[Part], removed: Part) -> str:
    """Return what stands in the box once a part is taken out."""
    return " ".join(part.text for part in parts if part is not removed)


def understand(parts: list[Part], *, person_id: str = "") -> search.Query:
    """Return the query that all the parts make together."""
    spans = [part.span for part in parts if part.span]
    since = max((span.since for span in spans if span.since), default=None)
    until = min((span.until for span in spans if span.until), default=None)
    day = next((span.on_this_day for span in spans if span.on_this_day), None)
    # "On this day" means earlier years: today's own photos are the feed's.
    years = [f"{day.year:04}"] if day else []
    return search.Query(
        tags=tuple(part.tag for part in parts if part.tag),
        words=tuple(word for part in parts if part.kind == WORD for word in part.words),
        person_id=person_id,
        day=f"{day:%m-%d}" if day else "",
        since=since.isoformat() if since else "",
        until=min([*years, until.isoformat()] if until else years, default=""),
    )


def album_words(parts: list[Part]) -> list[str]:
    """Return the words of the album that was asked for, none without one."""
    return [word for part in parts if part.kind == ALBUM for word in part.words]


def first_and_last_day(span: dates.Span) -> tuple[date | None, date | None]:
    """Return the span's days as people name them, both inclusive."""
    return span.since, span.until - timedelta(1) if span.until else None
