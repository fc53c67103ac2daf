"""Adobe RGB (1998) as an ICC profile, for cameras that name it in EXIF and embed none."""

from __future__ import annotations

import struct

_D50 = (0.9642, 1.0, 0.8249)
_COLUMNS = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
"""What red, green and blue are as XYZ, as seen in D50."""

_GAMMA = 563  # in 256ths


def profile() -> bytes:
    """Return the profile (ICC version 2): white, three primaries, and a gamma for each."""
    curve = b"curv" + struct.pack(">xxxxIH", 1, _GAMMA) + b"\0\0"
    tags = {b"wtpt": _xyz(_D50)}
    for channel, column in zip((b"r", b"g", b"b"), _COLUMNS, strict=True):
        tags |= {channel + b"XYZ": _xyz(column), channel + b"TRC": curve}
    table, bodies, start = b"", b"", 132 + 12 * len(tags)
    for name, body in tags.items():
        table += name + struct.pack(">II", start + len(bodies), len(body))
        bodies += body
    head = struct.pack(">I4xI", start + len(bodies), 0x02400000) + b"mntrRGB XYZ "
    head = head.ljust(36, b"\0") + b"acsp" + bytes(28) + _xyz(_D50)[8:]
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + bodies


def _xyz(values: tuple[float, float, float]) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65536) for value in values))
