"""The same photo from several people, in one place of an album.

The first of them has the place, by time and by hand. The others are listed on it as `copies` and
have no place of their own, so that they are shown as one in either order and however pages break.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from store import keys, table
from store.errors import Conflict
from store.table import Item, Operation

COPIES = 8  # in one place; a further one stands by itself
ATTEMPTS = 4
_NAMES = ("photo_id", "owner_id", "host_id", "guest_id")


def listed(copy: Item) -> str:
    """Return how a copy stands on the list of the first one."""
    return "/".join(str(copy.get(name, "")) for name in _NAMES)


def copies_of(first: Item) -> list[Item]:
    """Return the copies that are listed on an entry, or on its pointer by hand, oldest first."""
    found = [dict(zip(_NAMES, each.split("/"), strict=True)) for each in first.get("copies", ())]
    return [
        {"album_id": first["album_id"], **copy}
        for copy in sorted(found, key=lambda copy: copy["photo_id"])
    ]


def pointer(first: Item, rank: str) -> Item:
    """Return the pointer that keeps a place by hand: all that a page needs of the entry."""
    names = ("album_id", *_NAMES, "copies")
    pointed = {name: first[name] for name in names if first.get(name)}
    return {**keys.by_hand(first["album_id"], rank).primary, "rank": rank, **pointed}


def join(copy: Item, first_id: str, count: Operation) -> bool:
    """Put a copy into the place of the first one; return whether it has room and is there.

    Raises Conflict if the copy is in the album already, or the album gone.
    """

    def change(first: Item) -> list[Operation] | None:
        listed_now = first.get("copies", set())
        if "GSI1SK" not in first or len(listed_now) >= COPIES:
            return None
        return [
            table.put(copy | {"fold": first_id}, condition="attribute_not_exists(PK)"),
            count,
            *_list(first, listed_now | {listed(copy)}),
        ]

    try:
        return _try(copy["album_id"], first_id, change, final=(0, 1))
    except Conflict as conflict:
        if {0, 1}.isdisjoint(conflict.failed):  # too many at once: it stands by itself
            return False
        raise


def leave(copy: Item, count: Operation) -> bool:
    """Take a copy out of its place and of the album; return False if its first one is gone.

    Raises Conflict if the album is gone.
    """

    def change(first: Item) -> list[Operation]:
        return [
            table.delete(_key(copy), condition="attribute_exists(PK)"),
            count,
            *_list(first, first.get("copies", set()) - {listed(copy)}),
        ]

    return _try(copy["album_id"], copy["fold"], change, final=(0, 1))


def succeed(first: Item) -> list[Operation]:
    """Describe how the oldest copy takes over the place of the first one, which leaves."""
    heir, *rest = copies_of(first)
    copies = {listed(each) for each in rest}
    album_id, rank = first["album_id"], first["rank"]
    place: Item = {name: first[name] for name in ("GSI1PK", "GSI1SK", "rank")}
    if copies:
        place["copies"] = copies
    after = {**heir, "copies": copies}
    return [
        table.delete(_key(first), condition=_same(first)[0], values=_same(first)[1]),
        table.update(
            keys.album_photo(heir["photo_id"], album_id),
            set_=place,
            remove=["fold"],
            condition="attribute_exists(PK)",
        ),
        table.put(pointer(after, rank)),
        *(
            table.update(
                keys.album_photo(each["photo_id"], album_id),
                set_={"fold": heir["photo_id"]},
                condition="attribute_exists(PK)",
            )
            for each in rest
        ),
    ]


def part(album_id: str, first_id: str) -> None:
    """Give each copy a place of its own, beside the one that they had in common."""
    first = table.get(keys.album_photo(first_id, album_id))
    for copy in copies_of(first or {"album_id": album_id}):
        _try(album_id, first_id, partial(_move_out, copy), final=())


def _move_out(copy: Item, first: Item) -> list[Operation] | None:
    if listed(copy) not in first.get("copies", set()):
        return None
    rank, time = (first[name][:13] + copy["photo_id"] for name in ("rank", "GSI1SK"))
    return [
        table.update(
            _key(copy),
            set_={"GSI1PK": first["GSI1PK"], "GSI1SK": time, "rank": rank},
            remove=["fold"],
            condition="attribute_exists(PK)",
        ),
        table.put(pointer(copy, rank)),
        *_list(first, first["copies"] - {listed(copy)}),
    ]


def give_rank(first: Item, rank: str) -> list[Operation]:
    """Describe how a place moves by hand, with all that are in it."""
    condition, values = _same(first)
    return [
        table.update(_key(first), set_={"rank": rank}, condition=condition, values=values),
        table.put(pointer(first, rank)),
    ]


def _list(first: Item, copies: set[str]) -> list[Operation]:
    """Describe the writing of the list, on the entry and on its pointer."""
    condition, values = _same(first)
    changed: dict[str, Item] = {"set_": {"copies": copies}} if copies else {}
    gone = [] if copies else ["copies"]
    return [
        table.update(_key(first), **changed, remove=gone, condition=condition, values=values),
        table.put(pointer({**first, "copies": copies}, first["rank"])),
    ]


def _same(first: Item) -> tuple[str, Item]:
    """Return the condition, and its values, that nobody has changed the place meanwhile."""
    if first.get("copies"):
        return (
            "#rank = :was_there AND #copies = :were_listed",
            {":was_there": first["rank"], ":were_listed": first["copies"]},
        )
    return "#rank = :was_there AND attribute_not_exists(#copies)", {":was_there": first["rank"]}


def _key(entry: Item) -> keys.Key:
    return keys.album_photo(entry["photo_id"], entry["album_id"])


def _try(
    album_id: str,
    first_id: str,
    change: Callable[[Item], list[Operation] | None],
    *,
    final: Iterable[int],
) -> bool:
    """Change a place as it is now, and again if somebody else did so meanwhile.

    Return False if there is none, or nothing to do. Raises Conflict where one of the operations
    `final` is what does not hold.
    """
    for attempt in range(ATTEMPTS):
        first = table.get(keys.album_photo(first_id, album_id))
        operations = change(first) if first else None
        if operations is None:
            return False
        try:
            table.transact(operations)
            return True
        except Conflict as conflict:
            if not set(final).isdisjoint(conflict.failed) or attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")
