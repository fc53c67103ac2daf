"""A place in an album that several photos share: which they are, and what finds them there."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

from store import folds, keys, photos, table, terms
from store.album_entries import Entry, entry_of, list_of_photo
from store.errors import Conflict
from store.photos import Photo


def list_copies(entry: Entry) -> list[str]:
    """Return the ids of the album's photos that are shown as one with this one, its own too."""
    first = entry_of(entry.album_id, entry.fold) if entry.fold else entry
    if first is None:
        return [entry.photo_id]
    return [first.photo_id, *(each.photo_id for each in first.copies)]


def show_apart(entry: Entry) -> None:
    """Let each of the photos that are shown as one with this one have its own place, for good."""
    first_id = entry.fold or entry.photo_id
    together = list_copies(entry)
    folds.part(entry.album_id, first_id)
    describe_places(entry.album_id, together)


def describe(photo: Photo) -> None:
    """Write what the photo is found by, as it is now, to where it lies in albums."""
    for album_id in list_of_photo(photo.photo_id):
        entry = entry_of(album_id, photo.photo_id)
        if entry:
            describe_places(album_id, [entry.fold or entry.photo_id])


def describe_places(album_id: str, first_ids: Iterable[str]) -> None:
    """Write what is found in each of these places: what is true of any photo that is in it."""
    lying = table.get_many(keys.album_photo(each, album_id) for each in first_ids)
    for first in map(Entry.from_item, lying.values()):
        found = photos.get_many(each.photo_id for each in (first, *first.copies))
        profiles = table.get_many(photo.author.profile for photo in found.values())
        said = dict.fromkeys(
            term
            for photo in found.values()
            for term in terms.of(photo, profiles.get(photo.author.profile, {}).get("name", ""))
        )
        with contextlib.suppress(Conflict):  # taken out meanwhile
            table.write(
                table.update(
                    keys.album_photo(first.photo_id, album_id),
                    set_={"terms": terms.marks(list(said))},
                    condition="attribute_exists(PK)",
                )
            )
