"""People and photos for tests, made through the store as the site makes them."""

from __future__ import annotations

import hashlib
from unittest import mock

from store import events, friends, grants, photos, uploads, users
from store.photos import Photo


def person(name: str) -> str:
    """Return the user id of somebody new."""
    return users.sign_up(users.identity_id("https://login.example", name), name)


def pending_photo(
    owner_id: str,
    content: str = "photo",
    *,
    visibility: str = "friends",
    caption: str = "",
    **destination: str,
) -> Photo:
    """Return a granted upload whose bytes have yet to come."""
    sha256 = hashlib.sha256(content.encode()).hexdigest()
    file = grants.File("image/jpeg", 1000, sha256)
    (granted,) = grants.grant(
        owner_id, [file], visibility=visibility, caption=caption, tags=["alps"], **destination
    )
    return photos.get(granted.photo_id)


def ready_photo(
    owner_id: str, content: str = "photo", *, visibility: str = "friends", caption: str = ""
) -> Photo:
    """Return a photo that has been processed, but not delivered to anybody's feed."""
    pending = pending_photo(owner_id, content, visibility=visibility, caption=caption)
    finish(pending)
    return photos.get(pending.photo_id)


def finish(pending: Photo, **overrides: object) -> None:
    """Do for a pending photo what the image function does at the end."""
    found = {
        "sha256": pending.sha256,
        "size": 1000,
        "width": 4000,
        "height": 3000,
        "taken_at": "2026-08-01T12:00:00+02:00",
        "placeholder": "UklGRg==",
        "animated": False,
    }
    uploads.finish(pending, **(found | overrides))  # type: ignore[arg-type]
    events.publish("photo.ready", photo_id=pending.photo_id)


def make_friends(one: str, other: str) -> None:
    """Make two people friends without telling the fan-out, whose news are about something else."""
    with mock.patch.object(events, "publish"):
        friends.befriend(one, other)
