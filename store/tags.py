"""A person's own tags: how many of their photos each is on, suggestions, and renaming.

The number is kept in the transaction that changes a photo's tags. The page of a tag, with what
friends tagged so, is a search (store/search.py).
"""

from __future__ import annotations

from collections.abc import Iterable

from store import events, keys, postings, table, terms

PAGE = 100
SUGGESTIONS = 8
RENAMED_A_RUN = 100


def count(
    user_id: str, *, removed: Iterable[str] = (), added: Iterable[str] = ()
) -> list[table.Operation]:
    """Describe how the numbers change with a photo's tags; one operation for each tag."""
    gone, new = set(removed), set(added)
    changes = dict.fromkeys(new - gone, 1) | dict.fromkeys(gone - new, -1)
    return [
        table.update(keys.tag(user_id, tag), set_={"tag": tag}, add={"photos": change})
        for tag, change in sorted(changes.items())
    ]


def list_own(
    user_id: str, *, beginning: str = "", limit: int = PAGE, after: str | None = None
) -> table.Page[tuple[str, int]]:
    """Return a page of a person's tags and on how many of their photos each is, by name."""
    page = table.query(
        *keys.tag(user_id, beginning),
        after=keys.tag(user_id, after).sk if after else None,
        limit=limit,
    )
    found = [(item["tag"], item["photos"]) for item in page.items if item["photos"] > 0]
    return table.Page(found, page.items[-1]["tag"] if page.cursor else None)


def suggest(user_id: str, beginning: str, *, chosen: Iterable[str] = ()) -> list[str]:
    """Return own tags that begin so and are not chosen yet, the most used first; one call."""
    taken = set(chosen)
    found = [pair for pair in list_own(user_id, beginning=beginning).items if pair[0] not in taken]
    return [tag for tag, _ in sorted(found, key=lambda pair: -pair[1])[:SUGGESTIONS]]


def rename(user_id: str, tag: str, to: str) -> None:
    """Have a tag of one's own photos become another; if that one exists, the two are merged.

    The fan-out does it, photo by photo.
    """
    events.publish("tag.renamed", user_id=user_id, tag=tag, to=to)


def list_tagged(user_id: str, tag: str, *, before: str | None = None) -> table.Page[str]:
    """Return the ids of own photos that the index has under the tag, RENAMED_A_RUN looked at."""
    page = postings.read(
        user_id,
        terms.tag(tag),
        low="0",
        high=before or "~",
        limit=RENAMED_A_RUN,
        also=[terms.person(user_id)],
    )
    return table.Page([postings.photo_id(item) for item in page.items], page.cursor)


def replaced(tags: list[str], tag: str, to: str) -> list[str]:
    """Return a photo's tags with one in another's place, each once."""
    return list(dict.fromkeys(to if each == tag else each for each in tags))
