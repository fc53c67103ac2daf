"""Photos: what is known of each, who may see it, and an owner's own roll."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from store import access, events, keys, table
from store.clock import as_datetime
from store.errors import Conflict, NotFound
from store.ids import created_at, is_id

PENDING, READY, FAILED = "pending", "ready", "failed"
FOR_FRIENDS, PRIVATE = "friends", "private"
VISIBILITIES = (FOR_FRIENDS, PRIVATE)
CAPTION_LIMIT = 300
TAG_LIMIT, TAGS_LIMIT = 40, 20


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo. Sizes are those of the upright picture in px; `bytes` those of the original file.

    `taken_at` is ISO 8601, with an offset only where the camera gave one. `placeholder` is a tiny
    WebP in base64. `reason` says for people why a failed upload failed, `duplicate_of` that these
    bytes were there already.
    """

    photo_id: str
    user_id: str
    visibility: str
    status: str
    caption: str = ""
    tags: list[str] = field(default_factory=list)
    bytes: int = 0
    sha256: str = ""
    width: int = 0
    height: int = 0
    taken_at: str | None = None
    placeholder: str = ""
    animated: bool = False
    reason: str = ""
    duplicate_of: str | None = None

    @property
    def created_at(self) -> datetime:
        """When it was uploaded: its id says so."""
        return as_datetime(created_at(self.photo_id))

    @classmethod
    def from_item(cls, item: table.Item) -> Photo:
        return cls(**{name: item[name] for name in cls.__slots__ if name in item})

    def to_item(self) -> table.Item:
        """Return the attributes that have a value: what is empty takes no room."""
        key = keys.photo(self.photo_id)
        item: table.Item = {"PK": key.pk, "SK": key.sk}
        for name in self.__slots__:
            value = getattr(self, name)
            if value or name in ("bytes", "caption"):
                item[name] = value
        return item


def get(photo_id: str) -> Photo:
    """Return the photo in whatever state. Raises NotFound."""
    item = table.get(keys.photo(photo_id)) if is_id(photo_id) else None
    if item is None:
        raise NotFound(photo_id)
    return Photo.from_item(item)


def get_many(photo_ids: Iterable[str]) -> dict[str, Photo]:
    """Return the photos that exist, by id, in whatever state."""
    found = table.get_many(keys.photo(photo_id) for photo_id in photo_ids)
    return {item["photo_id"]: Photo.from_item(item) for item in found.values()}


def get_visible(viewer_id: str, photo_id: str) -> tuple[Photo, str]:
    """Return a ready photo and its owner's name if this person may see it now, else NotFound."""
    photo = get(photo_id)
    friendship = keys.friendship(photo.user_id, viewer_id)
    owner = keys.user(photo.user_id)
    found = table.get_many([friendship, owner])
    if owner not in found or not access.may_see(viewer_id, photo, found.get(friendship)):
        raise NotFound(photo_id)
    return photo, found[owner]["name"]


def get_own(owner_id: str, photo_id: str) -> Photo:
    """Return the owner's ready photo. Raises NotFound for anybody else's."""
    photo = get(photo_id)
    if photo.user_id != owner_id or photo.status != READY:
        raise NotFound(photo_id)
    return photo


def list_roll(owner_id: str, *, limit: int, before: str | None = None) -> table.Page[Photo]:
    """Return a page of the owner's ready photos, newest first, in one call."""
    page = table.query(
        f"ROLL#{owner_id}", limit=limit, before=before, index=True, newest_first=True
    )
    return table.Page([Photo.from_item(item) for item in page.items], page.cursor)


def edit(owner_id: str, photo_id: str, *, caption: str, tags: list[str]) -> None:
    """Change the words on the owner's photo. Raises NotFound."""
    _change(owner_id, photo_id, {"caption": caption, "tags": tags})


def set_visibility(owner_id: str, photo_id: str, visibility: str) -> None:
    """Say who can see the owner's photo, from the next request on. Raises NotFound."""
    _change(owner_id, photo_id, {"visibility": visibility})
    if visibility == FOR_FRIENDS:
        events.publish("photo.shared", photo_id=photo_id)


def set_measures(photo_id: str, *, width: int, height: int, placeholder: str) -> None:
    """Note what rendering a ready photo again has found. Raises NotFound if it is gone."""
    change = table.update(
        keys.photo(photo_id),
        set_={"width": width, "height": height, "placeholder": placeholder},
        condition="#status = :ready",
        values={":ready": READY},
    )
    try:
        table.write(change)
    except Conflict:
        raise NotFound(photo_id) from None


def _change(owner_id: str, photo_id: str, values: dict[str, Any]) -> None:
    change = table.update(
        keys.photo(photo_id),
        set_=values,
        condition="#user_id = :owner AND #status = :ready",
        values={":owner": owner_id, ":ready": READY},
    )
    try:
        table.write(change)
    except Conflict:
        raise NotFound(photo_id) from None


def delete(owner_id: str, photo_id: str) -> None:
    """Delete the owner's photo for everybody at once; its bytes go by the fan-out. Raises NotFound.

    The web function holds no right to remove an object, so that a fault in it cannot lose one.
    """
    photo = get_own(owner_id, photo_id)
    try:
        table.transact(
            [
                table.delete(
                    keys.photo(photo_id), condition="#user_id = :me", values={":me": owner_id}
                ),
                table.delete(keys.checksum(owner_id, photo.sha256)),
                table.update(
                    keys.user(owner_id), add={"bytes_used": -photo.bytes, "photo_count": -1}
                ),
            ]
        )
    except Conflict:
        raise NotFound(photo_id) from None
    events.publish("photo.deleted", photo_id=photo_id, user_id=owner_id)
