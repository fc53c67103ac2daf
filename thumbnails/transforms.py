"""Derivatives made when they are first asked for: more widths, squares, and a watermark."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from unicodedata import category

from PIL import Image, ImageDraw, ImageFont

from thumbnails import encode
from thumbnails.decode import decode
from thumbnails.presets import ON_REQUEST, PORTRAIT_SIDE, QUALITY
from thumbnails.resize import cover, fit

_UPPER = 0.4
"""Where a square is cut from a tall picture, 0 being its top: faces are above the middle."""

_FONT = Path(__file__).with_name("fonts") / "DejaVuSans.ttf"
_SHARE, _LONGEST = 0.04, 0.6
"""A watermark's height, and the most of the width that it takes, as shares of the picture's."""

_OPACITY = 200
_NO_CHARACTER = "\uffff"  # no font has it: what is drawn is the box for what is missing
_FALLBACK = "\N{COPYRIGHT SIGN}"


def transform(source: bytes | Path, name: str, *, mark: str = "") -> bytes:
    """Return the derivative `name` of `ON_REQUEST` as a WebP without metadata.

    `mark` is the text that a marked one bears. The source may be the original or any larger
    derivative; squares of photos smaller than they are come as large as the photo allows.
    Raises KeyError for a name that is not listed, and `UnreadableImage`.
    """
    preset = ON_REQUEST[name]
    choose_size = partial(cover if preset.square else fit, preset.longest_side)
    picture = decode(source, choose_size).image
    if preset.square:
        picture = _square(picture)
    if preset.marked:
        _watermark(picture, mark)
    return encode.webp(picture, preset.quality)


def portrait(source: bytes | Path, cut: tuple[int, int, int]) -> bytes:
    """Return a square of the photo as a WebP of PORTRAIT_SIDE px, or what there is of it.

    `cut` is as `store.users.set_picture` has it: where the square lies, across and down, in
    hundredths of the room there is, and how many hundredths of it the shorter side is. Raises
    `UnreadableImage`.
    """
    across, down, zoom = cut
    picture = decode(source, partial(cover, PORTRAIT_SIDE * zoom // 100)).image
    side = max(1, min(picture.size) * 100 // zoom)
    left = (picture.width - side) * across // 100
    top = (picture.height - side) * down // 100
    return encode.webp(picture.crop((left, top, left + side, top + side)), QUALITY)


def _square(picture: Image.Image) -> Image.Image:
    side = min(picture.size)
    left = (picture.width - side) // 2
    top = round((picture.height - side) * _UPPER)
    return picture.crop((left, top, left + side, top + side))


def _watermark(picture: Image.Image, text: str) -> None:
    """Write the text into the lower right corner: white, with an edge that shows on white."""
    height = max(8, round(min(picture.size) * _SHARE))
    font = ImageFont.truetype(_FONT, height)
    text = _in_glyphs_of(font, text)
    if (length := font.getlength(text)) > picture.width * _LONGEST:
        font = font.font_variant(size=max(6, height * picture.width * _LONGEST / length))
    layer = Image.new("RGBA", picture.size)
    ImageDraw.Draw(layer).text(
        (picture.width - height, picture.height - height),
        text,
        font=font,
        anchor="rs",
        fill=(255, 255, 255, _OPACITY),
        stroke_width=max(1, height // 16),
        stroke_fill=(0, 0, 0, _OPACITY),
    )
    picture.paste(layer, mask=layer)


def _in_glyphs_of(font: ImageFont.FreeTypeFont, text: str) -> str:
    """Write in Latin letters what the font has none for, such as Chinese; leave signs out."""
    # one glyph for each: shaping sets a dotted circle under an accent that stands alone
    plain = font.font_variant(layout_engine=ImageFont.Layout.BASIC)
    unknown = bytes(plain.getmask(_NO_CHARACTER))
    missing = {each for each in text if bytes(plain.getmask(each)) == unknown}
    if not missing:
        return text
    from anyascii import anyascii  # late: few names need it

    spelt = {each: anyascii(each) if category(each)[0] in "LMN" else "" for each in missing}
    return "".join(spelt.get(each, each) for each in text).strip() or _FALLBACK
