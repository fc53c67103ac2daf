"""Photos: what is known of each, who may see it, and an owner's own roll."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from store import access, audience, events, keys, table
from store import tags as counted
from store.audience import FOR_FRIENDS, PRIVATE, Audience
from store.authors import Author, made_by
from store.clock import as_datetime
from store.errors import Conflict, NotFound
from store.ids import created_at, is_id

PENDING, READY, FAILED = "pending", "ready", "failed"
VISIBILITIES = (FOR_FRIENDS, PRIVATE)  # those that name nobody
CAPTION_LIMIT = 300
TAG_LIMIT, TAGS_LIMIT = 40, 20
Known = Mapping[keys.Key, table.Item]


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo. Sizes are those of the upright picture in px; `bytes` those of the original file.

    `taken_at` is ISO 8601, with an offset only where the camera gave one. `placeholder` is a tiny
    WebP in base64. `reason` says for people why a failed upload failed, `duplicate_of` that these
    bytes were there already. `circles` and `people` are those of the audience (store/audience.py).
    A photo that a guest added belongs to the link's owner, for room and for removal; `guest_id`
    says who made it and `link_id` by which link. `album_id` is where it goes when it is ready,
    and `placed` that it was put there: who takes it out again means it.
    """

    photo_id: str
    user_id: str
    visibility: str
    status: str
    circles: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    guest_id: str = ""
    album_id: str = ""
    link_id: str = ""
    placed: bool = False
    caption: str = ""
    tags: list[str] = field(default_factory=list)
    bytes: int = 0
    sha256: str = ""
    width: int = 0
    height: int = 0
    taken_at: str | None = None
    placeholder: str = ""
    animated: bool = False
    format: str = ""
    reason: str = ""
    duplicate_of: str | None = None
    camera: str = ""
    likeness: str = ""
    comments: int = 0
    likes: int = 0

    @property
    def created_at(self) -> datetime:
        """When it was uploaded: its id says so."""
        return as_datetime(created_at(self.photo_id))

    @property
    def audience(self) -> Audience:
        """Whom it is for outside of albums."""
        return Audience(self.visibility, tuple(self.circles), tuple(self.people))

    @property
    def author(self) -> Author:
        """Who made it."""
        return made_by(self.user_id, self.guest_id)

    @property
    def sender_id(self) -> str:
        """Who sent the bytes: their own checksums tell whether they sent them before."""
        return self.author.author_id

    @property
    def destination(self) -> dict[str, str]:
        """Where it goes and from whom, as it travels with the bytes."""
        named = {"album": self.album_id, "guest": self.guest_id, "link": self.link_id}
        return {name: value for name, value in named.items() if value}

    @classmethod
    def from_item(cls, item: table.Item) -> Photo:
        return cls(**{name: item[name] for name in cls.__slots__ if name in item})

    def to_item(self) -> table.Item:
        """Return the attributes that have a value: what is empty takes no room."""
        key = keys.photo(self.photo_id)
        item: table.Item = key.primary
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


def find_ready(photo_id: str) -> Photo | None:
    """Return the photo for a worker; None if it is not ready (yet), or was deleted meanwhile."""
    try:
        photo = get(photo_id)
    except NotFound:
        return None
    return photo if photo.status == READY else None


def get_many(photo_ids: Iterable[str]) -> dict[str, Photo]:
    """Return the photos that exist, by id, in whatever state."""
    found = table.get_many(keys.photo(photo_id) for photo_id in photo_ids)
    return {item["photo_id"]: Photo.from_item(item) for item in found.values()}


def get_visible(viewer_id: str, photo_id: str, *, known: Known | None = None) -> tuple[Photo, str]:
    """Return a ready photo and its owner's name if this person may see it now, else NotFound."""
    photo, owner_name, _ = look_at(access.Person(viewer_id), photo_id, known=known)
    return photo, owner_name


def look_at(
    viewer: access.Viewer, photo_id: str, *, known: Known | None = None
) -> tuple[Photo, str, frozenset[str]]:
    """Return a ready photo, its owner's name and the viewer's rights now. Raises NotFound.

    `known` are items that this request has read already: with all of `keys_to_see`, no call is
    made.
    """
    known = known or {}
    item = known.get(keys.photo(photo_id))
    photo = Photo.from_item(item) if item else get(photo_id)
    owner = keys.user(photo.user_id)
    found = table.get_many([owner, *access.photo_keys(viewer, photo)], known=known)
    rights = access.photo_rights(viewer, photo, found)
    if owner not in found or access.VIEW not in rights:
        raise NotFound(photo_id)
    return photo, found[owner]["name"], rights


def keys_to_see(viewer_id: str, photo_id: str, owner_id: str) -> list[keys.Key]:
    """Name what `get_visible` will read if the photo is that owner's, as a form on its page says.

    A form that lies costs a call more and shows nothing more.
    """
    return [keys.photo(photo_id), keys.friendship(owner_id, viewer_id), keys.user(owner_id)]


def get_own(owner_id: str, photo_id: str) -> Photo:
    """Return the owner's ready photo. Raises NotFound for anybody else's."""
    photo = get(photo_id)
    if photo.user_id != owner_id or photo.status != READY:
        raise NotFound(photo_id)
    return photo


def list_roll(owner_id: str, *, limit: int, before: str | None = None) -> table.Page[Photo]:
    """Return a page of the owner's ready photos, newest first, in one call."""
    page = table.query(
        *keys.all_of(keys.roll_index, owner_id),
        limit=limit,
        before=before,
        index=True,
        newest_first=True,
    )
    return table.Page([Photo.from_item(item) for item in page.items], page.cursor)


def edit(
    owner_id: str,
    photo_id: str,
    *,
    caption: str | None = None,
    tags: list[str] | Callable[[list[str]], list[str]] | None = None,
    taken_at: str | None = None,
) -> Photo:
    """Change words or time of the owner's photo, and have it indexed anew. Raises NotFound.

    What is None stays as it is. `tags` can say how the tags become others, whatever they are by
    then.
    """

    def change() -> Photo:
        photo = get_own(owner_id, photo_id)
        changed = replace(
            photo,
            caption=photo.caption if caption is None else caption,
            tags=photo.tags if tags is None else tags(photo.tags) if callable(tags) else tags,
            taken_at=taken_at or photo.taken_at,
        )
        if changed != photo:
            words = {"caption": changed.caption, "tags": changed.tags}
            time = {"taken_at": changed.taken_at} if changed.taken_at else {}
            events.commit(
                [
                    table.update(keys.photo(photo_id), set_=words | time, **_as_read(photo)),
                    *counted.count(owner_id, removed=photo.tags, added=changed.tags),
                ],
                "photo.edited",
                photo_id=photo_id,
            )
        return changed

    return table.retry_on_conflict(change)


def _as_read(photo: Photo) -> dict[str, Any]:
    """Return the condition that the photo is its owner's and has the tags that were read with it:
    the numbers of a person's tags would come out wrong otherwise."""
    return {
        "condition": "#user_id = :owner AND #status = :ready"
        " AND (#tags = :before OR attribute_not_exists(#tags))",
        "values": {":owner": photo.user_id, ":ready": READY, ":before": photo.tags},
    }


def note_placed(photo_id: str) -> None:
    """Note that the photo was put into the album that it was sent to, or never can be."""
    with contextlib.suppress(Conflict):  # deleted meanwhile
        table.write(
            table.update(
                keys.photo(photo_id), set_={"placed": True}, condition="attribute_exists(PK)"
            )
        )


def adopt(photo_id: str, owner_id: str) -> None:
    """Put a guest's photo that has no album any more on the roll of the person who keeps it."""
    index = keys.roll_index(owner_id, photo_id)
    with contextlib.suppress(Conflict):  # deleted meanwhile
        table.write(
            table.update(
                keys.photo(photo_id),
                set_=index.indexed,
                condition="#status = :ready AND #user_id = :owner",
                values={":ready": READY, ":owner": owner_id},
            )
        )


def set_visibility(owner_id: str, photo_id: str, choices: str) -> None:
    """Say who can see the owner's photo, from the next request on. Raises NotFound.

    `choices` as `audience.parse` takes them; the fan-out writes it into the feeds of who is new.
    """
    chosen = audience.parse(choices)
    if chosen is None:
        raise ValueError(choices)
    change = table.update(
        keys.photo(photo_id),
        set_=audience_attributes(chosen),
        condition="#user_id = :owner AND #status = :ready",
        values={":owner": owner_id, ":ready": READY},
    )
    if chosen.visibility == PRIVATE:
        table.write_existing(change)
    else:
        with table.must_exist(photo_id):
            events.commit([change], "photo.shared", photo_id=photo_id)


def audience_attributes(chosen: Audience) -> dict[str, Any]:
    """Return an audience as attributes of an item."""
    return {
        "visibility": chosen.visibility,
        "circles": list(chosen.circles),
        "people": list(chosen.people),
    }


def set_measures(photo_id: str, *, width: int, height: int, placeholder: str) -> None:
    """Note what rendering a ready photo again has found. Raises NotFound if it is gone."""
    change = table.update(
        keys.photo(photo_id),
        set_={"width": width, "height": height, "placeholder": placeholder},
        condition="#status = :ready",
        values={":ready": READY},
    )
    table.write_existing(change)


def delete(owner_id: str, photo_id: str) -> None:
    """Delete the owner's photo for everybody at once; its bytes go by the fan-out. Raises NotFound.

    The web function holds no right to remove an object, so that a fault in it cannot lose one.
    """

    def remove() -> None:
        photo = get_own(owner_id, photo_id)
        events.commit(
            [
                table.delete(keys.photo(photo_id), **_as_read(photo)),
                table.delete(keys.checksum(photo.sender_id, photo.sha256)),
                table.update(
                    keys.user(owner_id), add={"bytes_used": -photo.bytes, "photo_count": -1}
                ),
                *counted.count(owner_id, removed=photo.tags),
            ],
            "photo.deleted",
            photo_id=photo_id,
            user_id=owner_id,
        )

    table.retry_on_conflict(remove)
