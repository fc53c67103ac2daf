"""Who may see what: the one place that decides, asked by every page, picture and list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.friends import is_friendship

if TYPE_CHECKING:
    from store.photos import Photo
    from store.table import Item


def may_see(viewer_id: str, photo: Photo, friendship: Item | None) -> bool:
    """Say whether this person may see this photo now.

    `friendship` is the owner's item about the viewer as just read (None: there is none). It is the
    owner's side that counts: a block by either of the two removes or replaces it.
    """
    if photo.status != "ready":
        return False
    if photo.user_id == viewer_id:
        return True
    return photo.visibility == "friends" and is_friendship(friendship)
