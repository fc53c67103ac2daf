"""Likes: one item for each person and photo, and their number on the photo itself."""

from __future__ import annotations

from store import authors, events, keys, table
from store.authors import Author, Face
from store.errors import Conflict, NotFound
from store.photos import READY, Photo

PAGE = 30


def key(photo_id: str, author: Author) -> keys.Key:
    """Name the item that is there when this author likes the photo."""
    return keys.like(photo_id, author.author_id)


def like(photo: Photo, author: Author) -> bool:
    """Like a photo that this author may see; liking it again changes nothing.

    Return whether that was new. Raises NotFound if the photo is gone.
    """
    mine = key(photo.photo_id, author)
    item = {
        **mine.primary,
        "author_id": author.author_id,
        "author_kind": author.kind,
    }
    return _change(photo, author, table.put(item, condition="attribute_not_exists(PK)"), 1)


def unlike(photo: Photo, author: Author) -> bool:
    """Take a like back; return whether there was one. Raises NotFound if the photo is gone."""
    mine = key(photo.photo_id, author)
    return _change(photo, author, table.delete(mine, condition="attribute_exists(PK)"), -1)


def _change(photo: Photo, author: Author, change: table.Operation, by: int) -> bool:
    """Write the like and the number together, or neither; tell of a new one."""
    count = table.update(
        keys.photo(photo.photo_id),
        add={"likes": by},
        condition="#status = :ready",
        values={":ready": READY},
    )
    try:
        if by < 0:
            table.transact([change, count])
        else:
            events.commit(
                [change, count],
                "photo.liked",
                photo_id=photo.photo_id,
                owner_id=photo.user_id,
                author_id=author.author_id,
                author_kind=author.kind,
            )
    except Conflict as conflict:
        if 1 in conflict.failed:
            raise NotFound(photo.photo_id) from None
        return False
    return True


def list_faces(
    viewer_id: str, photo_id: str, *, after: str | None = None
) -> table.Page[tuple[Author, Face]]:
    """Return a page of who likes a photo that the viewer may see; two calls."""
    page = table.query(
        *keys.all_of(keys.like, photo_id),
        after=keys.like(photo_id, after).sk if after else None,
        limit=PAGE,
    )
    people = [Author(item["author_id"], item["author_kind"]) for item in page.items]
    faces, _found = authors.faces(viewer_id, people)
    return table.Page(list(faces.items()), people[-1].author_id if page.cursor else None)
