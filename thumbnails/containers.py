"""What the containers of WebP (RIFF), HEIC and AVIF (boxes) tell before a library opens them."""

from __future__ import annotations

import os
from typing import BinaryIO

_BOXES = (b"ftyp", b"meta", b"mdat", b"moov", b"free", b"skip", b"uuid", b"mpvd")
"""What stands outermost; phones append other things, which are no boxes at all."""


def is_cut(kind: str, file: BinaryIO) -> bool:
    """Tell whether the file ends before its outermost chunk or box does."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if kind == "WEBP":
        return 8 + int.from_bytes(file.read(8)[4:], "little") > size
    return kind in ("AVIF", "HEIF") and _last_box_ends(file, size) > size


def _last_box_ends(file: BinaryIO, size: int) -> int:
    end = 0
    while end < size:
        file.seek(end)
        header = file.read(16)
        length = int.from_bytes(header[:4], "big")
        if length == 1:  # the length follows, in 64 bits
            length = int.from_bytes(header[8:], "big")
        if length < 8 or header[4:8] not in _BOXES:  # 0: up to the end, wherever that is
            return size
        end += length
    return end


def webp_size(head: bytes) -> tuple[int, int] | None:
    """Return the width and height in px that a WebP claims; its decoder allocates when it opens."""
    kind, body = head[12:16], head[20:30]
    if len(body) < 10:
        return None
    if kind == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        width, height = (int.from_bytes(body[i : i + 2], "little") & 0x3FFF for i in (6, 8))
        return width, height
    return None
