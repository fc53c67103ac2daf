"""Whom a comment names: friends of its author who may see the photo."""

from __future__ import annotations

import re
from typing import Any

from store import access, comments, friends, photos, table
from store.authors import PERSON
from store.comments import Comment
from store.errors import NotFound
from store.photos import Photo

FRIENDS_A_PAGE = 100


def note(message: dict[str, Any]) -> list[str]:
    """Write into the comment whom it names, and return their user ids.

    Names are not unique: everybody of that name who may see the photo is meant.
    """
    try:
        comment = comments.get(message["photo_id"], message["comment_id"])
        photo = photos.get(message["photo_id"])
    except NotFound:
        return []
    if "@" not in comment.text or comment.author.kind != PERSON:
        return []
    people = _who_may_see(photo, _named(comment))
    if people:
        comments.mention(comment, people)
    return list(people)


def _named(comment: Comment) -> dict[str, str]:
    """Return {user id: name} of the author's friends after an @ in the text."""
    named: dict[str, str] = {}
    cursor: str | None = None
    while True:
        page = friends.list_friends(comment.author.author_id, limit=FRIENDS_A_PAGE, after=cursor)
        named |= {
            friend.user_id: friend.name
            for friend in page.items
            if friend.state == friends.FRIENDS
            and re.search(f"@{re.escape(friend.name)}(?!\\w)", comment.text)
        }
        if page.cursor is None or len(named) >= comments.MENTIONS_LIMIT:
            return dict(list(named.items())[: comments.MENTIONS_LIMIT])
        cursor = page.cursor


def _who_may_see(photo: Photo, people: dict[str, str]) -> dict[str, str]:
    viewers = {user_id: access.Person(user_id) for user_id in people}
    found = table.get_many(
        key for viewer in viewers.values() for key in access.photo_keys(viewer, photo)
    )
    return {
        user_id: people[user_id]
        for user_id, viewer in viewers.items()
        if access.VIEW in access.photo_rights(viewer, photo, found)
    }
