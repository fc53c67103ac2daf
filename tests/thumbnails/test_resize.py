"""Resizing gives the same picture with and without the SIMD library, and never enlarges."""

import pytest
from PIL import Image, ImageChops

from thumbnails import resize
from thumbnails.resize import cover, fit, halve


@pytest.fixture
def picture() -> Image.Image:
    # larger than the 16 MB in which Pillow keeps small pictures in one piece
    noise = Image.effect_noise((300, 200), 60).resize((3000, 2000), Image.Resampling.BICUBIC)
    return Image.merge("RGB", (noise, Image.linear_gradient("L").resize(noise.size), noise))


@pytest.mark.parametrize("mode", resize.MODES)
@pytest.mark.parametrize("size", [(1920, 1280), (960, 640), (7, 5), (1, 1)])
def test_both_ways_give_the_same_picture(picture, monkeypatch, mode, size):
    picture = picture.convert(mode)
    fast = resize.resize(picture, size)

    monkeypatch.setattr(resize, "Resizer", None)
    slow = resize.resize(picture, size)

    assert fast.size == slow.size == size
    assert fast.mode == slow.mode == mode
    for one, other in zip(fast.split(), slow.split(), strict=True):
        assert ImageChops.difference(one, other).getextrema()[1] <= 2


def test_resized_picture_has_no_metadata(picture):
    picture.info["icc_profile"] = b"secret"

    assert resize.resize(picture, (10, 10)).info == {}
    assert resize.resize(picture, picture.size).info == {}


@pytest.mark.parametrize(
    ("size", "fitted"),
    [((4032, 3024), (320, 240)), ((100, 50), (100, 50)), ((30_000, 50), (320, 1))],
)
def test_fit(size, fitted):
    assert fit(320, size) == fitted


def test_cover():
    assert cover(100, (400, 200)) == (200, 100)
    assert cover(100, (400, 50)) == (400, 50)


def test_halve():
    assert halve(50_000_000, (8000, 6000)) == (8000, 6000)
    assert halve(50_000_000, (16_320, 12_241)) == (8160, 6121)
