"""What is made on request: only what is listed, in the right shape, marked where asked."""

import io

import pytest
from PIL import Image, ImageChops, ImageColor, ImageDraw

from tests.thumbnails import hostile
from thumbnails.presets import ON_REQUEST, PRESETS
from thumbnails.transforms import portrait, transform


@pytest.fixture
def source() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (2400, 3200), (90, 120, 150)).save(buffer, "JPEG")
    return buffer.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


@pytest.mark.parametrize("name", ON_REQUEST)
def test_every_listed_derivative_has_its_size(source, name):
    preset = ON_REQUEST[name]

    picture = opened(transform(source, name, mark="Ada"))

    side = preset.longest_side
    assert picture.size == ((side, side) if preset.square else (side * 3 // 4, side))


@pytest.mark.parametrize("name", ["", "1", "99999", "square-4000", "marked", "../1920", "640.webp"])
def test_nothing_else_can_be_asked_for(source, name):
    with pytest.raises(KeyError):
        transform(source, name)


def test_names_of_the_two_lists_differ():
    assert not PRESETS.keys() & ON_REQUEST.keys()


def test_square_of_a_small_photo_is_not_enlarged():
    assert opened(transform(hostile.saved("JPEG"), "square-480")).size == (64, 64)


def test_square_keeps_what_is_above_the_middle():
    tall = Image.new("RGB", (600, 1200), "black")
    tall.paste("white", (0, 300, 600, 600))
    buffer = io.BytesIO()
    tall.save(buffer, "PNG")

    square = opened(transform(buffer.getvalue(), "square-192")).convert("L")

    assert square.getpixel((96, 60)) > 200
    assert square.getpixel((96, 170)) < 50


NAMES = ["Ada", "Ζωή Müller-Łęcka", "Олександр", "عمر", "x" * 60, "王伟", "김민준", "अमित", "🦊"]


@pytest.mark.parametrize(
    ("name", "written"),
    [*zip(NAMES[:5], NAMES[:5], strict=True), ("王伟 Müller", "WangWei Müller")]
    + [("김민준", "GimMinJun"), ("अमित", "amit"), ("ひろ 🦊", "hiro"), ("🦊", "©")],
)
def test_mark_is_written_without_boxes_for_what_the_font_lacks(monkeypatch, source, name, written):
    drawn = []
    text = ImageDraw.ImageDraw.text
    monkeypatch.setattr(
        ImageDraw.ImageDraw, "text", lambda *of, **how: (drawn.append(of[2]), text(*of, **how))
    )

    transform(source, "marked-960", mark=name)

    assert drawn == [written]


@pytest.mark.parametrize("name", NAMES)
def test_mark_is_in_the_lower_right_corner_and_nowhere_else(source, name):
    plain = opened(transform(source, "marked-960"))

    marked = opened(transform(source, "marked-960", mark=name))

    box = (
        ImageChops.difference(plain, marked).convert("L").point(lambda v: 255 * (v > 40)).getbbox()
    )
    left, top, right, bottom = box
    assert top > 0.85 * marked.height
    assert right > 0.9 * marked.width
    assert left > 0.3 * marked.width


def test_mark_shows_on_black_and_on_white():
    for colour in ("black", "white"):
        buffer = io.BytesIO()
        Image.new("RGB", (1200, 900), colour).save(buffer, "PNG")

        marked = opened(transform(buffer.getvalue(), "marked-960", mark="Ada")).convert("L")

        low, high = marked.getextrema()
        assert high - low > 120


@pytest.mark.parametrize(
    ("cut", "colour"),
    [
        ((0, 50, 200), "red"), ((100, 50, 200), "blue"), ((50, 0, 100), "green"),
        ((50, 100, 400), "green"), ((0, 0, 400), "red"),
    ],
)  # fmt: skip
def test_portrait_is_the_square_that_was_chosen(cut, colour):
    wide = Image.new("RGB", (1800, 600), "green")
    wide.paste("red", (0, 0, 600, 600))
    wide.paste("blue", (1200, 0, 1800, 600))
    buffer = io.BytesIO()
    wide.save(buffer, "WEBP", lossless=True)

    picture = opened(portrait(buffer.getvalue(), cut))

    side = 150 if cut[2] == 400 else 192
    assert picture.size == (side, side)
    expected = ImageColor.getrgb(colour)
    for place in ((9, 9), (side // 2, side // 2), (side - 9, side - 9)):
        found = picture.getpixel(place)
        assert all(abs(one - other) < 40 for one, other in zip(found, expected, strict=True))
