"""The order of an album's photos: by the time taken, or by their owner's hand.

Each photo has a rank, by which the index sorts the entries and a second, tiny item keeps the order
by hand. It begins as the time taken; only moving by hand changes it.
"""

from __future__ import annotations

from datetime import UTC, datetime

from store import albums, folds, keys, table
from store.errors import NotFound
from store.ids import new_id
from store.photos import Photo

BEGINNING = datetime(1, 1, 1, tzinfo=UTC)  # scans of old prints are dated before 1970
MOVES = ("earlier", "later", "first", "last")


def rank(photo: Photo) -> str:
    """Return the photo's place by time taken: seconds on the camera's clock, then its id.

    A camera's clock often has no zone; what people compare is what it showed.
    """
    try:
        shown = datetime.fromisoformat(photo.taken_at or "")
    except ValueError:
        shown = photo.created_at
    return f"{_seconds(shown)}#{photo.photo_id}"


def _seconds(shown: datetime) -> str:
    return f"{int((shown.replace(tzinfo=UTC) - BEGINNING).total_seconds()):012d}"


def rank_of_day(day: str) -> str:
    """Return what stands before everything taken on "2025-06-01" or later, empty without a day."""
    return _seconds(datetime.fromisoformat(day)) if day else ""


def move(user_id: str, album_id: str, photo_id: str, *, where: str) -> None:
    """Move a photo in one's own album by hand: "earlier", "later", "first" or "last".

    Neighbours change their ranks, so that a move is one transaction however long the album is.
    """
    albums.change(user_id, album_id, {"order": albums.BY_HAND})
    mine = table.get(keys.album_photo(photo_id, album_id))
    if mine and mine.get("fold"):  # it goes where the one goes that it is shown with
        mine = table.get(keys.album_photo(mine["fold"], album_id))
    if mine is None:
        raise NotFound(photo_id)
    here = keys.by_hand(album_id, mine["rank"]).sk
    by_hand = keys.all_of(keys.by_hand, album_id)
    match where:
        case "earlier":
            page = table.query(*by_hand, before=here, newest_first=True, limit=1)
        case "later":
            page = table.query(*by_hand, after=here, limit=1)
        case "first":
            page = table.query(*by_hand, limit=1)
        case _last:
            page = table.query(*by_hand, newest_first=True, limit=1)
    if not page.items or page.items[0].get("photo_id", mine["photo_id"]) == mine["photo_id"]:
        return  # it is there already: what comes before the first is the album's own item
    other = page.items[0]
    if where in ("earlier", "later"):
        theirs = table.get(keys.album_photo(other["photo_id"], album_id))
        if theirs:
            table.transact(
                folds.give_rank(mine, theirs["rank"]) + folds.give_rank(theirs, mine["rank"])
            )
        return
    seconds = int(other["rank"].split("#")[0]) + (-1 if where == "first" else 1)
    table.transact(
        [
            *folds.give_rank(mine, f"{max(seconds, 0):012d}#{new_id()}"),
            table.delete(keys.by_hand(album_id, mine["rank"])),
        ]
    )
