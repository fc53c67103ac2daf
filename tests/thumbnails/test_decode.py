"""How far the decoder of a JPEG scales: for little work, within the memory, at no loss."""

import io
import struct

import pytest
from PIL import Image

from tests.thumbnails import hostile
from thumbnails import decode
from thumbnails.render import render_download


def jpeg(size: tuple[int, int]) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size).save(buffer, "JPEG")
    return buffer.getvalue()


def claiming(width: int, height: int) -> Image.Image:
    """Open a JPEG whose header gives that size: nothing of it is decoded here."""
    data = bytearray(jpeg((8, 8)))
    struct.pack_into(">HH", data, data.index(b"\xff\xc0") + 5, height, width)
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize(
    ("whole", "wanted", "decoded"),
    [
        ((4032, 3024), (1920, 1440), (2016, 1512)),
        ((3839, 2879), (1920, 1440), (1920, 1440)),  # odd, and scaled all the same
        ((16_320, 12_241), (8160, 6121), (8160, 6121)),
        ((8064, 6048), (1920, 1440), (4032, 3024)),  # a quarter would be poor
        ((9248, 6936), (1920, 1440), (4624, 3468)),  # the largest of phones that may stay so
        ((8000, 8000), (1920, 1920), (2000, 2000)),  # a half would take too much memory
        ((11_500, 8600), (1920, 1436), (2875, 2150)),
        ((12_224, 9168), (1920, 1440), (3056, 2292)),
        ((30_000, 50), (1920, 3), (3750, 7)),
        ((100, 80), (100, 80), (100, 80)),
    ],
)
def test_scale(whole, wanted, decoded):
    image = claiming(*whole)

    decode._scale_while_decoding(image, wanted)

    assert image.size == decoded


def test_odd_photo_is_halved_for_download_by_the_decoder(monkeypatch):
    monkeypatch.setattr("thumbnails.render.MAX_PIXELS", 321 * 241 - 1)
    seen = []
    flatten = decode.colour.flatten
    monkeypatch.setattr(
        decode.colour, "flatten", lambda image: (seen.append(image.size), flatten(image))[1]
    )

    copy = Image.open(io.BytesIO(render_download(jpeg((321, 241)))))

    assert seen == [copy.size] == [(161, 121)]


def test_the_files_own_pixels_are_gone_before_the_picture_is_turned(monkeypatch):
    """Three copies of 64 megapixels would be 768 MB."""
    opened = []
    pillows, to_srgb = Image.open, decode.colour.to_srgb

    def open_image(*args, **kwargs):
        opened.append(pillows(*args, **kwargs))
        return opened[-1]

    def look(*args):
        with pytest.raises(ValueError, match="closed"):
            opened[0].getpixel((0, 0))
        return to_srgb(*args)

    monkeypatch.setattr(decode.Image, "open", open_image)
    monkeypatch.setattr(decode.colour, "to_srgb", look)

    for kind in ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "HEIF"):
        opened.clear()
        decode.decode(hostile.saved(kind), lambda size: size)
        assert len(opened) == 1, kind
