"""Finding photos: those that a person may see now, by tag, word, person, day and time taken.

The interface is one function over a `Query`; what is behind it (postings in the table) could be
a search engine instead, from the size on that docs/architecture.md names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from store import feed, pointers, postings, shelf, table, terms
from store.feed import FeedPhoto
from store.photos import Photo
from store.shelf import Shelved

LOOKED_AT = 1000  # postings that one call of a search for several terms looks at
ALBUMS = 4  # named beside the photos: their items fit into the same BatchGetItem
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
    def plain_words(self) -> set[str]:
        """The words as they are compared."""
        return {plain for each in self.words for plain in terms.split_words(each)}

    @property
    def may_name_album(self) -> bool:
        """Whether an album's title could be meant: an album has no tags and no day."""
        return bool(self.words) and not (self.tags or self.person_id or self.day)

    @property
    def terms(self) -> list[str]:
        """The terms, the likely rarest first: it is the one whose list is read."""
        words = self.plain_words
        return [
            *(terms.tag(each) for each in sorted(set(self.tags), key=len, reverse=True)),
            *(terms.word(each) for each in sorted(words, key=lambda one: (-len(one), one))),
            *([terms.day(self.day)] if self.day else []),
            *([terms.person(self.person_id)] if self.person_id else []),
        ] or [terms.EVERYTHING]

    def holds(self, photo: Photo, owner_name: str) -> bool:
        """Say whether the photo, as it is now, is what is looked for."""
        taken = terms.taken(photo)
        in_time = (self.since or "") <= taken and (not self.until or taken < self.until)
        return in_time and set(self.terms) <= set(terms.of(photo, owner_name))


@dataclass(frozen=True, slots=True)
class Found:
    """A page of photos, latest taken first, and the cursor to go on from, None at the end.

    `albums` are those that the words name (`shelf.opened`), with the first page of a search that
    could mean an album.
    """

    items: list[FeedPhoto]
    cursor: str | None
    albums: list[Shelved]


def is_cursor(text: str) -> bool:
    """Say whether `text` could be a search's cursor."""
    return _CURSOR.fullmatch(text) is not None


def find(viewer_id: str, query: Query, *, limit: int, before: str | None = None) -> Found:
    """Return a page of matching photos, and albums of that name, that this person may see now.

    Three calls at most: a BatchGetItem and two Queries, the second of them for albums or, where
    several terms are rare together, for more postings. What it has not reached then, it leaves to
    the cursor: a page may be short, or empty, and not be the last.
    """
    named = query.may_name_album and before is None
    pointers = shelf.look_for(viewer_id, query.plain_words, limit=ALBUMS) if named else []
    found, cursor = _look(viewer_id, query, limit, before, rounds=1 if named else ROUNDS)
    hints = [(postings.photo_id(item), item["owner_id"]) for item in found]
    read = table.get_many(
        [*feed.keys_to_see(viewer_id, hints), *shelf.keys_to_open(viewer_id, pointers)]
    )
    return Found(
        _current(feed.allowed(viewer_id, hints, read), query, found),
        cursor,
        shelf.opened(viewer_id, pointers, list(query.plain_words), read),
    )


def _look(
    viewer_id: str, query: Query, limit: int, before: str | None, *, rounds: int
) -> tuple[list[table.Item], str | None]:
    """Return up to `limit` postings that seem to match, and where to go on."""
    driver, *others = query.terms
    high = min(filter(None, [before, query.until, "~"]))
    found: list[table.Item] = []
    cursor: str | None = high
    for _ in range(rounds if others else 1):
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
    return found, cursor


def _current(seen: dict[str, FeedPhoto], query: Query, found: list[table.Item]) -> list[FeedPhoto]:
    """Return what may be shown now and still matches; forget the rest."""
    shown, stale = [], []
    for item in found:
        one = seen.get(postings.photo_id(item))
        if one and _matches(one, query, str(item["SK"])):
            shown.append(one)
        else:
            stale.append(item)
    pointers.drop(stale)
    return shown


def _matches(one: FeedPhoto, query: Query, sort_key: str) -> bool:
    """Say whether the posting, found under that key, is still true of the photo."""
    taken = terms.taken(one.photo)
    return sort_key.startswith(taken + "#") and query.holds(one.photo, one.owner_name)


def split_words(text: str) -> list[str]:
    """Return the words of a text as searches compare them."""
    return terms.split_words(text)
