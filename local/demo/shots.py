"""The demo's photos: who took what, when, and what they wrote beneath it."""

from __future__ import annotations

from typing import NamedTuple


class Shot(NamedTuple):
    """`file` is a real photo below shared/photos; `scene` is painted where there is none."""

    person: str
    days_ago: int
    hour: int
    scene: str
    caption: str = ""
    tags: str = ""
    file: str = ""
    visibility: str = "friends"


SHOTS = [
    Shot(
        "ada", 0, 8, "hills", "Up before everyone else", "mountains", "everyday/tanners_ridge.jpg"
    ),
    Shot("bruno", 0, 7, "sea", "First swim, water at 17 degrees", "lake, summer"),
    Shot("chiara", 0, 1, "party", "The last ones standing", "birthday"),
    Shot("deniz", 1, 22, "night", "Could not sleep, worth it", "stars"),
    Shot("ada", 1, 20, "party", "Emre turns forty", "birthday"),
    Shot("emre", 1, 19, "town", "From the hotel window", "istanbul"),
    Shot("freya", 1, 15, "hills", "Same hut as every year", "mountains"),
    Shot("chiara", 1, 12, "hills", "", "flowers", "everyday/cyclamen_persicum.jpg"),
    Shot(
        "bruno",
        1,
        10,
        "hills",
        "A prairie falcon, the half second of it",
        "birds",
        "everyday/prairie_falcon.jpg",
    ),
    Shot("ada", 1, 9, "sea", "Bruno, small, far left", "lake, summer"),
    Shot("emre", 2, 21, "sea", "Ferry home", "istanbul, sea"),
    Shot("deniz", 2, 18, "town", "", "city"),
    Shot("ada", 2, 17, "hills", "Dost means friend", "", "everyday/book-beside-flowers.jpg"),
    Shot("chiara", 2, 13, "hills", "Third day of fog. We play cards", "mountains, fog"),
    Shot("bruno", 2, 12, "party", "Research", "", "everyday/craft-beer.jpg"),
    Shot("emre", 2, 9, "night", "", "", visibility="private"),
    Shot("ada", 3, 22, "night", "Camp two", "stars, camping"),
    Shot("deniz", 3, 20, "hills", "Evening above the clouds", "mountains"),
    Shot("freya", 3, 16, "sea", "Nothing to see but sea", "sea"),
    Shot(
        "chiara",
        3,
        11,
        "hills",
        "El Torcal, no two stones alike",
        "",
        "everyday/el_torcal_rocks.jpg",
    ),
    Shot("bruno", 3, 8, "hills", "", "forest", "everyday/silver_fir.jpg"),
    Shot("ada", 4, 19, "town", "Lights on", "city"),
    Shot("emre", 4, 14, "sea", "Found the beach", "sea, summer"),
    Shot(
        "deniz",
        4,
        12,
        "town",
        "The last place still open",
        "",
        "everyday/japanese-shop.jpg",
    ),
    Shot(
        "chiara", 4, 10, "hills", "Wood anemones, finally", "flowers", "everyday/wood_anemones.jpg"
    ),
    Shot("bruno", 5, 21, "party", "Do not ask", "birthday"),
    Shot("ada", 5, 18, "sea", "Low tide", "sea"),
    Shot("freya", 5, 13, "hills", "", "mountains, fog"),
    Shot("emre", 5, 11, "hills", "Mongolia, the road ends here", "", "phones/mongolels.jpg"),
    Shot("deniz", 5, 9, "sea", "", "lake"),
    Shot("chiara", 6, 20, "town", "Home again", "city"),
    Shot("ada", 6, 16, "hills", "Denali, on the one clear day", "mountains", "formats/denali.webp"),
    Shot(
        "bruno",
        6,
        15,
        "hills",
        "Thompson Springs. Population: us",
        "",
        "phones/thompson-springs.jpg",
    ),
    Shot("emre", 7, 23, "night", "Perseids, one of them at least", "stars"),
    Shot("deniz", 7, 17, "party", "Deniz's office party", "work"),
    Shot("freya", 8, 12, "sea", "The boat is not ours", "sea"),
    Shot("chiara", 8, 10, "hills", "", "flowers", "everyday/orychophragmus_violaceus.jpg"),
    Shot("ada", 9, 21, "night", "", "stars"),
    Shot("bruno", 9, 18, "town", "Roof of the old brewery", "city"),
    Shot("emre", 10, 12, "hills", "Where the bikes gave up", "bikes", "phones/IMG_2682.heic"),
    Shot("deniz", 11, 7, "sea", "Harbour, too early", "sea"),
    Shot("ada", 12, 17, "hills", "First of the year", "mountains"),
]
