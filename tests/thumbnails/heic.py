"""HEIC files as phones make them: of several pictures, or with one that describes another."""

from __future__ import annotations

import io
import struct

import pillow_heif
from PIL import Image


def several(*frames: Image.Image, primary: int = 0, **options: object) -> bytes:
    """Make a file of several pictures, as of a burst; `primary` is the one to be shown."""
    file = pillow_heif.HeifFile()
    for frame in frames:
        file.add_from_pillow(frame)
    buffer = io.BytesIO()
    file.save(buffer, primary_index=primary, **options)
    return buffer.getvalue()


def with_auxiliary(source: bytes, kind: str) -> bytes:
    """Make the second of two pictures an auxiliary one of the first (ISO 23008-12, 6.6.2.1).

    It gets a property that says what `kind` it is, a reference to the first, and the flag
    "hidden". The boxes are as libheif writes them.
    """
    data = source.index(b"mdat") - 4
    head = source[:data]
    properties = _count(head[head.index(b"ipco") + 4 : head.index(b"ipma") - 4])

    new = _grow(head, (b"meta", b"iprp", b"ipco"), _box(b"auxC", bytes(4), kind.encode(), b"\0"))
    of_first = new.index(b"ipma") + 14  # after version, flags, how many pictures, and an id
    of_second = of_first + 1 + new[of_first] + 2
    new = new[:of_second] + bytes([new[of_second] + 1]) + new[of_second + 1 :]
    new = _grow(new, (b"meta", b"iprp", b"ipma"), bytes([0x80 | (properties + 1)]))
    reference = _box(b"auxl", struct.pack(">HHH", 2, 1, 1))
    new = bytearray(_grow(new, (b"meta",), _box(b"iref", bytes(4), reference)))

    new[new.rindex(b"infe") + 7] = 1  # hidden
    for picture in range(2):
        place = new.index(b"iloc") + 16 + picture * 18
        (offset,) = struct.unpack_from(">I", new, place)
        struct.pack_into(">I", new, place, offset + len(new) - len(head))
    return bytes(new) + source[data:]


def _box(name: bytes, *content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(b"".join(content))) + name + b"".join(content)


def _count(boxes: bytes) -> int:
    count = at = 0
    while at < len(boxes):
        at += struct.unpack_from(">I", boxes, at)[0]
        count += 1
    return count


def _grow(file: bytes, path: tuple[bytes, ...], addition: bytes) -> bytes:
    """Add to the end of the last box of `path`, each of which holds the next."""
    end = 0
    for name in path:
        start = file.index(name) - 4
        (size,) = struct.unpack_from(">I", file, start)
        end = start + size
        file = file[:start] + struct.pack(">I", size + len(addition)) + file[start + 4 :]
    return file[:end] + addition + file[end:]
