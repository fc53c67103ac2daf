"""What a template needs to show a photo."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask
from flask_babel import to_user_timezone

from store import media, signed_urls
from store.photos import Photo

TOGETHER = timedelta(minutes=10)  # photos no further apart than this were added together
# What frame.css makes of a sheet on a phone of 390 px: rows are 374 px wide, their frames wish to
# be 116 px high between rims of 5 px, and grow to 2.2 times that.
PHONE, SHEET, ROW, RIMS, MOST = 390, 374, 116, 10, 2.2
# A picture between a quarter and half of a screen wide passes for sharp with 1.6 pixels in place of
# two, and its bytes are half as many.
SHARP_ENOUGH = 0.7


def init_app(app: Flask) -> None:
    app.jinja_env.filters["batches"] = batches
    app.jinja_env.filters["phone_widths"] = phone_widths


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

    @property
    def ratio(self) -> float:
        """Width / height."""
        return (self.photo.width or 3) / (self.photo.height or 2)

    def url(self, size: int) -> str:
        """Return where the picture is in that size, for ten minutes at most."""
        return signed_urls.picture_url(self.photo.photo_id, str(size))


@dataclass(frozen=True, slots=True)
class MarkedCard(Card):
    """A photo whose pictures carry a watermark, whatever their size: the name of `keeper`."""

    keeper: str

    def url(self, size: int) -> str:
        return marked_url(self.photo.photo_id, max(size, 960), self.keeper)


def marked_url(photo_id: str, size: int, keeper: str) -> str:
    """Return where a photo's picture with the name of the person who keeps it is."""
    return signed_urls.picture_url(photo_id, media.marked_name(f"marked-{size}", keeper))


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


def phone_widths(runs: Iterable[list[Card]]) -> dict[str, int]:
    """Return for each photo id how wide its picture is fetched for on a phone, in % of the screen.

    A browser asks for the first pictures before it knows the layout, and most browsers for all of
    them; so the rows of frame.css are told in advance. A wrong guess costs bytes or sharpness only.
    """
    widths: dict[str, int] = {}
    row: list[Card] = []
    place = None
    for run in runs:
        day = to_user_timezone(run[0].photo.created_at).date()
        here = (day, run[0].photo.photo_id if len(run) > 2 else "")  # named runs begin a row
        for each in run:
            if here != place or sum(map(_wish, (*row, each))) > SHEET:
                widths |= _shares(row)
                row = []
            row.append(each)
            place = here
    return widths | _shares(row)


def _shares(row: list[Card]) -> dict[str, int]:
    free = SHEET - RIMS * len(row)
    grown = min(MOST, free / sum(ROW * each.ratio for each in row)) if row else 0
    share = 100 * SHARP_ENOUGH * ROW * grown / PHONE
    return {each.photo.photo_id: round(share * each.ratio) for each in row}


def _wish(card: Card) -> float:
    return ROW * card.ratio + RIMS


def _together(later: Card, earlier: Card) -> bool:
    there, here = (to_user_timezone(each.photo.created_at) for each in (later, earlier))
    return later.owner == earlier.owner and there - here <= TOGETHER and there.date() == here.date()
