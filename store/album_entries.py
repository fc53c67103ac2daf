"""How a photo lies in an album: an item under the photo, with its place if it has one."""

from __future__ import annotations

from dataclasses import dataclass

from store import folds, keys, table
from store.authors import Author, made_by
from store.ids import is_id


@dataclass(frozen=True, slots=True)
class Entry:
    """That a photo lies in an album. `host_id` is by whose friendship its owner was let in.

    `copies` are the same photo from other people, which share its place (store/folds.py); each
    lies in the album by an entry too, whose `fold` is the photo that has the place.
    """

    album_id: str
    photo_id: str
    owner_id: str
    host_id: str
    rank: str
    guest_id: str = ""
    fold: str = ""
    copies: tuple[Entry, ...] = ()

    @property
    def author(self) -> Author:
        """Who made the photo."""
        return made_by(self.owner_id, self.guest_id)

    @classmethod
    def from_item(cls, item: table.Item) -> Entry:
        """Return the entry; its copies stand where it does."""
        known = {name: item[name] for name in cls.__slots__ if name in item}
        rank = item.get("rank", "")  # a copy has none
        copies = tuple(cls(rank=rank, **copy) for copy in folds.copies_of(item))
        return cls(**known | {"rank": rank, "copies": copies})


def entry_of(album_id: str, photo_id: str) -> Entry | None:
    """Return how the photo lies in the album, None if it does not."""
    item = table.get(keys.album_photo(photo_id, album_id)) if is_id(photo_id) else None
    return Entry.from_item(item) if item else None


def list_of_photo(photo_id: str) -> list[str]:
    """Return the ids of the albums that the photo was put into."""
    found = table.query_all(*keys.all_of(keys.album_photo, photo_id))
    return [item["album_id"] for item in found]
