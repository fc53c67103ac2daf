"""From a file that nobody vouches for to an upright picture in sRGB, scaled while decoding."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pillow_heif
from PIL import AvifImagePlugin, Image

from thumbnails import colour, formats, markers, metadata, reasons
from thumbnails.reasons import UnreadableImage

MAX_PIXELS = 50_000_000
MAX_PIXELS_SCALED = 200_000_000
"""The most pixels that a file may have; the second where decoding scales down (JPEG)."""
MAX_COEFFICIENT_BYTES = 512 * 1024 * 1024

# We judge the size ourselves, with a sentence; Pillow would raise for the header alone.
Image.MAX_IMAGE_PIXELS = None
AvifImagePlugin.DEFAULT_MAX_THREADS = 1
pillow_heif.register_heif_opener(
    decode_threads=1, thumbnails=False, depth_images=False, aux_images=False
)

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True)
class Decoded:
    """An upright sRGB picture, scaled to fit; width and height are those of the whole photo."""

    image: Image.Image
    width: int
    height: int
    taken_at: str | None
    animated: bool
    format: str


def decode(source: bytes | Path, longest_side: int | None) -> Decoded:
    """Decode a photo so that neither side is longer than `longest_side` px (None: whole).

    Raises `UnreadableImage`, whatever is wrong with the file.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _decode(source, longest_side)
    except UnreadableImage:
        raise
    except MemoryError as error:
        raise UnreadableImage(reasons.TOO_MUCH_MEMORY) from error
    except Exception as error:
        # Pillow and libheif raise whatever they stumble over: OSError, SyntaxError, ValueError,
        # struct.error, zlib.error, EOFError, IndexError, RuntimeError ...
        truncated = "truncated" in str(error).lower()
        reason = reasons.TRUNCATED if truncated else reasons.DAMAGED
        raise UnreadableImage(reason, f"{type(error).__name__}: {error}") from error


def _decode(source: bytes | Path, longest_side: int | None) -> Decoded:
    data = source if isinstance(source, bytes) else source.read_bytes()
    kind = formats.recognise(data[: formats.HEAD])
    if kind == "JPEG":
        _check_jpeg(data)
    with _open(data, kind) as image:
        width, height = image.size
        _check_pixels(width, height, kind)
        facts = metadata.read_facts(image.info.get("exif") or b"")
        target = _fit(width, height, longest_side)
        if kind == "JPEG":
            image.draft(None, target)
        image.load()
        animated = kind != "HEIF" and kind != "JPEG" and bool(getattr(image, "is_animated", False))
        profile = image.info.get("icc_profile")
        picture = colour.flatten(_first_frame(image))
    if picture.size != target:
        picture = picture.resize(target, Image.Resampling.LANCZOS)
    if facts.orientation in _UPRIGHT:
        picture = picture.transpose(_UPRIGHT[facts.orientation])
    if facts.orientation >= 5:
        width, height = height, width
    picture = colour.to_srgb(picture, profile)
    return Decoded(picture, width, height, facts.taken_at, animated, kind)


def _check_jpeg(data: bytes) -> None:
    frame = markers.read_frame(data)
    if frame is None:
        return
    _check_pixels(frame.width, frame.height, "JPEG")
    if frame.scans > markers.MAX_SCANS:
        raise UnreadableImage(reasons.TOO_MANY_SCANS)
    if frame.is_hollow:
        raise UnreadableImage(reasons.HOLLOW)
    if frame.coefficient_bytes > MAX_COEFFICIENT_BYTES:
        raise UnreadableImage(reasons.TOO_MUCH_MEMORY)


def _check_pixels(width: int, height: int, kind: str) -> None:
    limit = MAX_PIXELS_SCALED if kind == "JPEG" else MAX_PIXELS
    if width * height > limit:
        raise UnreadableImage(
            reasons.TOO_MANY_PIXELS.format(
                megapixels=-(-width * height // 1_000_000), kind=kind, limit=limit // 1_000_000
            )
        )


@contextmanager
def _open(data: bytes, kind: str) -> Iterator[Image.Image]:
    with Image.open(io.BytesIO(data), formats=[kind]) as image:
        yield image


def _first_frame(image: Image.Image) -> Image.Image:
    """Return a picture that shares no metadata with the file: `save` would carry it over."""
    fresh = image.copy()
    if image.has_transparency_data and "transparency" in image.info:
        fresh.info = {"transparency": image.info["transparency"]}
    else:
        fresh.info = {}
    return fresh


def _fit(width: int, height: int, longest_side: int | None) -> tuple[int, int]:
    """Return the size in px, at least 1x1, that fits and is never larger than the photo."""
    scale = min(1, (longest_side or max(width, height)) / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))
