"""Resizing with Lanczos-3, the filter that loses least detail, as fast as the machine allows."""

from __future__ import annotations

from typing import Any

from PIL import Image

try:
    from cykooz_resizer import (  # type: ignore[import-untyped]
        FilterType,
        ResizeAlg,
        ResizeOptions,
        Resizer,
    )
except ImportError:  # there are no wheels for ARM; Pillow has the same filter without SIMD
    Resizer = None

Size = tuple[int, int]
"""Width and height in px."""

MODES = ("L", "RGB", "CMYK")
"""The modes that `resize` takes: without transparency, 8 bits a channel."""


def fit(longest_side: int, size: Size) -> Size:
    """Return the width and height in px, at least 1, that fit, never larger than `size`."""
    return _scaled(size, longest_side / max(size))


def cover(shortest_side: int, size: Size) -> Size:
    """Return the width and height that just cover a square, never larger than `size`."""
    return _scaled(size, shortest_side / min(size))


def halve(max_pixels: int, size: Size) -> Size:
    """Return the size, halved until it has no more than so many pixels."""
    while size[0] * size[1] > max_pixels:
        size = reduced(size, 2)
    return size


def reduced(size: Size, by: int) -> Size:
    """Return the size divided by a whole number, rounded up as a JPEG's decoder does."""
    return -(-size[0] // by), -(-size[1] // by)


def _scaled(size: Size, scale: float) -> Size:
    scale = min(1.0, scale)
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def resize(image: Image.Image, size: Size) -> Image.Image:
    """Return the picture in another size, as a new image without any metadata."""
    resized = Image.new(image.mode, size, None)  # every pixel is written below
    if Resizer is None:
        resized.paste(image.resize(size, Image.Resampling.LANCZOS))
    elif size == image.size:
        resized.paste(image)
    else:
        Resizer().resize_pil(image, resized, _lanczos())
    return resized


def _lanczos() -> Any:
    return ResizeOptions(resize_alg=ResizeAlg.convolution(FilterType.lanczos3), use_alpha=False)
