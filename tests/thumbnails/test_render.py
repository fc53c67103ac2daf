"""Any phone's photo comes out upright, in sRGB, in three sizes, without metadata."""

import base64
import io

import pytest
from PIL import Image, ImageChops, ImageStat

from thumbnails.presets import PRESETS
from thumbnails.render import UnreadableImage, render


def opened(webp: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(webp))
    image.load()
    assert image.format == "WEBP"
    return image


def difference(one: Image.Image, other: Image.Image) -> float:
    """Return the mean difference of two pictures, in levels of 255."""
    return sum(ImageStat.Stat(ImageChops.difference(one, other)).mean) / 3


@pytest.mark.parametrize("side", ["Landscape", "Portrait"])
@pytest.mark.parametrize("orientation", range(2, 9))
def test_all_orientations_look_alike(photos, side, orientation):
    first = render(photos / "orientation" / f"{side}_1.jpg")

    turned = render(photos / "orientation" / f"{side}_{orientation}.jpg")

    assert (turned.width, turned.height) == (first.width, first.height)
    for name in PRESETS:
        one, other = opened(first.images[name]), opened(turned.images[name])
        assert one.size == other.size
        assert difference(one, other) < 6


def test_every_readable_photo_gets_all_sizes_and_a_placeholder(photos):
    files = [p for p in photos.rglob("*.*") if p.suffix not in (".md", ".jxl")]
    assert len(files) >= 30
    for path in files:
        photo = render(path)

        longest = max(photo.width, photo.height)
        for name, preset in PRESETS.items():
            assert max(opened(photo.images[name]).size) == min(preset.longest_side, longest), path
        tiny = opened(base64.b64decode(photo.placeholder))
        assert max(tiny.size) <= 16
        assert len(photo.placeholder) < 120


def test_jpeg_xl_is_named(photos):
    with pytest.raises(UnreadableImage) as caught:
        render(photos / "formats" / "8bit-sRGB.jxl")

    assert caught.value.reason == (
        "JPEG XL pictures cannot be shared yet; save it as JPEG and try again."
    )


def test_iphone_photo_keeps_its_time_and_size(photos):
    photo = render(photos / "phones" / "IMG_2682.heic")

    assert (photo.width, photo.height, photo.format) == (4032, 3024, "HEIF")
    assert photo.taken_at == "2019-03-21T11:04:22"
    assert not photo.animated
