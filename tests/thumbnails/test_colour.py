"""Whatever a file's numbers mean, the derivatives show the same colours, in sRGB, on white."""

import base64
import io
import struct
import zlib

import pillow_heif
import pytest
from PIL import Image, ImageCms

from tests.thumbnails import heic, hostile
from thumbnails import containers, nclx
from thumbnails.render import render

SIZE = (64, 48)
D50 = (0.9642, 1.0, 0.8249)

# Columns of red, green and blue in the profile connection space (D50), as the standards print them.
DISPLAY_P3 = ((0.5151, 0.2412, -0.0011), (0.2920, 0.6922, 0.0419), (0.1571, 0.0666, 0.7841))
ADOBE_RGB = ((0.6097, 0.3111, 0.0195), (0.2053, 0.6257, 0.0609), (0.1492, 0.0632, 0.7446))


# What the sixteen full overprints of cyan, magenta, yellow and black look like on coated paper
# (ISO 12647-2, offset), in Lab; in the order of a profile's table, where black changes fastest.
PRINTED = [
    [(100, 0, 0), (16, 0, 0)],
    [(89, -5, 93), (14, 0, 8)],
    [(48, 74, -3), (8, 6, 0)],
    [(47, 68, 48), (8, 6, 4)],
    [(55, -37, -50), (9, -4, -6)],
    [(50, -68, 33), (8, -6, 3)],
    [(24, 22, -46), (4, 2, -4)],
    [(23, 0, 0), (2, 0, 0)],
]


def icc_profile(columns, gamma: float) -> bytes:
    """Return a minimal ICC profile (version 2) of three primaries and a gamma."""

    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"
    tags = {}
    for channel, column in zip(b"rgb", columns, strict=True):
        tags[bytes([channel]) + b"XYZ"] = xyz(column)
        tags[bytes([channel]) + b"TRC"] = curve
    return icc_file(b"mntrRGB XYZ ", tags)


def cmyk_profile() -> bytes:
    """Return a printer's profile of one table, as long as real ones: it takes two segments."""
    matrix = struct.pack(">9i", *(65536 * (n % 4 == 0) for n in range(9)))
    straight = bytes(range(256))
    corners = bytes(
        value
        for pair in PRINTED
        for light, a, b in pair
        for value in (round(light * 2.55), a + 128, b + 128)
    )
    table = b"mft1\0\0\0\0\4\3\2\0" + matrix + straight * 4 + corners + straight * 3
    return icc_file(b"prtrCMYKLab ", {b"A2B0": table, b"long": b"text\0\0\0\0" + b"x" * 80_000})


def xyz(values) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(v * 65536)) for v in values)


def icc_file(kind: bytes, tags: dict[bytes, bytes]) -> bytes:
    """Return an ICC profile of these tags and those that every one has."""
    text = b"desc\0\0\0\0" + struct.pack(">I", 2) + b"x\0" + bytes(78)
    tags = {b"desc": text, b"cprt": b"text\0\0\0\0x\0\0\0", b"wtpt": xyz(D50)} | tags
    table, bodies, start = b"", b"", 132 + 12 * len(tags)
    for name, body in tags.items():
        table += name + struct.pack(">II", start + len(bodies), len(body))
        bodies += body + bytes(-len(body) % 4)
    head = struct.pack(">II4s", start + len(bodies), 0, b"\x02\x40\0\0") + kind
    head = head.ljust(36, b"\0") + b"acsp" + bytes(28) + xyz(D50)[8:]
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


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "AVIF", "HEIF"])
def test_wide_profile_counts_in_every_kind(kind):
    image = Image.new("RGB", SIZE, (180, 90, 60))
    image.info = {"icc_profile": icc_profile(DISPLAY_P3, 2.2)}
    buffer = io.BytesIO()
    if kind == "HEIF":
        pillow_heif.from_pillow(image).save(buffer, quality=95)
    else:
        image.save(buffer, kind, quality=95, **image.info)

    assert near(shown(buffer.getvalue()), (195, 83, 47), 8)


@pytest.mark.parametrize(
    ("index", "colour_space", "more", "expected"),
    [
        ("R03", 0xFFFF, {}, (98, 161, 73)),
        ("R03", 0xFFFF, {"icc_profile": icc_profile(DISPLAY_P3, 2.2)}, (109, 163, 66)),
        ("R03", 1, {}, (120, 160, 80)),
        ("R98", 0xFFFF, {}, (120, 160, 80)),
    ],
)
def test_adobe_rgb_that_only_exif_names(index, colour_space, more, expected):
    exif, buffer = Image.Exif(), io.BytesIO()
    exif.get_ifd(0x8769).update({0xA001: colour_space, 0xA005: {1: index}})
    Image.new("RGB", SIZE, (120, 160, 80)).save(buffer, "JPEG", quality=95, exif=exif, **more)

    assert near(shown(buffer.getvalue()), expected, 4)


@pytest.mark.parametrize(("mode", "level"), [("L", 55), ("I;16", 55 * 256), ("LA", (55, 255))])
def test_grey_follows_its_profile(mode, level):
    gamma = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(1.0 * 256)) + b"\0\0"
    profile = icc_file(b"mntrGRAYXYZ ", {b"kTRC": gamma})

    source = png(Image.new(mode, SIZE, level), icc_profile=profile)

    assert near(shown(source), (128, 128, 128))  # a fifth of the light is half of the levels


@pytest.mark.parametrize("profile", [b"nonsense", b"", icc_profile(DISPLAY_P3, 2.2)[:200]])
def test_profile_that_cannot_be_used_is_ignored(profile):
    source = png(Image.new("RGB", SIZE, (180, 90, 60)), icc_profile=profile)

    assert near(shown(source), (180, 90, 60))


def test_profile_of_another_kind_of_picture_is_ignored():
    source = png(Image.new("L", SIZE, 99), icc_profile=icc_profile(DISPLAY_P3, 2.2))

    assert near(shown(source), (99, 99, 99))


def cmyk_jpeg(ink, **options) -> bytes:
    """Return a JPEG as Adobe writes them, whose CMYK is inverted in the file."""
    buffer = io.BytesIO()
    Image.new("CMYK", SIZE, ink).save(buffer, "JPEG", quality=95, **options)
    assert b"Adobe" in buffer.getvalue()
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("ink", "expected"),
    [
        ((0, 0, 0, 0), (255, 255, 255)),
        ((0, 0, 255, 0), (247, 224, 0)),
        ((0, 255, 255, 0), (215, 29, 36)),
        ((255, 255, 0, 0), (52, 47, 128)),
        ((0, 0, 0, 255), (40, 40, 40)),
        ((128, 0, 0, 0), (123, 203, 237)),
    ],
)
def test_cmyk_is_what_its_profile_says(ink, expected):
    profile = cmyk_profile()
    picture = Image.new("CMYK", SIZE, ink)
    by_lcms = ImageCms.profileToProfile(
        picture, io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB"
    ).getpixel((0, 0))

    found = shown(cmyk_jpeg(ink, icc_profile=profile))

    assert near(found, expected)
    assert near(found, by_lcms, 2)


@pytest.mark.parametrize("profile", [b"", cmyk_profile()[:700], icc_profile(DISPLAY_P3, 2.2)])
def test_cmyk_without_a_usable_profile_is_simply_mixed(profile):
    assert near(shown(cmyk_jpeg((0, 255, 255, 0), icc_profile=profile)), (255, 0, 0), 12)


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


@pytest.mark.parametrize("colour", [0, 2])
def test_transparent_colour_of_16_bits_is_that_one_only(colour):
    """The key is compared as it is, and not with the 8 bits that become of a level."""
    places = 3 if colour else 1
    key = struct.pack(">H", 100) * places
    left, right = struct.pack(">H", 100 * 256) * places, struct.pack(">H", 100) * places
    rows = (b"\0" + left * 32 + right * 32) * SIZE[1]
    plain = hostile.png(SIZE, 16, colour, zlib.compress(rows))
    source = plain[:33] + hostile.chunk(b"tRNS", key) + plain[33:]

    assert near(shown(source, (16, 24)), (100, 100, 100))
    assert near(shown(source, (48, 24)), (255, 255, 255))


def test_half_transparent_palette_is_mixed_with_white():
    image = Image.new("P", SIZE, 1)
    image.putpalette([0, 0, 0, 200, 100, 0])

    assert near(shown(png(image, transparency=bytes([255, 128]))), (227, 177, 127))


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


# 64 by 48 pixels of (180, 90, 60) as AV1 of ten bits, made by libvips
AVIF_OF_TEN_BITS = base64.b64decode(
    "AAAAHGZ0eXBhdmlmAAAAAG1pZjFhdmlmbWlhZgAAANZtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAA"
    "AAAAAAAAACJpbG9jAAAAAERAAAEAAQAAAAAA+gABAAAAAAAAACkAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABh"
    "djAxAAAAAA5waXRtAAAAAAABAAAAVmlwcnAAAAA4aXBjbwAAAAxhdjFDgSBCAAAAABRpc3BlAAAAAAAAAEAAAAAwAAAA"
    "EHBpeGkAAAAAAwoKCgAAABZpcG1hAAAAAAAAAAEAAQOBAgMAAAAxbWRhdBIACgk4FX+9rAQ0GkAyGhPCYyaAAPCAAAAA"
    "TGK8WOv0D2KYH4/3dbdA"
)


def heic_of_ten_bits() -> bytes:
    pixels = struct.pack("<HHH", *(level * 257 for level in (180, 90, 60))) * (SIZE[0] * SIZE[1])
    buffer = io.BytesIO()
    pillow_heif.encode("RGB;16", SIZE, pixels, buffer, quality=95)
    assert pillow_heif.open_heif(buffer).info["bit_depth"] == 10
    return buffer.getvalue()


@pytest.mark.parametrize("source", [AVIF_OF_TEN_BITS, heic_of_ten_bits()], ids=["AVIF", "HEIC"])
def test_ten_bits_show_the_same_colours_as_eight(source):
    assert near(shown(source), (180, 90, 60))


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


@pytest.mark.parametrize(
    ("gamma", "others", "expected"),
    [
        (1.0, b"", (135, 92, 59)),  # levels of light
        (1 / 1.8, b"", (79, 36, 11)),  # a Macintosh's of old
        (0.45455, b"", (62, 27, 11)),  # what everybody writes, and means sRGB
        (1.0, hostile.chunk(b"sRGB", b"\0"), (62, 27, 11)),
        (1.0, hostile.chunk(b"cICP", bytes([1, 13, 0, 1])), (62, 27, 11)),
        (0.0, b"", (62, 27, 11)),
    ],
)
def test_png_of_another_gamma(gamma, others, expected):
    plain = png(Image.new("RGB", SIZE, (62, 27, 11)))
    chunk = hostile.chunk(b"gAMA", struct.pack(">I", round(gamma * 100_000)))

    assert near(shown(plain[:33] + others + chunk + plain[33:]), expected)


def test_png_that_only_speaks_of_code_points():
    trap = b"k\0\0\0\0\4cICP" + bytes([12, 13, 0, 1]) + b"colrnclx\0\x0c\0\x0d"
    plain = png(Image.new("RGB", SIZE, (180, 90, 60)))

    assert near(shown(plain[:33] + hostile.chunk(b"tEXt", trap) + plain[33:]), (180, 90, 60))


@pytest.mark.parametrize("primary", [0, 1])
def test_code_points_are_those_of_the_picture_that_is_shown(primary):
    """A HEIC of two pictures: the first in Display P3, the second in sRGB."""
    pictures = []
    for primaries in (12, 1):
        picture = Image.new("RGB", SIZE, (180, 90, 60))
        names = ("color_primaries", "transfer_characteristics", "matrix_coefficients")
        picture.info["nclx_profile"] = dict(zip(names, (primaries, 13, 6), strict=True))
        picture.info["nclx_profile"]["full_range_flag"] = 1
        pictures.append(picture)

    source = heic.several(*pictures, primary=primary, quality=95)

    assert near(shown(source), [(195, 83, 47), (180, 90, 60)][primary])


@pytest.mark.parametrize("cut", [0, 8, 40, 100, 200, 300])
def test_properties_of_a_broken_file_are_none_or_those_that_are_left(cut):
    whole = AVIF_OF_TEN_BITS
    known = list(containers.properties(whole))
    assert [name for name, _ in known] == [b"av1C", b"ispe", b"pixi"]

    for damaged in (whole[:cut], whole[:cut] + b"\xff" * 12 + whole[cut + 12 :]):
        assert len(list(containers.properties(damaged))) <= len(known)


def test_ten_bit_hdr_avif_is_not_washed_out(photos):
    image = Image.open(io.BytesIO(render(photos / "formats/10bit-HDR-P3-nclx.avif").images["320"]))

    low, high = image.convert("L").getextrema()
    saturation = image.convert("HSV").getchannel("S")

    assert low < 20
    assert high > 220
    assert sum(saturation.histogram()[128:]) > 0.3 * image.width * image.height
