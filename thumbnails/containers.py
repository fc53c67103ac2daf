"""What the containers of PNG (chunks), WebP (RIFF), HEIC and AVIF (boxes) tell by themselves."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
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


def png_chunk(head: bytes, name: bytes) -> bytes:
    """Return the first chunk of that name before a PNG's pixels, empty if there is none."""
    at, found = 8, b""
    while at + 12 <= len(head) and found not in (name, b"IDAT"):
        length, found = struct.unpack_from(">I4s", head, at)
        at += 12 + length
    return head[at - 4 - length : at - 4] if found == name else b""


def properties(head: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield name and content of each property of the picture that a HEIC or AVIF shows.

    A burst, a gain map or a thumbnail have theirs in the same file (ISO 14496-12, 8.11; 23008-12,
    9.3). Yields none of a file that does not begin with them, or is not as it should be.
    """
    meta = dict(_boxes(dict(_boxes(head)).get(b"meta", b"")[4:]))
    inner = dict(_boxes(meta.get(b"iprp", b"")))
    known = list(_boxes(inner.get(b"ipco", b"")))
    try:
        for index in _associated(meta[b"pitm"], inner[b"ipma"]):
            if 1 <= index <= len(known):
                yield known[index - 1]
    except (KeyError, IndexError, struct.error):
        return


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        if length < 8:  # up to the end, or in 64 bits: pixels are so long, what tells of them not
            return
        yield name, data[at + 8 : at + length]
        at += length


def _associated(primary: bytes, associations: bytes) -> Iterator[int]:
    """Yield the numbers, from 1 on, of the primary item's properties."""
    shown = int.from_bytes(primary[4:], "big")
    id_size = 4 if associations[0] else 2
    step = 2 if associations[3] & 1 else 1
    essential = 1 << (8 * step - 1)
    end = 8
    for _ in range(int.from_bytes(associations[4:8], "big")):
        item, start = associations[end : end + id_size], end + id_size + 1
        end = start + step * associations[start - 1]
        if int.from_bytes(item, "big") == shown:
            for at in range(start, end, step):
                yield int.from_bytes(associations[at : at + step], "big") & ~essential
