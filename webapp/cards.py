"""What a template needs to show a photo."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask
from flask_babel import to_user_timezone

from store import signed_urls
from store.photos import Photo

TOGETHER = timedelta(minutes=10)  # photos no further apart than this were added together


def init_app(app: Flask) -> None:
    app.jinja_env.filters["batches"] = batches


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


class MarkedCard(Card):
    """A photo whose pictures carry a watermark, whatever their size."""

    __slots__ = ()

    def url(self, size: int) -> str:
        name = f"marked-{max(size, 960)}"
        return signed_urls.picture_url(self.photo.photo_id, name)


def card(photo: Photo, owner_name: str, viewer_id: str) -> Card:
    """Return the card of a photo; the caller has made sure that the viewer may see it."""
    return Card(photo, Owner(photo.user_id, owner_name), photo.user_id == viewer_id)


def batches(cards: Iterable[Card]) -> list[list[Card]]:
    """Return the cards, newest first, in runs that one person added together on one day."""
    runs: list[list[Card]] = []
    for each in cards:
        if runs and _together(runs[-1][-1], each):
            runs[-1].append(each)
        else:
            runs.append([each])
    return runs


def _together(later: Card, earlier: Card) -> bool:
    there, here = (to_user_timezone(each.photo.created_at) for each in (later, earlier))
    return later.owner == earlier.owner and there - here <= TOGETHER and there.date() == here.date()
