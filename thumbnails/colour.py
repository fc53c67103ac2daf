"""Colours: whatever a file's numbers mean, as sRGB on white."""

from __future__ import annotations

import io

from PIL import Image, ImageChops, ImageCms

from thumbnails import nclx
from thumbnails.resize import MODES

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
_LARGEST_PROFILE = 4 * 1024 * 1024
_UNSEEN = 2
"""Levels of 255 by which a colour may be off without anybody noticing."""

_GAMMA = 0.45455
"""What a PNG gives as its gamma when it means sRGB, or knows nothing of it."""

_GREY = ("1", "L", "LA", "I;16")
_STRIP = 256
_GRID = 9


def flatten(image: Image.Image) -> Image.Image:
    """Return the picture in one of `resize.MODES`: transparency on white, 16 bits as 8.

    Done in strips: at 64 megapixels every whole copy on the way would weigh 256 MB.
    """
    if image.mode in MODES and not image.has_transparency_data:
        return image
    # grey stays grey: its profile would not fit anything else
    flat = Image.new("L" if image.mode in _GREY else "RGB", image.size)
    for top in range(0, image.height, _STRIP):
        bottom = min(top + _STRIP, image.height)
        flat.paste(_flat_strip(image.crop((0, top, image.width, bottom)), flat.mode), (0, top))
    return flat


def _flat_strip(strip: Image.Image, mode: str) -> Image.Image:
    if strip.mode == "I;16":
        strip = _as_8_bits(strip)
    if not strip.has_transparency_data:
        return strip.convert(mode)
    strip = strip.convert("LA" if mode == "L" else "RGBA")
    white = Image.new(mode, strip.size, "white")
    white.paste(strip, mask=strip.getchannel("A"))
    return white


def _as_8_bits(strip: Image.Image) -> Image.Image:
    """Return 16-bit grey as "L", or as "LA" if one of its levels is a key for transparency."""
    pixels = strip.tobytes()
    low, high = (Image.frombytes("L", strip.size, pixels[byte::2]) for byte in (0, 1))
    key = strip.info.get("transparency")
    if key is None:
        return high
    is_low, is_high = (
        part.point([255 * (level == wanted) for level in range(256)])
        for part, wanted in ((low, key & 255), (high, key >> 8))
    )
    alpha = ImageChops.invert(ImageChops.darker(is_low, is_high))
    return Image.merge("LA", (high, alpha))


def to_srgb(
    image: Image.Image,
    profile: bytes | None,
    code_points: nclx.CodePoints | None,
    gamma: float | None = None,
) -> Image.Image:
    """Return the picture in sRGB as "RGB". An ICC profile wins over code points, and those over a
    PNG's gamma (the power of light that its levels are), as in browsers.

    A profile that cannot be used is ignored: 5 of 178 real ones fail, and a photo in slightly
    wrong colours is better than none.
    """
    converted = _by_profile(image, profile) if profile else None
    if converted is None:
        converted = image if image.mode == "RGB" else image.convert("RGB")
        if code_points and not profile:
            if table := nclx.to_srgb(code_points):
                converted = converted.filter(table)
        elif gamma and not profile and abs(gamma - _GAMMA) > 0.01:
            levels = [round(255 * nclx.encode_srgb((i / 255) ** (1 / gamma))) for i in range(256)]
            converted = converted.point(levels * 3)
    return converted


def _by_profile(image: Image.Image, profile: bytes) -> Image.Image | None:
    if len(profile) > _LARGEST_PROFILE:
        return None
    try:
        transform = ImageCms.buildTransform(
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            SRGB,
            image.mode,
            "RGB",
            # lcms compares every pixel with the one before; on photos that costs a third more
            flags=ImageCms.Flags.NOCACHE,
        )
        if image.mode == "RGB" and _changes_nothing(transform):
            return image
        converted = transform.apply(image)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
    converted.info.clear()  # lcms leaves the profile there, and `save` may write it
    return converted


def _changes_nothing(transform: ImageCms.ImageCmsTransform) -> bool:
    """Tell whether a profile is sRGB by another name, as most are; converting costs 40 ms."""
    levels = [round(255 * i / (_GRID - 1)) for i in range(_GRID)]
    grid = bytes(level for r in levels for g in levels for b in levels for level in (r, g, b))
    before = Image.frombytes("RGB", (_GRID * _GRID, _GRID), grid)
    after = transform.apply(before)
    return all(
        ImageChops.difference(one, other).getextrema()[1] <= _UNSEEN  # type: ignore[operator]
        for one, other in zip(before.split(), after.split(), strict=True)
    )
