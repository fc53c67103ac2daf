"""Whatever a file's numbers mean, the derivatives show the same colours, in sRGB, on white."""

import io
import struct
import zlib

import pytest
from PIL import Image

from tests.thumbnails import hostile
from thumbnails import nclx
from thumbnails.render import render

SIZE = (64, 48)
D50 = (0.9642, 1.0, 0.8249)

# Columns of red, green and blue in the profile connection space (D50), as the standards print them.
DISPLAY_P3 = ((0.5151, 0.2412, -0.0011), (0.2920, 0.6922, 0.0419), (0.1571, 0.0666, 0.7841))
ADOBE_RGB = ((0.6097, 0.3111, 0.0195), (0.2053, 0.6257, 0.0609), (0.1492, 0.0632, 0.7446))


def icc_profile(columns, gamma: float) -> bytes:
    """Return a minimal ICC profile (version 2) of three primaries and a gamma."""

    def xyz(values) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(v * 65536)) for v in values)

    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"
    text = b"desc\0\0\0\0" + struct.pack(">I", 2) + b"x\0" + bytes(78)
    tags = {b"desc": text, b"cprt": b"text\0\0\0\0x\0\0\0", b"wtpt": xyz(D50)}
    for channel, column in zip(b"rgb", columns, strict=True):
        tags[bytes([channel]) + b"XYZ"] = xyz(column)
        tags[bytes([channel]) + b"TRC"] = curve
    table, bodies, start = b"", b"", 132 + 12 * len(tags)
    for name, body in tags.items():
        table += name + struct.pack(">II", start + len(bodies), len(body))
        bodies += body + bytes(-len(body) % 4)
    head = struct.pack(">II4s", start + len(bodies), 0, b"\x02\x40\0\0") + b"mntrRGB XYZ "
    head = head.ljust(36, b"\0") + b"acsp" + bytes(28)
    head += b"".join(struct.pack(">i", round(v * 65536)) for v in D50)
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + bodies


def png(image: Image.Image, **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", **options)
    return buffer.getvalue()


def shown(source: bytes, at=(32, 24)) -> tuple[int, ...]:
    """Return the colour that the large derivative shows in its middle."""
    image = Image.open(io.BytesIO(render(source).images["1920"]))
    assert image.mode == "RGB"
    return image.getpixel(at)


def near(colour, expected, tolerance=5) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(colour, expected, strict=True))


@pytest.mark.parametrize(
    ("columns", "gamma", "colour", "expected"),
    [
        (DISPLAY_P3, 2.2, (180, 90, 60), (195, 83, 47)),
        (ADOBE_RGB, 2.2, (120, 160, 80), (98, 161, 73)),
    ],
)
def test_wide_profile_becomes_srgb(columns, gamma, colour, expected):
    source = png(Image.new("RGB", SIZE, colour), icc_profile=icc_profile(columns, gamma))

    assert near(shown(source), expected)
    assert not near(shown(png(Image.new("RGB", SIZE, colour))), expected)


@pytest.mark.parametrize("profile", [b"nonsense", b"", icc_profile(DISPLAY_P3, 2.2)[:200]])
def test_profile_that_cannot_be_used_is_ignored(profile):
    source = png(Image.new("RGB", SIZE, (180, 90, 60)), icc_profile=profile)

    assert near(shown(source), (180, 90, 60))


def test_profile_of_another_kind_of_picture_is_ignored():
    source = png(Image.new("L", SIZE, 99), icc_profile=icc_profile(DISPLAY_P3, 2.2))

    assert near(shown(source), (99, 99, 99))


def test_cmyk_is_not_inverted():
    buffer = io.BytesIO()
    Image.new("CMYK", SIZE, (0, 255, 255, 0)).save(buffer, "JPEG", quality=95)
    assert b"Adobe" in buffer.getvalue()  # whose CMYK is inverted in the file

    assert near(shown(buffer.getvalue()), (255, 0, 0), 12)


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        (Image.new("1", SIZE, 1), (255, 255, 255)),
        (Image.new("L", SIZE, 100), (100, 100, 100)),
        (Image.new("I;16", SIZE, 100 * 256 + 17), (100, 100, 100)),
        (Image.new("LA", SIZE, (0, 0)), (255, 255, 255)),
        (Image.new("RGBA", SIZE, (255, 0, 0, 128)), (255, 127, 127)),
        (Image.new("RGBA", SIZE, (255, 0, 0, 0)), (255, 255, 255)),
        (Image.new("P", SIZE, 0), (0, 0, 0)),
    ],
    ids=lambda value: value.mode if isinstance(value, Image.Image) else "",
)
def test_every_mode_is_flattened_on_white(image, expected):
    assert near(shown(png(image)), expected)


@pytest.mark.parametrize("mode", ["P", "RGB", "L"])
def test_transparent_colour_is_white(mode):
    colour = {"P": 3, "RGB": (10, 20, 30), "L": 40}[mode]
    image = Image.new(mode, SIZE, colour)
    if mode == "P":
        image.putpalette(bytes(range(30)))

    assert near(
        shown(png(image)), (9, 10, 11) if mode == "P" else image.convert("RGB").getpixel((0, 0))
    )
    assert near(shown(png(image, transparency=colour)), (255, 255, 255))


def test_strips_of_a_large_transparent_picture_meet():
    image = Image.linear_gradient("L").resize((300, 1000))
    image.putalpha(200)
    flat = Image.open(io.BytesIO(render(png(image)).images["1920"])).convert("L")

    column = [flat.getpixel((150, y)) for y in range(1000)]

    assert max(abs(a - b) for a, b in zip(column, column[1:], strict=False)) <= 4


def test_sixteen_bit_colour_png_keeps_its_colours():
    rows = b"".join(b"\0" + struct.pack(">HHH", 0x8000, 0x4000, 0xC000) * 64 for _ in range(48))
    source = hostile.png(SIZE, 16, 2, zlib.compress(rows))

    assert near(shown(source), (128, 64, 192))


def test_hdr_white_of_pq_is_bright_and_black_is_black():
    table = nclx.to_srgb(nclx.CodePoints(primaries=9, transfer=16))

    paper_white, dark = (
        Image.new("RGB", (1, 1), (level,) * 3).filter(table).getpixel((0, 0)) for level in (148, 0)
    )

    assert min(paper_white) > 200  # PQ's 0.58 is 203 nits: paper white, which sRGB shows as 255
    assert max(dark) <= 2


def test_hlg_reference_white_is_bright():
    table = nclx.to_srgb(nclx.CodePoints(primaries=9, transfer=18))

    assert min(Image.new("RGB", (1, 1), (191,) * 3).filter(table).getpixel((0, 0))) > 200


def test_srgb_code_points_need_no_table():
    assert nclx.to_srgb(nclx.CodePoints(primaries=1, transfer=13)) is None


def test_png_with_code_points_of_display_p3():
    plain = png(Image.new("RGB", SIZE, (180, 90, 60)))
    source = plain[:33] + hostile.chunk(b"cICP", bytes([12, 13, 0, 1])) + plain[33:]

    assert near(shown(source), (195, 83, 47))


def test_ten_bit_hdr_avif_is_not_washed_out(photos):
    image = Image.open(io.BytesIO(render(photos / "formats/10bit-HDR-P3-nclx.avif").images["320"]))

    low, high = image.convert("L").getextrema()
    saturation = image.convert("HSV").getchannel("S")

    assert low < 20
    assert high > 220
    assert sum(saturation.histogram()[128:]) > 0.3 * image.width * image.height
