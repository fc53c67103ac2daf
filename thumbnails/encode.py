"""Pictures as WebP, and nothing but the picture."""

from __future__ import annotations

import base64
import io

from PIL import Image

from thumbnails.presets import PLACEHOLDER_BYTES, PLACEHOLDER_SIDE, WEBP_METHOD


def webp(image: Image.Image, quality: int, *, method: int = WEBP_METHOD) -> bytes:
    """Return the "RGB" picture as a WebP without any metadata."""
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=quality, method=method, exif=b"", icc_profile=b"", xmp=b"")
    return buffer.getvalue()


def placeholder(image: Image.Image) -> str:
    """Return a few dozen bytes of WebP, in base64, to show while the photo is on its way."""
    tiny = image.copy()
    tiny.thumbnail((PLACEHOLDER_SIDE, PLACEHOLDER_SIDE), Image.Resampling.BOX)
    for quality in (30, 10, 0):
        data = webp(tiny, quality, method=4)
        if len(data) <= PLACEHOLDER_BYTES:
            break
    return base64.b64encode(data).decode()
