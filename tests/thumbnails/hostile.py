"""Files that nobody's camera made: bombs, lies, loops, floods, polyglots and torsos.

`files()` yields name, content, and how each must end: READY, or the reason's sentence.
"""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from functools import cache

import pillow_heif
from PIL import Image

from thumbnails import reasons

READY = "ready"
EITHER = (READY, reasons.DAMAGED, reasons.TRUNCATED)

SIZE = (96, 64)
HUGE = (13_000, 13_000)


@cache
def scene() -> Image.Image:
    """Return a small picture that is not all of one colour."""
    return Image.merge("RGB", [Image.radial_gradient("L").resize(SIZE)] * 2 + [gradient()])


def gradient() -> Image.Image:
    return Image.linear_gradient("L").resize(SIZE)


@cache
def saved(kind: str, **options: object) -> bytes:
    """Return the scene as a file of that kind, with the options of Pillow's `save`."""
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Pillow, about what it is given to write
        if kind == "HEIF":
            # not through Pillow, where it would take the place of the opener that is tested
            image = scene().copy()
            image.info = options
            pillow_heif.from_pillow(image).save(buffer)
        else:
            scene().save(buffer, kind, **options)
    return buffer.getvalue()


def files() -> Iterator[tuple[str, bytes, str | tuple[str, ...]]]:
    """Yield every crafted file."""
    yield from _torsos()
    yield from _disguises()
    yield from _pngs()
    yield from _jpegs()
    yield from _others()


def _torsos() -> Iterator[tuple[str, bytes, str | tuple[str, ...]]]:
    yield "empty", b"", reasons.EMPTY
    yield "one-byte", b"\xff", reasons.NOT_A_PHOTO
    yield "soi-only", b"\xff\xd8", reasons.NOT_A_PHOTO
    yield "soi-and-a-half", b"\xff\xd8\xff", reasons.DAMAGED
    for kind in ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "HEIF"):
        whole = saved(kind)
        for percent in (1, 10, 50, 99):
            part = whole[: max(1, len(whole) * percent // 100)]
            bad = (reasons.TRUNCATED, reasons.DAMAGED, reasons.NOT_A_PHOTO)
            # a GIF that lacks its last byte lacks nothing that shows
            yield f"{kind}-{percent}-per-cent", part, (*bad, READY) if kind == "GIF" else bad


def _disguises() -> Iterator[tuple[str, bytes, str | tuple[str, ...]]]:
    """Yield what wears .jpg and is none."""

    def refused(kind: str) -> str:
        return reasons.UNSUPPORTED.format(kind=kind)

    yield (
        "eps",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage",
        refused("PostScript files"),
    )
    yield "mvg", b"push graphic-context\nimage over 0,0 0,0 'msl:/etc/passwd'", reasons.NOT_A_PHOTO
    yield "svg", b'<?xml version="1.0"?><svg onload="alert(1)"/>', refused("SVG drawings")
    yield "html", b"<!doctype html><script>alert(1)</script>", reasons.NOT_A_PHOTO
    yield "pdf", b"%PDF-1.7\n", refused("PDF files")
    yield "bmp", b"BM" + bytes(60), refused("BMP pictures")
    yield "tiff-bomb", _tiff_bomb(), refused("TIFF and raw pictures")
    yield "photoshop", b"8BPS\0\1" + bytes(60), refused("Photoshop files")
    for name, magic in {
        "olympus": b"IIRO\x08\0\0\0",
        "canon-crw": b"II\x1a\0\0\0HEAPCCDR",
        "sigma": b"FOVb\0\0\2\0",
    }.items():
        yield f"raw-{name}", magic + bytes(60), refused("Raw pictures")
    yield "jpeg-xr", b"II\xbc\x01\x20\0\0\0" + bytes(60), refused("Pictures of this kind")
    yield "jpeg-2000", b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(60), refused("JPEG 2000 pictures")
    yield "jpeg-xl", b"\xff\x0a" + bytes(60), reasons.JPEG_XL
    yield "jpeg-xl-boxes", b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(60), reasons.JPEG_XL
    yield "video", b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + bytes(60), reasons.VIDEO
    # its first box has the length by which an icon begins
    yield "quicktime-without-ftyp", b"\0\0\1\0moov\0\0\0\x6cmvhd" + bytes(240), reasons.VIDEO
    yield "windows-media", bytes.fromhex("3026b2758e66cf11") + bytes(60), reasons.VIDEO
    yield (
        "heif-of-nothing-we-know",
        b"\0\0\0\x10ftypmif1\0\0\0\0" + bytes(60),
        refused("Pictures of this kind"),
    )
    yield "zip", _zip(), reasons.NOT_A_PHOTO


def _tiff_bomb() -> bytes:
    buffer = io.BytesIO()
    Image.new("1", (10_000, 10_000)).save(buffer, "TIFF", compression="tiff_deflate")
    return buffer.getvalue()


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("evil.txt", "surprise")
    return buffer.getvalue()


def _pngs() -> Iterator[tuple[str, bytes, str | tuple[str, ...]]]:
    pixels = _zeros(20 * 21)
    yield "png-bomb", png(HUGE, 1, 0, _zeros(13_000 * (1 + 13_000 // 8))), _too_large(HUGE, "PNG")
    yield "png-64-megapixels", png((8000, 8000), 1, 0, _zeros(8000 * (1 + 8000 // 8))), READY
    yield "png-interlaced", png((4000, 4000), 8, 0, _zeros(17_000_000), interlaced=1), EITHER
    yield (
        "png-claims-too-much",
        png((60_000, 60_000), 8, 2, pixels),
        _too_large((60_000, 60_000), "PNG"),
    )
    yield "png-hollow", png((6000, 6000), 8, 2, pixels), (reasons.TRUNCATED, reasons.DAMAGED)
    yield "png-excess-idat", png((20, 20), 8, 0, _zeros(100_000_000)), EITHER
    yield "png-ztxt-bomb", _png_with(b"zTXt", b"k\0\0" + _zeros(100_000_000)), EITHER
    yield "png-iccp-bomb", _png_with(b"iCCP", b"k\0\0" + _zeros(100_000_000)), EITHER
    yield (
        "png-itxt-flood",
        _png_with(b"iTXt", b"k\0\1\0\0\0" + _zeros(900_000), 200),
        (reasons.TOO_MUCH_MEMORY),
    )
    yield "png-chunk-flood", _png_with(b"tEXt", b"k\0v", 60_000), EITHER
    yield (
        "png-endless-chunk",
        _png()[:33] + b"\x7f\xff\xff\xffIDAT" + pixels,
        (
            *EITHER[1:],
            reasons.TOO_MUCH_MEMORY,
        ),
    )
    yield "png-without-palette", png((20, 20), 8, 3, pixels), EITHER
    yield "png-bad-sum", _png()[:40] + b"\0" + _png()[41:], EITHER
    yield "png-frame-flood", _png_with(b"acTL", struct.pack(">II", 2**31 - 1, 0)), EITHER
    yield "png-ifd-of-65535", _png_with(b"eXIf", exif_of_65535_entries()), READY
    yield "png-and-svg", saved("PNG") + b"<svg onload='alert(1)'/>", READY
    yield "png-zero-size", png((0, 0), 8, 0, pixels), (reasons.DAMAGED, reasons.TRUNCATED)


def _zeros(length: int) -> bytes:
    """Return so many zeros, compressed by a thousand, without ever holding them all."""
    packer, block = zlib.compressobj(9), bytes(1 << 20)
    parts = [packer.compress(block) for _ in range(length >> 20)]
    return b"".join([*parts, packer.compress(bytes(length & 0xFFFFF)), packer.flush()])


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(size: tuple[int, int], bits: int, colour: int, pixels: bytes, interlaced: int = 0) -> bytes:
    header = struct.pack(">IIBBBBB", *size, bits, colour, 0, 0, interlaced)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [chunk(b"IHDR", header), chunk(b"IDAT", pixels), chunk(b"IEND", b"")]
    )


def _png() -> bytes:
    return png((20, 20), 8, 0, _zeros(20 * 21))


def _png_with(kind: bytes, body: bytes, times: int = 1) -> bytes:
    return _png()[:33] + chunk(kind, body) * times + _png()[33:]


def _jpegs() -> Iterator[tuple[str, bytes, str | tuple[str, ...]]]:
    whole, progressive = saved("JPEG"), saved("JPEG", progressive=True)
    scan = progressive[progressive.rindex(b"\xff\xda") : -2]
    yield "jpeg-1010-scans", progressive[:-2] + scan * 1000 + b"\xff\xd9", reasons.UNUSUAL_JPEG
    yield "jpeg-90-scans", progressive[:-2] + scan * 80 + b"\xff\xd9", READY
    yield "jpeg-hollow", resized_jpeg(whole, (9400, 9400)), reasons.HOLLOW
    yield (
        "jpeg-claims-too-much",
        resized_jpeg(whole, (65_500, 65_500)),
        _too_large((65_500, 65_500), "JPEG"),
    )
    yield "jpeg-larger-than-it-is", resized_jpeg(whole, (120, 120)), EITHER
    yield (
        "jpeg-progressive-too-large",
        resized_jpeg(progressive[:-2] + bytes(1_000_000) + b"\xff\xd9", (14_000, 14_000)),
        (reasons.TOO_LARGE_PROGRESSIVE, reasons.HOLLOW),
    )
    yield "jpeg-zero-size", resized_jpeg(whole, (0, 0)), EITHER[1:]
    yield "jpeg-ifd-loop", saved("JPEG", exif=b"Exif\0\0" + exif_loop()), READY
    yield (
        "jpeg-ifd-of-5000",
        saved("JPEG", exif=b"Exif\0\0" + exif_of_65535_entries()[:60_000]),
        (READY),
    )
    yield "jpeg-exif-noise", saved("JPEG", exif=b"Exif\0\0" + bytes(range(256)) * 99), READY
    yield "jpeg-icc-noise", saved("JPEG", icc_profile=bytes(range(256)) * 9999), READY
    yield "jpeg-icc-65535-tags", saved("JPEG", icc_profile=_icc(0xFFFFFFFF)), READY
    yield "jpeg-and-html", saved("JPEG", comment=b"--><script>alert(1)</script>"), READY
    yield "jpeg-and-zip", whole + _zip(), READY
    yield "jpeg-and-video", whole + b"\0\0\0\x18ftypisom" + bytes(range(256)) * 4096, READY
    yield "jpeg-20-megabytes-of-app15", _segments(whole, b"\xff\xef", 320), READY
    yield "jpeg-mpf-noise", _segments(whole, b"\xff\xe2", 1, b"MPF\0II*\0\x08\0\0\0"), READY
    yield "jpeg-12-bit", _patched_frame(whole, 4, b"\x0c"), reasons.UNUSUAL_JPEG
    yield "jpeg-99-components", _patched_frame(whole, 9, b"\x63"), EITHER[1:]
    yield "jpeg-sampling-of-zero", _patched_frame(whole, 11, b"\x00"), EITHER[1:]
    yield "jpeg-without-tables", _without(whole, 0xDB), EITHER
    yield "jpeg-length-of-zero", whole[:2] + b"\xff\xe1\0\0" + whole[2:], EITHER


def resized_jpeg(data: bytes, size: tuple[int, int]) -> bytes:
    """Return the JPEG with a frame that claims another width and height."""
    return _patched_frame(data, 5, struct.pack(">HH", size[1], size[0]))


def _patched_frame(data: bytes, offset: int, change: bytes) -> bytes:
    at = max(data.find(b"\xff\xc0\0\x11"), data.find(b"\xff\xc2\0\x11")) + offset
    return data[:at] + change + data[at + len(change) :]


def _segments(data: bytes, marker: bytes, times: int, head: bytes = b"") -> bytes:
    body = head + bytes(65_533 - len(head))
    return data[:2] + (marker + b"\xff\xff" + body) * times + data[2:]


def _without(data: bytes, marker: int) -> bytes:
    while (at := data.find(bytes([0xFF, marker]))) >= 0:
        data = data[:at] + data[at + 2 + int.from_bytes(data[at + 2 : at + 4], "big") :]
    return data


def exif_loop() -> bytes:
    """Return EXIF whose directories are each other's sub-directory and successor."""
    entry = struct.pack("<HHII", 0x8769, 4, 1, 8)
    return b"II*\0\x08\0\0\0" + struct.pack("<H", 1) + entry + struct.pack("<I", 8)


def exif_of_65535_entries() -> bytes:
    """Return EXIF whose every entry points at the same megabyte: 64 GB when all are loaded."""
    entries = b"".join(
        struct.pack("<HHII", tag & 0xFFFF, 7, 1_000_000, 8) for tag in range(1, 65_536)
    )
    return b"II*\0\x08\0\0\0" + struct.pack("<H", 65_535) + entries + bytes(300_000)


def _icc(tags: int) -> bytes:
    head = struct.pack(">I4s4s4s4s4s", 5000, b"lcms", b"\4\x30\0\0", b"mntr", b"RGB ", b"XYZ ")
    return (head.ljust(36, b"\0") + b"acsp").ljust(128, b"\0") + struct.pack(">I", tags) + bytes(4)


def _others() -> Iterator[tuple[str, bytes, str | tuple[str, ...]]]:
    yield "webp-bomb", webp_of_one_colour(HUGE), _too_large(HUGE, "WEBP")
    yield "webp-49-megapixels", webp_of_one_colour((7000, 7000)), READY
    yield "webp-frame-flood", frames("WEBP", 2000), READY
    yield (
        "webp-canvas-too-large",
        _large_canvas(frames("WEBP", 2)),
        EITHER + (_too_large((16384, 16384), "WEBP"),),
    )
    yield "gif-frame-flood", frames("GIF", 5000), READY
    yield "gif-canvas-too-large", _gif_canvas((65_535, 65_535)), _too_large((65_535, 65_535), "GIF")
    yield "gif-64-megapixels", _gif_of_one_colour((8000, 8000)), READY
    yield "gif-without-frames", b"GIF89a\x10\0\x10\0\0\0\0;", EITHER[1:]
    yield "apng-of-three-frames", frames("PNG", 3), READY
    for kind in ("AVIF", "HEIF"):
        size = (30_000, 30_000)
        yield (
            f"{kind}-claims-too-much",
            _ispe(saved(kind), size),
            (
                _too_large(size, kind),
                reasons.DAMAGED,
                reasons.TOO_MUCH_MEMORY,
            ),
        )
        bomb, legal = (8001, 8000), (8000, 8000)
        yield f"{kind}-bomb", _of_one_colour(kind, bomb), _too_large(bomb, kind)
        yield f"{kind}-64-megapixels", _of_one_colour(kind, legal), READY
        yield f"{kind}-larger-than-it-is", _ispe(saved(kind), (5000, 5000)), EITHER
        yield f"{kind}-box-of-no-size", saved(kind).replace(b"meta", b"meta\0\0\0\0", 1), EITHER[1:]
        yield f"{kind}-ifd-of-65535", saved(kind, exif=exif_of_65535_entries()), READY
    yield "avif-frame-flood", frames("AVIF", 50), READY


def webp_of_one_colour(size: tuple[int, int]) -> bytes:
    """Return a lossless WebP of a few bytes: a code with a single symbol takes no bits."""
    buffer = io.BytesIO()
    Image.new("RGB", (1, 1), "teal").save(buffer, "WEBP", lossless=True)
    data = bytearray(buffer.getvalue())
    bits = struct.unpack_from("<I", data, 21)[0] & ~0xFFFFFFF
    struct.pack_into("<I", data, 21, bits | (size[0] - 1) | (size[1] - 1) << 14)
    return bytes(data)


def frames(kind: str, count: int) -> bytes:
    frames = [
        Image.new("RGB", (8, 8), (i * 97 % 256, i * 31 % 256, i // 256)) for i in range(count)
    ]
    buffer = io.BytesIO()
    frames[0].save(buffer, kind, save_all=True, append_images=frames[1:], duration=10)
    return buffer.getvalue()


def _large_canvas(data: bytes) -> bytes:
    at = data.index(b"VP8X") + 12
    return data[:at] + b"\xff\x3f\0" * 2 + data[at + 6 :]


def _gif_canvas(size: tuple[int, int]) -> bytes:
    data = saved("GIF")
    return data[:6] + struct.pack("<HH", *size) + data[10:]


def _gif_of_one_colour(size: tuple[int, int]) -> bytes:
    buffer = io.BytesIO()
    Image.new("P", size).save(buffer, "GIF")
    return buffer.getvalue()


@cache
def _of_one_colour(kind: str, size: tuple[int, int]) -> bytes:
    """Return a valid grey AVIF or HEIC: a few KB, and a second of the encoder's."""
    buffer, image = io.BytesIO(), Image.new("L", size)
    if kind == "HEIF":
        fast = {"preset": "ultrafast", "x265:ctu": "64", "x265:min-cu-size": "32"}
        pillow_heif.from_pillow(image).save(buffer, quality=10, enc_params=fast)
    else:
        image.save(buffer, kind, speed=10, max_threads=1)
    return buffer.getvalue()


def _ispe(data: bytes, size: tuple[int, int]) -> bytes:
    at = data.index(b"ispe") + 8
    return data[:at] + struct.pack(">II", *size) + data[at + 8 :]


def _too_large(size: tuple[int, int], kind: str) -> str:
    limit = {"JPEG": 200, "WEBP": 50}.get(kind, 64)
    return reasons.TOO_MANY_PIXELS.format(
        megapixels=-(-size[0] * size[1] // 1_000_000), kind=kind, limit=limit
    )
