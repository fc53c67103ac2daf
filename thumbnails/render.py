"""One file in, every derivative out. Pure: Pillow only, no AWS, no store."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from thumbnails import encode
from thumbnails.decode import MAX_PIXELS, decode
from thumbnails.likeness import likeness
from thumbnails.presets import DOWNLOAD_QUALITY, PRESETS
from thumbnails.reasons import UnreadableImage as UnreadableImage
from thumbnails.resize import fit, halve, resize


@dataclass(frozen=True)
class Rendered:
    """What became of a photo.

    `width` and `height` are the upright photo's, in px. `taken_at` is ISO 8601, with an offset
    only when the camera gave one; `camera` is make and model. `placeholder` is a WebP in base64,
    `likeness` what tells copies (likeness.py). `images` holds a WebP for each name in `PRESETS`.
    """

    width: int
    height: int
    taken_at: str | None
    placeholder: str
    animated: bool
    format: str
    camera: str
    likeness: str
    images: dict[str, bytes]


def render(source: bytes | Path) -> Rendered:
    """Return every derivative, upright, in sRGB, without metadata, never enlarged.

    Raises `UnreadableImage`, whatever is wrong with the file.
    """
    longest = max(preset.longest_side for preset in PRESETS.values())
    photo = decode(source, partial(fit, longest))
    images: dict[str, bytes] = {}
    picture, encoded = photo.image, b""
    for name, preset in sorted(PRESETS.items(), key=lambda item: -item[1].longest_side):
        size = fit(preset.longest_side, picture.size)
        if size != picture.size:
            # each from the one before: less to read, and nothing lost that shows
            picture, encoded = resize(picture, size), b""
        encoded = encoded or encode.webp(picture, preset.quality)
        images[name] = encoded
    return Rendered(
        width=photo.width,
        height=photo.height,
        taken_at=photo.taken_at,
        placeholder=encode.placeholder(picture),
        animated=photo.animated,
        format=photo.format,
        camera=photo.camera,
        likeness=likeness(picture),
        images={name: images[name] for name in PRESETS},
    )


def render_download(source: bytes | Path) -> bytes:
    """Return the whole photo as a JPEG, upright, in sRGB, without metadata.

    Full size, except that what has more than `MAX_PIXELS` comes at a half, a quarter or an eighth.
    Raises `UnreadableImage`.
    """
    photo = decode(source, partial(halve, MAX_PIXELS))
    return encode.jpeg(photo.image, DOWNLOAD_QUALITY)
