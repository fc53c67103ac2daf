"""What a JPEG's markers tell before anything is decoded: how much work it asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from mmap import mmap

MAX_SCANS = 100
"""Real progressive photos have 14 at most; a file of 125 KB can have a thousand, each of which
makes the decoder pass over the whole picture again."""

_START_OF_FRAME = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_HUFFMAN = {0xC0, 0xC1, 0xC2}
_PROGRESSIVE = {0xC2, 0xC6, 0xCA, 0xCE}
_STANDALONE = {0x01, *range(0xD0, 0xD9)}
_SOS, _EOI = 0xDA, 0xD9
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


@dataclass(frozen=True)
class Frame:
    """The frame of a JPEG: bits of a sample, size in px, and how much there is: 8x8 blocks, scans,
    bytes of them."""

    bits: int
    width: int
    height: int
    blocks: int
    scans: int
    scan_bytes: int
    huffman: bool

    @property
    def is_hollow(self) -> bool:
        """Tell whether there are fewer bits than blocks: Huffman codes cannot say so much."""
        return self.huffman and self.scan_bytes * 8 < self.blocks

    @property
    def coefficient_bytes(self) -> int:
        """The memory that the decoder holds for the whole picture when it has several scans."""
        return self.blocks * 128 if self.scans > 1 else 0


def read_frame(data: bytes | mmap) -> Frame | None:
    """Walk the markers of a JPEG up to its end, or up to one scan more than `MAX_SCANS`.

    Returns None where no frame can be found; the decoder will say what is wrong.
    """
    position, scans, first_scan, header = 2, 0, 0, None
    while match := _NEXT_MARKER.search(data, position):
        marker, start = data[match.start() + 1], match.end()
        if marker == _EOI:
            break
        if marker in _STANDALONE:
            position = start
            continue
        length = int.from_bytes(data[start : start + 2], "big")
        if marker in _START_OF_FRAME and header is None:
            header = (marker, data[start + 2 : start + length])
        if marker == _SOS:
            scans += 1
            first_scan = first_scan or start
            one_pass = header and data[start + 2 : start + 3] == header[1][5:6]
            if scans > MAX_SCANS or (one_pass and header and header[0] not in _PROGRESSIVE):
                break
        position = start + max(length, 2)
    if header is None or len(header[1]) < 9 or not scans:
        return None
    return _frame(*header, scans=scans, scan_bytes=len(data) - first_scan)


def _frame(marker: int, header: bytes, *, scans: int, scan_bytes: int) -> Frame:
    height, width = int.from_bytes(header[1:3], "big"), int.from_bytes(header[3:5], "big")
    sampling = [(header[i] >> 4, header[i] & 15) for i in range(7, len(header), 3)]
    most_h = max(h for h, _ in sampling) or 1
    most_v = max(v for _, v in sampling) or 1
    blocks = sum(
        -(-width * h // (8 * most_h)) * -(-height * v // (8 * most_v)) for h, v in sampling
    )
    return Frame(
        header[0],
        width,
        height,
        blocks,
        scans,
        scan_bytes=scan_bytes,
        huffman=marker in _HUFFMAN,
    )
