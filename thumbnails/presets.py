"""What may be made of a photo: names, sizes in pixels, and how hard the encoder tries."""

from __future__ import annotations

from typing import NamedTuple

QUALITY = 79
"""That of WebP, 0 to 100; see benchmarks/README.md."""


class Preset(NamedTuple):
    """A derivative: its longest side in px and its WebP quality."""

    longest_side: int
    quality: int = QUALITY
    square: bool = False
    marked: bool = False


PRESETS = {
    "320": Preset(320),
    "960": Preset(960),
    "1920": Preset(1920),
}
"""Made of every photo as it arrives."""

# Our own pages ask for the marked ones (webapp/cards.py). The other widths and the squares are for
# who builds on this: a page of theirs has but to sign their names, and none is made before.
ON_REQUEST = {
    "160": Preset(160),
    "640": Preset(640),
    "1280": Preset(1280),
    "square-96": Preset(96, square=True),
    "square-192": Preset(192, square=True),
    "square-480": Preset(480, square=True),
    "square-960": Preset(960, square=True),
    "marked-960": Preset(960, marked=True),
    "marked-1920": Preset(1920, marked=True),
}
"""Made when first asked for. A name that is not here asks for nothing: there is no grammar."""

PORTRAIT_SIDE = 192
"""A person's picture, in px: forty on a screen that has almost five for each."""

WEBP_METHOD = 2
"""libwebp's effort, 0-6; see benchmarks/README.md."""

DOWNLOAD_QUALITY = 92
"""JPEG quality of the full-size copy."""

PLACEHOLDER_SIDE = 16
PLACEHOLDER_BYTES = 80
"""The most that a placeholder may weigh before base64, which adds a third."""
