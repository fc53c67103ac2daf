"""From a file that nobody vouches for to an upright picture in sRGB, scaled while decoding."""

from __future__ import annotations

import mmap
import warnings
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import pi_heif  # type: ignore[import-untyped]
from PIL import AvifImagePlugin, Image

from thumbnails import adobe_rgb, colour, containers, formats, markers, metadata, nclx, reasons
from thumbnails.reasons import UnreadableImage
from thumbnails.resize import Size, reduced, resize

MAX_PIXELS = 64_000_000
"""The most pixels that a file may have, and a copy to take home: a phone's panorama has 63 million,
a large camera 61."""

_MAX_PIXELS_OF = {"JPEG": 200_000_000, "WEBP": 50_000_000}
"""Decoding a JPEG scales down; the decoder of WebP holds four copies of the picture."""

MAX_PIXELS_HELD = 26_000_000
"""The most pixels, of four bytes each, that may be held at once for quality's sake alone."""

MAX_COEFFICIENT_BYTES = 512 * 1024 * 1024
"""The most that the decoder may hold of a JPEG with several scans: all of it, at full size."""

_HEAD = 64 * 1024

# We judge the size ourselves, with a sentence; Pillow would raise for the header alone.
Image.MAX_IMAGE_PIXELS = None
AvifImagePlugin.DEFAULT_MAX_THREADS = 1
pi_heif.register_heif_opener(
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
    camera: str


def decode(source: bytes | Path, choose_size: Callable[[Size], Size]) -> Decoded:
    """Decode a photo at the size, at most its own, that `choose_size` answers to its own.

    Raises `UnreadableImage`, whatever is wrong with the file.
    """
    try:
        with warnings.catch_warnings(), ExitStack() as stack:
            warnings.simplefilter("ignore")
            file: BinaryIO = (
                BytesIO(source)
                if isinstance(source, bytes)
                else stack.enter_context(source.open("rb"))
            )
            return _decode(file, choose_size)
    except UnreadableImage:
        raise
    except MemoryError as error:
        raise UnreadableImage(reasons.TOO_MUCH_MEMORY, "MemoryError") from error
    except Exception as error:
        # Pillow and libheif raise whatever they stumble over: OSError, SyntaxError, ValueError,
        # struct.error, zlib.error, EOFError, IndexError, RuntimeError ...
        raise UnreadableImage(_reason(error), f"{type(error).__name__}: {error}") from error


def _decode(file: BinaryIO, choose_size: Callable[[Size], Size]) -> Decoded:
    head = file.read(_HEAD)
    kind = formats.recognise(head)
    if kind == "JPEG":
        _check_jpeg(file)
    elif containers.is_cut(kind, file):
        raise UnreadableImage(reasons.TRUNCATED)
    elif kind == "WEBP" and (claimed := containers.webp_size(head)):
        _check_pixels(*claimed, kind)
    file.seek(0)
    with Image.open(file, formats=[kind]) as image:
        width, height = image.size
        _check_pixels(width, height, kind)
        size = choose_size((width, height))
        if kind == "JPEG":
            _scale_while_decoding(image, size)
        image.load()
        if kind == "PNG" and head[24] == 16 and image.mode == "RGB":
            _reduce_key(image)
        facts = metadata.read_facts(image.info.get("exif") or b"")
        profile = image.info.get("icc_profile")
        if kind == "JPEG" and facts.adobe_rgb:
            profile = profile or adobe_rgb.profile()
        gamma = None if "srgb" in image.info else image.info.get("gamma")  # a PNG's
        # the frames of a HEIC are a burst or a Live Photo's, those of a JPEG its other views
        animated = kind in ("GIF", "PNG", "WEBP", "AVIF") and bool(image.is_animated)  # type: ignore[attr-defined]
        # gone before anything is copied: a WebP's decoder holds two canvases of its own
        vars(image).pop("_decoder", None)
        picture = resize(colour.flatten(image), size)
        image.close()  # its pixels too, before the picture is turned and converted
    if facts.orientation in _UPRIGHT:
        picture = picture.transpose(_UPRIGHT[facts.orientation])
    if facts.orientation >= 5:
        width, height = height, width
    picture = colour.to_srgb(picture, profile, nclx.find(kind, head), gamma)
    return Decoded(picture, width, height, facts.taken_at, animated, kind, facts.camera)


def _check_jpeg(file: BinaryIO) -> None:
    """Refuse what the markers alone show to be too much work, or a lie."""
    if isinstance(file, BytesIO):
        frame = markers.read_frame(file.getvalue())
    else:
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            frame = markers.read_frame(data)
    if frame is None:
        return
    _check_pixels(frame.width, frame.height, "JPEG")
    if frame.scans > markers.MAX_SCANS or frame.bits != 8:
        raise UnreadableImage(reasons.UNUSUAL_JPEG)
    if frame.is_hollow:
        raise UnreadableImage(reasons.HOLLOW)
    if frame.coefficient_bytes > MAX_COEFFICIENT_BYTES:
        raise UnreadableImage(reasons.TOO_LARGE_PROGRESSIVE)


def _scale_while_decoding(image: Image.Image, size: Size) -> None:
    """Have the decoder scale by 1/2, 1/4 or 1/8, as far as that costs no quality.

    Half of a block's frequencies make a good half-size picture. A quarter of them make a poor one:
    it takes a third more bytes to look as good again, unless it is reduced further afterwards, so
    less than a half is taken only where there is more to reduce, or for want of memory.
    """
    for scale in (8, 4, 2):
        width, height = reduced(image.size, scale)
        spare = min(width / size[0], height / size[1])
        best = scale == 2 or _pixels_held(reduced(image.size, scale // 2), size) > MAX_PIXELS_HELD
        if spare >= 1.5 or (spare >= 1 and best):
            # Pillow takes this for the least that is wanted, and what it makes is rounded up
            image.draft(None, (max(1, image.width // scale), max(1, image.height // scale)))
            return


def _reduce_key(image: Image.Image) -> None:
    """Make the transparent colour of a 16-bit PNG one of the 8 bits that Pillow has made of it."""
    if key := image.info.get("transparency"):
        image.info["transparency"] = tuple(level >> 8 for level in key)


def _pixels_held(decoded: Size, size: Size) -> int:
    """Return how many pixels `resize` holds: as decoded, with the new width, and as wanted."""
    return decoded[0] * decoded[1] + size[0] * decoded[1] + size[0] * size[1]


def _check_pixels(width: int, height: int, kind: str) -> None:
    limit = _MAX_PIXELS_OF.get(kind, MAX_PIXELS)
    if width * height > limit:
        raise UnreadableImage(
            reasons.TOO_MANY_PIXELS.format(
                megapixels=-(-width * height // 1_000_000), kind=kind, limit=limit // 1_000_000
            )
        )


def _reason(error: Exception) -> str:
    """Return the sentence for what a library said: its words are all there is to tell by."""
    told = str(error).lower()
    if "memory" in told:
        return reasons.TOO_MUCH_MEMORY
    return reasons.TRUNCATED if "truncated" in told else reasons.DAMAGED
