"""Finding photos: those that a person may see now, by tag, word, person, day and time taken.

The interface is one function over a `Query`; what is behind it (postings in the table) could be
a search engine instead, from the size on that docs/architecture.md names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from store import feed, postings, table, terms
from store.feed import FeedPhoto

LOOKED_AT = 1000  # postings that one call of a search for several terms looks at
ROUNDS = 2  # calls that a page spends on looking
_CURSOR = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d#[0-9A-Z]{26}")


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for; all of it must hold.

    `since` (inclusive) and `until` (exclusive) are days, "2025-06-01", by the camera's clock;
    `day` is "08-14" of any year. Tags as stored, words as people write them.
    """

    tags: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    person_id: str = ""
    day: str = ""
    since: str = ""
    until: str = ""

    @property
    def terms(self) -> list[str]:
        """The terms, the likely rarest first: it is the one whose list is read."""
        words = {plain for each in self.words for plain in terms.split_words(each)}
        return [
            *(terms.tag(each) for each in sorted(set(self.tags), key=len, reverse=True)),
            *(terms.word(each) for each in sorted(words, key=lambda one: (-len(one), one))),
            *([terms.day(self.day)] if self.day else []),
            *([terms.person(self.person_id)] if self.person_id else []),
        ] or [terms.EVERYTHING]


def is_cursor(text: str) -> bool:
    """Say whether `text` could be a search's cursor."""
    return _CURSOR.fullmatch(text) is not None


def find(
    viewer_id: str, query: Query, *, limit: int, before: str | None = None
) -> table.Page[FeedPhoto]:
    """Return a page of matching photos that this person may see now, latest taken first.

    One Query and one BatchGetItem; a search for several terms may take a second Query. What it has
    not reached then, it leaves to the cursor: a page may be short, or empty, and not be the last.
    """
    driver, *others = query.terms
    high = min(filter(None, [before, query.until, "~"]))
    found: list[table.Item] = []
    cursor: str | None = high
    for _ in range(ROUNDS if others else 1):
        page = postings.read(
            viewer_id,
            driver,
            low=query.since or "0",
            high=cursor or high,
            limit=LOOKED_AT if others else limit + 2,
            also=others,
        )
        fresh = [item for item in page.items if item["SK"] != cursor]
        found, cursor = found + fresh, page.cursor
        if cursor is None or len(found) > limit:
            break
    if len(found) > limit:
        found, cursor = found[:limit], str(found[limit - 1]["SK"])
    return table.Page(_current(viewer_id, query, found), cursor)


def _current(viewer_id: str, query: Query, found: list[table.Item]) -> list[FeedPhoto]:
    """Return what may be shown now and still matches; forget the rest."""
    seen = feed.see_now(viewer_id, ((postings.photo_id(item), item["owner_id"]) for item in found))
    shown, stale = [], []
    for item in found:
        one = seen.get(postings.photo_id(item))
        if one and _matches(one, query, str(item["SK"])):
            shown.append(one)
        else:
            stale.append(item)
    feed.drop(stale)
    return shown


def _matches(one: FeedPhoto, query: Query, sort_key: str) -> bool:
    """Say whether the posting, found under that key, is still true of the photo."""
    taken = terms.taken(one.photo)
    return sort_key.startswith(taken + "#") and _holds(
        terms.of(one.photo, one.owner_name), query.terms
    )


def _holds(all_terms: Iterable[str], wanted: Iterable[str]) -> bool:
    return set(wanted) <= set(all_terms)


def split_words(text: str) -> list[str]:
    """Return the words of a text as searches compare them."""
    return terms.split_words(text)
