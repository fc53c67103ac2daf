"""Near copies look alike, different photos do not: measured on the real photos at hand."""

from __future__ import annotations

import io
from itertools import combinations
from pathlib import Path

import pytest
from PIL import Image

from store.copies import CLOSE
from thumbnails.likeness import likeness
from thumbnails.render import render

MESSENGERS = [(1600, 70), (1280, 60), (800, 40)]  # longest side in px, JPEG quality


@pytest.fixture(scope="module")
def pictures(photos: Path) -> dict[str, Image.Image]:
    files = [*photos.glob("everyday/*.jpg"), *photos.glob("phones/*.jpg")]
    assert len(files) > 10
    return {file.name: open_picture(render(file).images["960"]) for file in files}


def open_picture(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content)).convert("RGB")


def copy(picture: Image.Image, longest_side: int, quality: int) -> Image.Image:
    smaller, file = picture.copy(), io.BytesIO()
    smaller.thumbnail((longest_side, longest_side))
    smaller.save(file, "JPEG", quality=quality)
    return open_picture(file.getvalue())


def bits(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()


def test_what_messengers_make_of_a_photo_is_a_copy(pictures: dict[str, Image.Image]) -> None:
    for name, picture in pictures.items():
        for messenger in MESSENGERS:
            assert bits(likeness(picture), likeness(copy(picture, *messenger))) <= CLOSE, name


def test_no_two_photos_are_copies(pictures: dict[str, Image.Image]) -> None:
    looks = {name: likeness(picture) for name, picture in pictures.items()}

    for one, other in combinations(looks, 2):
        assert bits(looks[one], looks[other]) > 3 * CLOSE, (one, other)


def test_a_picture_of_nothing_is_a_copy_of_nothing() -> None:
    assert likeness(Image.new("RGB", (640, 480), "navy")) == ""
