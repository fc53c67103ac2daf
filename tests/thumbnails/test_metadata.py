"""When a photo was taken and which side is up, as far as its EXIF can be believed."""

import io
import struct

import pytest
from PIL import Image, ImageOps
from PIL.Image import Transpose

from tests.thumbnails import hostile
from thumbnails.metadata import Facts, read_facts
from thumbnails.render import render


def exif(ifd0=None, sub=None) -> bytes:
    block = Image.Exif()
    block.update(ifd0 or {})
    block.get_ifd(0x8769).update(sub or {})
    return block.tobytes()


@pytest.mark.parametrize(
    ("tags", "taken_at"),
    [
        ({0x9003: "2024:05:06 07:08:09"}, "2024-05-06T07:08:09"),
        ({0x9003: "2024:05:06 07:08:09", 0x9011: "+05:30"}, "2024-05-06T07:08:09+05:30"),
        ({0x9003: "2024:05:06 07:08:09", 0x9011: "-03:00"}, "2024-05-06T07:08:09-03:00"),
        ({0x9003: "2024:05:06 07:08:09", 0x9011: "Z"}, "2024-05-06T07:08:09+00:00"),
        ({0x9003: "2024:05:06 07:08:09", 0x9011: "+99:00"}, "2024-05-06T07:08:09"),
        ({0x9003: "2024:05:06 07:08:09", 0x9011: "   :  "}, "2024-05-06T07:08:09"),
        ({0x9003: "2024:05:06 07:08:09", 0x9010: "+02:00"}, "2024-05-06T07:08:09+02:00"),
        (
            {0x9003: "2024:05:06 07:08:09", 0x9010: "+02:00", 0x9011: "+01:00"},
            "2024-05-06T07:08:09+01:00",
        ),
        ({0x9004: "2023-01-02 03:04:05", 0x9012: "+01:00"}, "2023-01-02T03:04:05+01:00"),
        ({0x9003: "0000:00:00 00:00:00", 0x9004: "2023:01:02 03:04:05"}, "2023-01-02T03:04:05"),
        ({0x9003: "2024:13:45 99:99:99"}, None),
        ({0x9003: "    :  :     :  :  "}, None),
        ({0x9003: "yesterday"}, None),
        ({}, None),
    ],
)
def test_time_taken(tags, taken_at):
    assert read_facts(exif(sub=tags)).taken_at == taken_at


def test_time_of_the_file_counts_when_there_is_no_better():
    assert read_facts(exif({0x0132: "2022:02:03 04:05:06"})).taken_at == "2022-02-03T04:05:06"


@pytest.mark.parametrize("value", range(1, 9))
def test_orientation(value):
    assert read_facts(exif({0x0112: value})).orientation == value


@pytest.mark.parametrize("value", [0, 9, 255, 65535])
def test_nonsense_orientation_counts_as_upright(value):
    assert read_facts(exif({0x0112: value})).orientation == 1


STORED = {  # how the camera held for each value stores what is upright
    1: None,
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_90,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_270,
    0: None,
    9: None,
    65535: None,
}


@pytest.mark.parametrize("value", STORED)
def test_picture_is_upright_whatever_the_orientation(value):
    upright = Image.new("RGB", (160, 120), "black")
    upright.paste("red", (0, 0, 80, 60))
    upright.paste("lime", (80, 0, 160, 60))
    upright.paste("blue", (0, 60, 80, 120))
    stored = upright.transpose(STORED[value]) if STORED[value] is not None else upright
    buffer = io.BytesIO()
    stored.save(buffer, "JPEG", quality=95, exif=exif({0x0112: value}))
    assert ImageOps.exif_transpose(Image.open(buffer)).size == upright.size

    photo = render(buffer.getvalue())

    shown = Image.open(io.BytesIO(photo.images["320"]))
    assert (photo.width, photo.height) == shown.size == upright.size
    for place in ((20, 20), (140, 20), (20, 100), (140, 100)):
        seen, meant = shown.getpixel(place), upright.getpixel(place)
        assert all(abs(a - b) < 30 for a, b in zip(seen, meant, strict=True)), place


def test_orientation_as_text_counts_as_upright():
    entry = struct.pack("<HHI4s", 0x0112, 2, 4, b"6\0\0\0")

    assert read_facts(b"II*\0\x08\0\0\0\x01\0" + entry).orientation == 1


@pytest.mark.parametrize("order", "<>")
def test_orientation_as_a_byte(order):
    block = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(f"{order}IH", 8, 1)

    assert read_facts(block + struct.pack(f"{order}HHIB3x", 0x0112, 1, 1, 6)).orientation == 6


def test_big_endian_exif():
    entry = struct.pack(">HHIHH", 0x0112, 3, 1, 6, 0)

    assert read_facts(b"MM\0*\0\0\0\x08\0\x01" + entry) == Facts(orientation=6)


@pytest.mark.parametrize("block", [hostile.exif_loop(), hostile.exif_of_65535_entries(), b"II"])
def test_hostile_exif_is_read_at_once(block):
    assert read_facts(block) == Facts()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_every_kind_that_has_exif_is_turned_and_dated(kind):
    block = exif({0x0112: 6}, {0x9003: "2024:05:06 07:08:09", 0x9011: "+02:00"})

    photo = render(hostile.saved(kind, exif=block))

    assert (photo.width, photo.height) == (64, 96)
    assert photo.taken_at == "2024-05-06T07:08:09+02:00"


def test_heic_is_turned_by_its_container_alone():
    """The EXIF says a second time what the container says; it must not count again."""
    block = exif({0x0112: 6}, {0x9003: "2024:05:06 07:08:09"})
    file = hostile.saved("HEIF", exif=block)
    coded = file[file.index(b"ispe") + 8 :][:8]
    assert b"irot\3" in file

    photo = render(file)

    assert (photo.height, photo.width) == struct.unpack(">II", coded)
    assert photo.taken_at == "2024-05-06T07:08:09"
