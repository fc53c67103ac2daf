"""Colours: whatever a file's numbers mean, as sRGB on white."""

from __future__ import annotations

import io

from PIL import Image, ImageCms

_SRGB = ImageCms.createProfile("sRGB")


def flatten(image: Image.Image) -> Image.Image:
    """Return the pixels as "RGB" or, where a profile must still interpret them, "CMYK" or "L".

    Transparency is laid on white; 16 bits become 8; palettes are looked up.
    """
    if image.mode.startswith("I;16"):
        image = image.point([value >> 8 for value in range(65536)], "L")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGB", image.size, "white")
        white.paste(image, mask=image.getchannel("A"))
        return white
    return image if image.mode in ("RGB", "L", "CMYK") else image.convert("RGB")


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the picture in sRGB as "RGB". A profile that cannot be used is ignored."""
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            converted = None
        if converted is not None:
            return converted
    return image if image.mode == "RGB" else image.convert("RGB")
