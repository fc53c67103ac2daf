"""The few facts that we want from EXIF: which side is up, and when the photo was taken.

Read here and not by Pillow, which loads every entry: 65,535 of them that all point at the same
megabyte ask for 64 GB.
"""

from __future__ import annotations

import re
import struct
from datetime import datetime
from typing import NamedTuple

_ORIENTATION, _DATE_TIME, _EXIF_IFD = 0x0112, 0x0132, 0x8769
_MAKE, _MODEL = 0x010F, 0x0110
_DATE_TIME_ORIGINAL, _DATE_TIME_DIGITIZED = 0x9003, 0x9004
_OFFSET_TIME, _OFFSET_TIME_ORIGINAL, _OFFSET_TIME_DIGITIZED = 0x9010, 0x9011, 0x9012
_TIMES = (
    (_DATE_TIME_ORIGINAL, _OFFSET_TIME_ORIGINAL),
    (_DATE_TIME_DIGITIZED, _OFFSET_TIME_DIGITIZED),
    (_DATE_TIME, _OFFSET_TIME),
)
_COLOUR_SPACE, _SRGB = 0xA001, 1
_INTEROPERABILITY_IFD, _INTEROPERABILITY_INDEX = 0xA005, 0x0001
_WANTED = {
    *(_ORIENTATION, _EXIF_IFD, _MAKE, _MODEL),
    *(tag for pair in _TIMES for tag in pair),
    *(_COLOUR_SPACE, _INTEROPERABILITY_IFD, _INTEROPERABILITY_INDEX),
}
_BYTE, _ASCII, _SHORT, _LONG = 1, 2, 3, 4
_MAX_ENTRIES = 1000
_LONGEST_TEXT = 64

_TIME = re.compile(r"(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d):(\d\d):(\d\d)")
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)|Z")


class Facts(NamedTuple):
    """EXIF orientation (1-8); ISO 8601 time taken, with an offset only if the camera gave one;
    the camera as it names itself; whether the colours are Adobe RGB, as DCF has cameras say it."""

    orientation: int = 1
    taken_at: str | None = None
    camera: str = ""
    adobe_rgb: bool = False


def read_facts(exif: bytes) -> Facts:
    """Read the facts from an EXIF block; nonsense of any kind counts as absent."""
    exif = exif.removeprefix(b"Exif\0\0")
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None or len(exif) < 8:
        return Facts()
    (first,) = struct.unpack_from(f"{order}I", exif, 4)
    tags = _read_ifd(exif, order, first)
    orientation, pointer = tags.get(_ORIENTATION), tags.get(_EXIF_IFD)
    if isinstance(pointer, int):
        tags |= _read_ifd(exif, order, pointer)
    if not isinstance(orientation, int) or not 1 <= orientation <= 8:
        orientation = 1
    return Facts(orientation, _time_taken(tags), _camera(tags), _is_adobe_rgb(exif, order, tags))


def _read_ifd(exif: bytes, order: str, offset: int) -> dict[int, int | str]:
    """Return the wanted tags of one directory: numbers, and text cut at its first NUL."""
    tags: dict[int, int | str] = {}
    if offset + 2 > len(exif):
        return tags
    (count,) = struct.unpack_from(f"{order}H", exif, offset)
    for start in range(offset + 2, offset + 2 + 12 * min(count, _MAX_ENTRIES), 12):
        if start + 12 > len(exif):
            break
        tag, kind, length, value = struct.unpack_from(f"{order}HHII", exif, start)
        if tag not in _WANTED:
            continue
        if kind == _BYTE:
            tags[tag] = exif[start + 8]
        elif kind == _SHORT:
            (tags[tag],) = struct.unpack_from(f"{order}H", exif, start + 8)
        elif kind == _LONG:
            tags[tag] = value
        elif kind == _ASCII:
            begin = value if length > 4 else start + 8
            text = exif[begin : begin + min(length, _LONGEST_TEXT)]
            tags[tag] = text.split(b"\0")[0].decode("latin-1").strip()
    return tags


def _is_adobe_rgb(exif: bytes, order: str, tags: dict[int, int | str]) -> bool:
    pointer = tags.get(_INTEROPERABILITY_IFD)
    if not isinstance(pointer, int) or tags.get(_COLOUR_SPACE) == _SRGB:
        return False
    return _read_ifd(exif, order, pointer).get(_INTEROPERABILITY_INDEX) == "R03"


def _camera(tags: dict[int, int | str]) -> str:
    """Return make and model, the make once: "Canon Canon EOS R6" is what cameras write."""
    make, model = (
        " ".join("".join(c for c in str(tags.get(tag, "")) if c.isprintable()).split())
        for tag in (_MAKE, _MODEL)
    )
    return model if model.casefold().startswith(make.casefold()) else f"{make} {model}".strip()


def _time_taken(tags: dict[int, int | str]) -> str | None:
    for time_tag, offset_tag in _TIMES:
        match = _TIME.match(str(tags.get(time_tag, "")))
        if not match:
            continue
        try:
            taken = datetime(*map(int, match.groups()))  # type: ignore[arg-type]  # noqa: DTZ001
        except ValueError:
            continue  # 0000:00:00 is what cameras without a clock write
        return taken.isoformat() + (_offset(tags, offset_tag) or _offset(tags, _OFFSET_TIME))
    return None


def _offset(tags: dict[int, int | str], tag: int) -> str:
    text = str(tags.get(tag, ""))
    match = _OFFSET.fullmatch(text)
    if not match:
        return ""
    if text == "Z":
        return "+00:00"
    sign, hours, minutes = match.groups()
    return f"{sign}{hours}:{minutes}" if int(hours) <= 15 and int(minutes) < 60 else ""
