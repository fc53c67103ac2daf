"""One file in, every derivative out. Pure: Pillow only, no AWS, no store."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from thumbnails import encode
from thumbnails.decode import decode
from thumbnails.presets import PRESETS
from thumbnails.reasons import UnreadableImage as UnreadableImage


@dataclass(frozen=True)
class Rendered:
    """What became of a photo.

    `width` and `height` are the upright photo's, in px. `taken_at` is ISO 8601, with an offset
    only when the camera gave one. `placeholder` is a WebP in base64. `images` holds a WebP for
    each name in `PRESETS`.
    """

    width: int
    height: int
    taken_at: str | None
    placeholder: str
    animated: bool
    format: str
    images: dict[str, bytes]


def render(source: bytes | Path) -> Rendered:
    """Return every derivative, upright, in sRGB, without metadata, never enlarged.

    Raises `UnreadableImage`, whatever is wrong with the file.
    """
    longest = max(preset.longest_side for preset in PRESETS.values())
    photo = decode(source, longest)
    images: dict[str, bytes] = {}
    picture = photo.image
    for name, preset in sorted(PRESETS.items(), key=lambda item: -item[1].longest_side):
        if max(picture.size) > preset.longest_side:
            # each from the one before: the large one has been read, and lost no detail it needs
            picture = _shrink(picture, preset.longest_side)
        images[name] = encode.webp(picture, preset.quality)
    return Rendered(
        width=photo.width,
        height=photo.height,
        taken_at=photo.taken_at,
        placeholder=encode.placeholder(picture),
        animated=photo.animated,
        format=photo.format,
        images={name: images[name] for name in PRESETS},
    )


def _shrink(picture: Image.Image, longest_side: int) -> Image.Image:
    scale = longest_side / max(picture.size)
    size = [max(1, round(side * scale)) for side in picture.size]
    return picture.resize((size[0], size[1]), Image.Resampling.LANCZOS)
