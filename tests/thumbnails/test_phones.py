"""What phones make besides plain photos: only the still is shown, whatever comes with it."""

import io

import pillow_heif
import pytest
from PIL import Image

from tests.thumbnails import heic, hostile
from thumbnails.presets import PRESETS
from thumbnails.render import UnreadableImage, render
from thumbnails.resize import fit

BLUE, RED = (20, 40, 200), (200, 40, 20)


def several(kind: str, *frames: Image.Image, **options) -> bytes:
    buffer = io.BytesIO()
    frames[0].save(buffer, kind, save_all=True, append_images=frames[1:], **options)
    return buffer.getvalue()


def of_one_colour(colour, size=(160, 120)) -> Image.Image:
    return Image.new("RGB", size, colour)


def shows(photo, colour) -> bool:
    image = Image.open(io.BytesIO(photo.images["320"]))
    seen = image.getpixel((image.width // 2, image.height // 2))
    return all(abs(a - b) < 12 for a, b in zip(seen, colour, strict=True))


def test_multi_picture_jpeg_shows_its_first():
    photo = render(several("MPO", of_one_colour(BLUE), of_one_colour(RED, (80, 60))))

    assert (photo.format, photo.width, photo.animated) == ("JPEG", 160, False)
    assert shows(photo, BLUE)


def test_ultra_hdr_jpeg_shows_the_still_and_not_the_gain_map():
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><a hdrgm:Version="1.0"/></x:xmpmeta>'

    photo = render(several("MPO", of_one_colour(BLUE), of_one_colour(RED, (40, 30)), xmp=xmp))

    assert (photo.format, photo.width, photo.animated) == ("JPEG", 160, False)
    assert shows(photo, BLUE)


def test_motion_photo_is_a_still():
    video = b"\0\0\0\x18ftypmp42\0\0\0\0isommp42" + bytes(range(256)) * 400
    trailer = b"\0\0\x30\x0aMotionPhoto_Data" + video + b"SEFHe\0\0\0\1\0\0\0SEFT"

    photo = render(hostile.saved("JPEG") + trailer)

    assert (photo.format, photo.width, photo.animated) == ("JPEG", 96, False)


def test_motion_photo_as_heic_is_a_still():
    video = b"\0\0\0\x18ftypmp42\0\0\0\0isommp42" + bytes(range(256)) * 400
    box = (len(video) + 8).to_bytes(4, "big") + b"mpvd" + video

    photo = render(hostile.saved("HEIF") + box + b"SEFT")

    assert (photo.format, photo.width) == ("HEIF", 96)


def test_burst_shows_its_primary_picture():
    photo = render(heic.several(of_one_colour(BLUE), of_one_colour(RED), primary=1))

    assert (photo.width, photo.animated) == (160, False)
    assert shows(photo, RED)


@pytest.mark.parametrize(
    "kind",
    [
        "urn:com:apple:photo:2020:aux:hdrgainmap",
        "urn:mpeg:hevc:2015:auxid:2",  # depth
        "urn:com:apple:photo:2018:aux:portraiteffectsmatte",
    ],
)
def test_heic_with_gain_map_or_depth_shows_the_still(kind):
    source = heic.with_auxiliary(
        heic.several(of_one_colour(BLUE), of_one_colour(RED, (80, 60))), kind
    )
    known = pillow_heif.open_heif(io.BytesIO(source))
    assert len(known) == 1
    assert known.info["aux"] or known.info["depth_images"]

    photo = render(source)

    assert (photo.format, photo.width, photo.height, photo.animated) == ("HEIF", 160, 120, False)
    assert shows(photo, BLUE)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "AVIF"])
def test_animation_shows_its_first_frame_and_is_marked(kind):
    animation = several(kind, of_one_colour(BLUE), of_one_colour(RED), duration=100)

    photo = render(animation)

    assert photo.animated
    assert shows(photo, BLUE)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "AVIF", "HEIF", "JPEG"])
def test_still_is_not_marked_as_animated(kind):
    assert not render(hostile.saved(kind)).animated


@pytest.mark.parametrize(
    "size", [(1, 1), (2, 1), (1, 3000), (30_000, 50), (50, 30_000), (65_000, 1), (20_000, 3000)]
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_any_shape_gets_every_size(size, kind):
    buffer = io.BytesIO()
    Image.new("L", size, 99).save(buffer, kind)

    photo = render(buffer.getvalue())

    assert (photo.width, photo.height) == size
    for name, preset in PRESETS.items():
        image = Image.open(io.BytesIO(photo.images[name]))
        assert image.size == fit(preset.longest_side, size)


def test_as_many_pixels_as_any_phone_takes_and_no_more():
    buffer = io.BytesIO()
    Image.new("L", (16_320, 12_240), 99).save(buffer, "JPEG")
    photo = render(buffer.getvalue())
    assert (photo.width, photo.height) == (16_320, 12_240)

    with pytest.raises(UnreadableImage) as caught:
        render(hostile.resized_jpeg(hostile.saved("JPEG"), (16_400, 12_240)))
    assert caught.value.reason == (
        "This photo has 201 megapixels; JPEG photos can have up to 200. "
        "Save a smaller copy and try again."
    )


def test_small_photos_are_not_enlarged():
    photo = render(hostile.saved("JPEG"))

    assert {Image.open(io.BytesIO(data)).size for data in photo.images.values()} == {(96, 64)}
    assert len({id(data) for data in photo.images.values()}) == 1
