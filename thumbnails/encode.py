"""Pictures as files that hold nothing but the picture.

The pictures come from `resize`, fresh, because `save` carries over what a file's own image holds.
"""

from __future__ import annotations

import base64
import io

from PIL import Image

from thumbnails.presets import PLACEHOLDER_BYTES, PLACEHOLDER_SIDE, WEBP_METHOD
from thumbnails.resize import fit, resize


def webp(image: Image.Image, quality: int, *, method: int = WEBP_METHOD) -> bytes:
    """Return the "RGB" picture as a WebP without any metadata."""
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=quality, method=method)
    return buffer.getvalue()


def jpeg(image: Image.Image, quality: int) -> bytes:
    """Return the "RGB" picture as a JPEG without any metadata."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def placeholder(image: Image.Image) -> str:
    """Return a few dozen bytes of WebP, in base64, to show while the photo is on its way."""
    tiny = resize(image, fit(PLACEHOLDER_SIDE, image.size))
    for quality in (30, 10, 0):
        data = webp(tiny, quality, method=4)
        if len(data) <= PLACEHOLDER_BYTES:
            break
    return base64.b64encode(data).decode()
