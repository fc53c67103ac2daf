"""What is made of every photo: names, sizes in pixels, and how hard the encoder tries."""

from __future__ import annotations

from typing import NamedTuple


class Preset(NamedTuple):
    """A derivative: its longest side in px and its WebP quality (0-100)."""

    longest_side: int
    quality: int


PRESETS = {
    "320": Preset(320, 80),
    "960": Preset(960, 80),
    "1920": Preset(1920, 80),
}

WEBP_METHOD = 2
"""libwebp's effort, 0-6."""

PLACEHOLDER_SIDE = 16
PLACEHOLDER_BYTES = 80
"""The most that a placeholder may weigh before base64, which adds a third."""
