"""Every crafted file ends in pictures or in a plain reason, within the limits."""

from pathlib import Path

import pytest

from tests.thumbnails import hostile
from thumbnails import sandbox
from thumbnails.render import UnreadableImage
from thumbnails.sandbox import render_safely


def test_every_hostile_file_ends_as_it_should(subtests, tmp_path):
    names = set()
    for name, content, expected in hostile.files():
        names.add(name)
        path = tmp_path / name
        path.write_bytes(content)

        with subtests.test(name):
            assert ending(path) in ((expected,) if isinstance(expected, str) else expected)

        path.unlink()
    assert len(names) >= 45


def ending(path: Path) -> str:
    try:
        render_safely(path)
    except UnreadableImage as error:
        return error.reason
    return hostile.READY


def test_limits_leave_room_for_the_function_around_the_child():
    handler_and_fork_server = 80_000_000

    assert sandbox.MEMORY_BYTES + handler_and_fork_server <= 1_024_000_000
    assert sandbox.CPU_SECONDS < sandbox.WALL_SECONDS < 20


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "AVIF", "HEIF"])
def test_a_whole_file_of_every_kind_is_ready(tmp_path, kind):
    path = tmp_path / kind
    path.write_bytes(hostile.saved(kind))

    assert ending(path) == hostile.READY
