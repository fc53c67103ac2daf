"""The picture that stands for an album: one of its owner's own photos in it.

Only the owner's own can be one: whoever may know of the album may see those.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

from store import access, albums, keys, table
from store.album_entries import entry_of
from store.albums import Album
from store.errors import Conflict, NotFound
from store.photos import READY, Photo


def find(album: Album) -> Photo | None:
    """Return the album's cover, None if it has none (any more); one call at most."""
    return read(album, table.get_many(keys_of(album)))


def keys_of(album: Album) -> list[keys.Key]:
    """Name what `read` rests on."""
    if not album.cover:
        return []
    return [keys.photo(album.cover), keys.album_photo(album.cover, album.album_id)]


def read(album: Album, found: access.Found) -> Photo | None:
    """Return the album's cover from items as read: None if it was taken out, or deleted, or the
    album is somebody else's now."""
    item = found.get(keys.photo(album.cover))
    is_in_it = keys.album_photo(album.cover, album.album_id) in found
    photo = Photo.from_item(item) if item and is_in_it else None
    return photo if photo and photo.status == READY and photo.user_id == album.user_id else None


def choose(user_id: str, album_id: str, photo_id: str) -> None:
    """Choose one of one's own photos to stand for one's own album. Raises NotFound."""
    entry = entry_of(album_id, photo_id)
    if entry is None or entry.owner_id != user_id or entry.guest_id:
        raise NotFound(photo_id)
    albums.change(user_id, album_id, {"cover": photo_id})


def choose_first(album: Album, added: Iterable[Photo]) -> None:
    """Let the first of its owner's photos among those added stand for an album without a cover."""
    own = [each for each in added if each.user_id == album.user_id and not each.guest_id]
    if album.cover or not own:
        return
    cover = table.update(
        keys.album(album.album_id),
        set_={"cover": own[0].photo_id},
        condition="#user_id = :owner AND attribute_not_exists(#cover)",
        values={":owner": album.user_id},
    )
    with contextlib.suppress(Conflict):  # it has one by now, or is gone
        table.write(cover)
