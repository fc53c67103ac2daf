"""What a template needs to show a photo."""

from __future__ import annotations

from dataclasses import dataclass

from store import signed_urls
from store.photos import Photo


@dataclass(frozen=True, slots=True)
class Owner:
    user_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Card:
    """A photo that this viewer may see."""

    photo: Photo
    owner: Owner
    is_mine: bool

    def url(self, size: int) -> str:
        """Return where the picture is in that size, for ten minutes at most."""
        return signed_urls.picture_url(self.photo.photo_id, str(size))


def card(photo: Photo, owner_name: str, viewer_id: str) -> Card:
    """Return the card of a photo; the caller has made sure that the viewer may see it."""
    return Card(photo, Owner(photo.user_id, owner_name), photo.user_id == viewer_id)
