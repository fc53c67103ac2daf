"""Colours that a file declares with code points (ITU-T H.273) and not with an ICC profile.

AVIF, HEIC ("colr" box of type nclx) and PNG (cICP) do so, above all for HDR: shown as if it were
sRGB, such a picture is grey and flat.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from PIL import ImageFilter

from thumbnails import containers

RGB = tuple[float, float, float]

_BT2020, _DISPLAY_P3 = 9, 12
_PQ, _HLG = 16, 18
_WHITE_NITS, _HLG_PEAK_NITS = 203.0, 1000.0
"""ITU-R BT.2408: the brightness of paper white in an HDR picture."""

_KNEE = 0.6
_GRID = 25

# Linear RGB of wider primaries to linear BT.709, all with a D65 white.
_TO_BT709 = {
    _BT2020: (
        (1.660491, -0.587641, -0.072850),
        (-0.124550, 1.132900, -0.008349),
        (-0.018151, -0.100579, 1.118730),
    ),
    _DISPLAY_P3: (
        (1.224940, -0.224940, 0.0),
        (-0.042057, 1.042057, 0.0),
        (-0.019638, -0.078636, 1.098274),
    ),
}


class CodePoints(NamedTuple):
    """Colour primaries and transfer characteristics, numbered as in H.273."""

    primaries: int
    transfer: int


def find(kind: str, head: bytes) -> CodePoints | None:
    """Return the code points that the first bytes of a file of that kind declare."""
    if kind == "PNG":
        body = containers.png_chunk(head, b"cICP")
        return CodePoints(body[0], body[1]) if len(body) == 4 else None
    if kind in ("AVIF", "HEIF"):
        for name, body in containers.properties(head):
            if name == b"colr" and body[:4] == b"nclx" and len(body) >= 8:
                return CodePoints(*struct.unpack_from(">HH", body, 4))
    return None


@cache
def to_srgb(code_points: CodePoints) -> ImageFilter.Color3DLUT | None:
    """Return a table that makes such colours sRGB, or None where they are (near) sRGB already."""
    matrix = _TO_BT709.get(code_points.primaries)
    to_linear = {_PQ: _from_pq, _HLG: _from_hlg}.get(code_points.transfer)
    if matrix is None and to_linear is None:
        return None

    def convert(r: float, g: float, b: float) -> RGB:
        linear = to_linear((r, g, b)) if to_linear else _each(_from_srgb, (r, g, b))
        if matrix:
            red, green, blue = (
                sum(weight * value for weight, value in zip(row, linear, strict=True))
                for row in matrix
            )
            linear = red, green, blue
        if to_linear:
            linear = _tone_map(linear)
        return _each(encode_srgb, linear)

    return ImageFilter.Color3DLUT.generate(_GRID, convert)


def _each(function: Callable[[float], float], colour: RGB) -> RGB:
    r, g, b = colour
    return function(r), function(g), function(b)


def _from_srgb(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else math.pow((value + 0.055) / 1.055, 2.4)


def encode_srgb(value: float) -> float:
    value = min(1.0, max(0.0, value))
    return value * 12.92 if value <= 0.0031308 else 1.055 * math.pow(value, 1 / 2.4) - 0.055


def _from_pq(colour: RGB) -> RGB:
    """Return light relative to paper white (SMPTE ST 2084)."""

    def light(value: float) -> float:
        power = value ** (1 / 78.84375)
        ratio = max(power - 0.8359375, 0) / (18.8515625 - 18.6875 * power)
        return math.pow(ratio, 1 / 0.1593017578125) * 10_000 / _WHITE_NITS

    return _each(light, colour)


def _from_hlg(colour: RGB) -> RGB:
    """Return light relative to paper white, on a display of 1,000 nits (ITU-R BT.2100)."""

    def scene(value: float) -> float:
        if value <= 0.5:
            return value * value / 3
        return (math.exp((value - 0.55991073) / 0.17883277) + 0.28466892) / 12

    r, g, b = _each(scene, colour)
    luminance = 0.2627 * r + 0.6780 * g + 0.0593 * b
    gain = luminance**0.2 * _HLG_PEAK_NITS / _WHITE_NITS
    return r * gain, g * gain, b * gain


def _tone_map(colour: RGB) -> RGB:
    """Bend what is brighter than paper white back under it; keep the hue and the darker tones."""
    peak = max(colour)
    if peak <= _KNEE:
        return colour
    over = (peak - _KNEE) / (1 - _KNEE)
    gain = (_KNEE + (1 - _KNEE) * over / (1 + over)) / peak
    r, g, b = colour
    return r * gain, g * gain, b * gain
