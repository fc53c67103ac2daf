"""Zips of chosen photos, built in the background: what is asked for, how far it is, its parts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from store import access, downloads, events, keys, media, photos, queues, sheets, table
from store.clock import DAY, as_datetime, now
from store.errors import NotFound
from store.ids import is_id, new_id
from store.photos import Photo

PHOTOS_LIMIT = 2000
LIFETIME = 7 * DAY  # as the bucket keeps `downloads/`


@dataclass(frozen=True, slots=True)
class Zip:
    """A zip on its way, or ready.

    `prepared` counts the photos that have their file to be packed, `packed` those in `parts`, which
    are the finished parts' sizes in bytes. `skipped` are photos that the person may not take (any
    more) or that could not be read. With an `album_id` the photos were chosen in that album.
    """

    zip_id: str
    user_id: str
    photo_ids: list[str]
    expires_at: int
    album_id: str = ""
    prepared: int = 0
    packed: int = 0
    skipped: list[str] = field(default_factory=list)
    parts: list[int] = field(default_factory=list)

    @classmethod
    def from_item(cls, item: table.Item) -> Zip:
        return cls(**{name: item[name] for name in cls.__slots__ if name in item})

    @property
    def is_ready(self) -> bool:
        return self.packed == len(self.photo_ids)

    @property
    def gone_at(self) -> datetime:
        """When it will be gone."""
        return as_datetime(self.expires_at)


def create(user_id: str, photo_ids: list[str], *, album_id: str = "") -> str:
    """Ask for a zip of those photos, each once, perhaps of an album; return its id.

    At most PHOTOS_LIMIT photos.
    """
    zip_id = new_id()
    key = keys.zip_(zip_id)
    table.write(
        table.put(
            {
                "PK": key.pk,
                "SK": key.sk,
                "zip_id": zip_id,
                "user_id": user_id,
                "photo_ids": list(dict.fromkeys(photo_ids)),
                "expires_at": now() + LIFETIME,
                "album_id": album_id,
                "prepared": 0,
                "packed": 0,
            }
        )
    )
    queues.ask_to_zip(zip_id)
    return zip_id


def get(zip_id: str) -> Zip:
    """Return the zip. Raises NotFound if there is none or its week is over."""
    item = table.get(keys.zip_(zip_id)) if is_id(zip_id) else None
    if item is None or item["expires_at"] <= now():
        raise NotFound(zip_id)
    return Zip.from_item(item)


def get_own(user_id: str, zip_id: str) -> Zip:
    """Return the person's own zip. Raises NotFound for anybody else's."""
    found = get(zip_id)
    if found.user_id != user_id:
        raise NotFound(zip_id)
    return found


def look_at(wanted: Zip, photo_id: str) -> Photo | None:
    """Return a photo if the zip's owner may take it home now, else None."""
    person = access.Person(wanted.user_id)
    try:
        if wanted.album_id:
            tile = sheets.look_at(person, wanted.album_id, photo_id)[1]
            photo, rights = tile.photo, tile.rights
        else:
            photo, _, rights = photos.look_at(person, photo_id)
    except NotFound:
        return None
    return photo if access.DOWNLOAD in rights else None


def is_current(finished: Zip) -> bool:
    """Say whether its owner may take home now every photo that can be in the zip.

    As many calls as `downloads.list_takeable`.
    """
    packed = set(finished.photo_ids) - set(finished.skipped)
    try:
        takeable = downloads.list_takeable(finished.user_id, packed, album_id=finished.album_id)
    except NotFound:
        return False
    return packed == {photo.photo_id for photo in takeable}


def note_prepared(before: Zip, *, prepared: int, skipped: list[str]) -> Zip:
    """Note progress of the first step; return the zip as it is then.

    Raises Conflict if another run has gone on from `before` meanwhile.
    """
    return _advance(before, {"prepared": prepared, "skipped": before.skipped + skipped})


def note_part(before: Zip, *, packed: int, size: int) -> Zip:
    """Note a finished part; the last one is announced. Raises Conflict as note_prepared does."""
    parts = before.parts + ([size] if size else [])
    after = _advance(before, {"packed": packed, "parts": parts})
    if after.is_ready:
        events.publish("zip.ready", zip_id=after.zip_id, user_id=after.user_id)
    return after


def _advance(before: Zip, values: dict[str, object]) -> Zip:
    table.write(
        table.update(
            keys.zip_(before.zip_id),
            set_=values,
            condition="#prepared = :was_prepared AND #packed = :was_packed",
            values={":was_prepared": before.prepared, ":was_packed": before.packed},
        )
    )
    return get(before.zip_id)


def part_key(zip_id: str, number: int) -> str:
    """Return the object name of a part, counted from 1."""
    return f"downloads/zips/{zip_id}/{number}.zip"


def part_url(finished: Zip, number: int) -> str:
    """Return the address of a part for ten minutes. Raises NotFound if there is no such part.

    The caller has made sure that the zip is current.
    """
    if not 1 <= number <= len(finished.parts):
        raise NotFound(finished.zip_id)
    of_many = f"-{number}" if len(finished.parts) > 1 else ""
    day = datetime.isoformat(finished.gone_at)[:10]
    return media.address(part_key(finished.zip_id, number), f"contact-sheet-{day}{of_many}.zip")
