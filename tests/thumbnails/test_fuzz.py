"""Damaged files: a few hundred in every run, as many as FUZZ_CASES says on demand (make fuzz).

A mutated file may come out as a picture or end with a reason. What it must not do is end the
child by a signal, or raise anything else.
"""

import os
import struct
import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.thumbnails import hostile
from thumbnails import containers, formats, markers, metadata, nclx, reasons
from thumbnails.render import UnreadableImage
from thumbnails.sandbox import render_safely

CASES = int(os.environ.get("FUZZ_CASES", "300"))

fuzzed = settings(
    max_examples=CASES,
    derandomize="FUZZ_CASES" not in os.environ,  # the same ones in every ordinary run
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)

SEEDS = [
    hostile.saved("JPEG", exif=b"Exif\0\0" + hostile.exif_loop()),
    hostile.saved("JPEG", progressive=True),
    hostile.saved("PNG"),
    hostile.saved("GIF"),
    hostile.saved("WEBP"),
    hostile.saved("WEBP", lossless=True),
    hostile.saved("AVIF"),
    hostile.saved("HEIF"),
    hostile.frames("PNG", 3),
    hostile.frames("WEBP", 3),
    hostile.frames("GIF", 3),
]

NUMBERS = [0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF]

place = st.integers(0, 2**16).map(lambda n: n / 2**16)
mutation = st.one_of(
    st.tuples(st.just("byte"), place, st.integers(0, 255)),
    st.tuples(st.just("number"), place, st.sampled_from(NUMBERS)),
    st.tuples(st.just("repeat"), place, st.integers(1, 64)),
    st.tuples(st.just("remove"), place, st.integers(1, 64)),
    st.tuples(st.just("end"), place, st.just(0)),
    st.tuples(st.just("splice"), place, st.integers(0, len(SEEDS) - 1)),
)


def mutated(data: bytes, mutations: list[tuple[str, float, int]]) -> bytes:
    for how, where, value in mutations:
        at = int(where * len(data))
        if how == "byte":
            data = data[:at] + bytes([value]) + data[at + 1 :]
        elif how == "number":
            data = data[:at] + struct.pack(">I", value) + data[at + 4 :]
        elif how == "repeat":
            data = data[:at] + data[at : at + value] * 20 + data[at:]
        elif how == "remove":
            data = data[:at] + data[at + value :]
        elif how == "end":
            data = data[:at]
        else:
            other = SEEDS[value]
            data = data[:at] + other[int(where * len(other)) :]
    return data


@fuzzed
@given(st.sampled_from(SEEDS), st.lists(mutation, min_size=1, max_size=6))
def test_no_damaged_file_breaks_a_decoder(seed, mutations):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "photo"
        path.write_bytes(mutated(seed, mutations))

        reason = reason_for(path)

    assert reason != reasons.CRASHED


def reason_for(path: Path) -> str | None:
    try:
        render_safely(path)
    except UnreadableImage as error:
        return error.reason
    return None


@fuzzed
@given(st.binary(max_size=4096), st.sampled_from([b"", b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08"]))
def test_exif_reader_takes_any_bytes(noise, beginning):
    facts = metadata.read_facts(beginning + noise)

    assert 1 <= facts.orientation <= 8


@fuzzed
@given(st.binary(max_size=4096), st.sampled_from([b"", b"\xff\xd8", SEEDS[0], SEEDS[1]]))
def test_marker_walk_takes_any_bytes(noise, beginning):
    frame = markers.read_frame(beginning + noise)

    assert frame is None or frame.blocks >= 0


@fuzzed
@given(
    st.binary(max_size=256),
    st.sampled_from([b"", *(seed[:40] for seed in SEEDS), *(seed[:300] for seed in SEEDS)]),
)
def test_container_readers_take_any_bytes(noise, beginning):
    head = beginning + noise

    containers.webp_size(head)
    for kind in ("PNG", "AVIF", "HEIF"):
        nclx.find(kind, head)
    with suppress(UnreadableImage):
        formats.recognise(head)
