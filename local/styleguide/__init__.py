"""Every component in every state, on one page: a local page, made of invented data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from flask import Blueprint, render_template
from ulid import ULID

from store.audience import FOR_FRIENDS, PRIVATE
from store.photos import READY, Photo
from webapp.cards import Card, Owner

blueprint = Blueprint(
    "styleguide",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/styleguide/static",
)

SIZES = ((3, 2), (2, 3), (4, 3), (16, 9), (1, 1), (3, 4), (21, 9), (9, 16), (3, 2), (5, 4))
NAMES = ("Ana", "Bruno Ferreira", "Wolfeschlegelsteinhausenbergerdorff", "李小龍")
CAPTIONS = ("", "The lake at dawn", "A caption that is far too long for the edge of any frame")
PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}">'
    '<linearGradient id="g" x2="0" y2="1"><stop stop-color="hsl({hue} 35% 70%)"/>'
    '<stop offset="1" stop-color="hsl({hue} 30% 25%)"/></linearGradient>'
    '<path fill="url(#g)" d="M0 0h{w}v{h}H0z"/></svg>'
)


@dataclass(frozen=True, slots=True)
class DrawnCard(Card):
    """A card whose picture is drawn, not stored."""

    picture: str

    def url(self, size: int) -> str:
        return self.picture


@blueprint.get("/styleguide")
def styleguide() -> str:
    """Show the page."""
    now = datetime.now(UTC)
    cards = [_card(number, now) for number in range(len(SIZES))]
    friends = [
        {"user_id": f"friend-{number}", "name": name, "since": now - timedelta(days=30 * number)}
        for number, name in enumerate(NAMES)
    ]
    return render_template(
        "styleguide/styleguide.html",
        cards=cards,
        friends=friends,
        states=("waiting", "uploading", "processing", "ready", "already", "failed"),
        tokens=("paper", "raised", "ink", "faded", "line", "edge", "film", "mark", "mark-solid"),
        icons=(
            *("feed", "upload", "friends", "you", "lock", "copy", "share", "camera", "heart"),
            *("search", "bell", "select", "more", "back", "previous", "next"),
        ),
    )


def _card(number: int, now: datetime) -> Card:
    width, height = (100 * side for side in SIZES[number])
    together = number in (6, 7, 8)
    name = NAMES[2 if together else number % len(NAMES)]
    added = now - timedelta(hours=5 * (6 if together else number), minutes=number)
    picture = PICTURE.format(w=width, h=height, hue=number * 47)
    photo: dict[str, Any] = {
        "caption": CAPTIONS[number % len(CAPTIONS)],
        "tags": ["lake", "summer"][: number % 3],
        "visibility": PRIVATE if number == 3 else FOR_FRIENDS,
        "animated": number == 5,
    }
    return DrawnCard(
        photo=Photo(
            photo_id=str(ULID.from_datetime(added)),
            user_id=name,
            status=READY,
            width=width,
            height=height,
            taken_at="2026-08-02T14:03:11",
            **photo,
        ),
        owner=Owner(name, name),
        is_mine=number % 2 == 0,
        picture="data:image/svg+xml," + quote(picture),
    )
