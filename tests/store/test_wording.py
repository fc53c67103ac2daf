"""Every notice in every language, and every string of them translated."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

import fanout
from store import bundles, wording
from store.notices import Notice
from store.photos import Photo

GERMAN = wording.FOLDER / "de" / "LC_MESSAGES" / "news"
SOURCES = [Path(wording.__file__), *Path(fanout.__file__).parent.glob("*.py")]


def notice(kind: str, photos: int = 1, names: tuple[str, ...] = ("Ben",), **more: object) -> Notice:
    found = [Photo(str(n), "anna", "friends", "ready") for n in range(photos)]
    now = datetime.now(UTC)
    return Notice("id", kind, True, now, names=list(names), photos=found, **more)


@pytest.mark.parametrize(
    ("told", "english", "german"),
    [
        (notice(bundles.PHOTOS), "Ben added a photo", "Ben hat ein Foto hinzugefügt"),
        (
            notice(bundles.PHOTOS, 14, album_title="100 % Alps"),
            "Ben added 14 photos to 100 % Alps",
            "Ben hat 14 Fotos zu 100 % Alps hinzugefügt",
        ),
        (
            notice(bundles.PHOTOS, 100, more_photos=True),
            "Ben added more than 100 photos",
            "Ben hat mehr als 100 Fotos hinzugefügt",
        ),
        (
            notice(bundles.LIKES, names=("Ben", "%(who)s")),
            "Ben and %(who)s like your photo",
            "Ben und %(who)s gefällt dein Foto",
        ),
        (
            notice(bundles.LIKES, names=("Ben", "Carla"), others=3),
            "Ben, Carla and 3 more like your photo",
            "Ben, Carla und 3 weitere gefällt dein Foto",
        ),
    ],
)
def test_sentences(told: Notice, english: str, german: str) -> None:
    assert wording.sentence(told, "en_GB") == english
    assert wording.sentence(told, "de_AT") == german


@pytest.mark.parametrize("language", wording.LANGUAGES)
@pytest.mark.parametrize("kind", bundles.KINDS)
def test_every_kind_has_words(kind: str, language: str) -> None:
    assert "%(" not in wording.sentence(notice(kind), language)


def strings(catalogue: Catalog) -> dict[object, object]:
    def frozen(value: object) -> object:
        return tuple(value) if isinstance(value, list | tuple) else value

    return {frozen(m.id): frozen(m.string) for m in catalogue if m.id}


def test_german_is_complete_and_compiled() -> None:
    with GERMAN.with_suffix(".po").open("rb") as file:
        german = strings(read_po(file))
    used = set()
    for source in SOURCES:
        for _, message, *_ in extract_from_file("python", source):
            used.add(message if isinstance(message, str) else tuple(message))

    assert used == set(german)
    assert all(german.values())
    with GERMAN.with_suffix(".mo").open("rb") as file:
        assert strings(read_mo(file)) == german
    for english, translated in german.items():
        texts = [translated] if isinstance(translated, str) else translated
        sources = [english] if isinstance(english, str) else english
        for source, text in zip(sources, texts, strict=True):
            assert set(re.findall(r"%\(\w+\)", text)) == set(re.findall(r"%\(\w+\)", source))
