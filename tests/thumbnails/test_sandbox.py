"""The wall around rendering: what happens inside ends as pictures or as a reason."""

import ctypes
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from tests.waiting import eventually
from thumbnails import reasons, sandbox
from thumbnails.render import UnreadableImage, render
from thumbnails.sandbox import render_safely


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photo"
    Image.effect_noise((1600, 1200), 60).save(path, "JPEG")
    return path


@pytest.fixture
def fresh_servers(monkeypatch):
    """Fork servers of this test's own, ended after it."""
    idle = []
    monkeypatch.setattr(sandbox, "_idle", idle)
    yield idle
    for server in idle:
        server.close()


def test_same_pictures_as_without_the_wall(photo):
    assert render_safely(photo) == render(photo)


def test_reason_crosses_the_wall(tmp_path):
    path = tmp_path / "empty"
    path.touch()

    with pytest.raises(UnreadableImage) as caught:
        render_safely(path)

    assert caught.value.reason == "This file is empty."


@pytest.mark.parametrize(
    ("limit", "value", "reason"),
    [
        ("WALL_SECONDS", 0.001, reasons.TOOK_TOO_LONG),
        ("CPU_SECONDS", 0, reasons.TOOK_TOO_LONG),
        ("MEMORY_BYTES", 1_000_000, reasons.TOO_MUCH_MEMORY),
    ],
)
def test_limit_ends_the_child_with_a_reason(photo, monkeypatch, limit, value, reason):
    monkeypatch.setattr(sandbox, limit, value)

    with pytest.raises(UnreadableImage) as caught:
        render_safely(photo)

    assert caught.value.reason == reason


@pytest.fixture
def busy_child(tmp_path, fresh_servers):
    """A child of a fork server that waits for a file, and the future of what becomes of it."""
    never_opens = tmp_path / "pipe"
    os.mkfifo(never_opens)
    server = sandbox._ForkServer()
    fresh_servers.append(server)
    children = Path(f"/proc/{server._process.pid}/task/{server._process.pid}/children")
    with ThreadPoolExecutor(1) as pool:
        rendering = pool.submit(render_safely, never_opens)
        yield int(eventually(children.read_text)), rendering


@pytest.mark.parametrize(
    ("killed_by", "reason"),
    [(signal.SIGKILL, reasons.TOO_MUCH_MEMORY), (signal.SIGSEGV, reasons.CRASHED)],
)
def test_killed_child_is_a_reason(busy_child, killed_by, reason):
    """By the kernel for want of memory, or by a decoder's own fault."""
    child, rendering = busy_child

    os.kill(child, killed_by)

    with pytest.raises(UnreadableImage) as caught:
        rendering.result()
    assert caught.value.reason == reason


def test_child_cannot_speak_for_the_next_one(busy_child):
    child, _ = busy_child
    try:
        for stream in (0, 1):
            path = Path(f"/proc/{child}/fd/{stream}")
            assert eventually(lambda path=path: path.readlink() == Path(os.devnull))
    finally:
        os.kill(child, signal.SIGKILL)


def test_next_photo_is_not_hurt_by_a_dead_child(photo, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(sandbox, "WALL_SECONDS", 0.001)
        with pytest.raises(UnreadableImage):
            render_safely(photo)

    assert render_safely(photo).width == 1600


def test_one_process_serves_photo_after_photo(photo, fresh_servers):
    render_safely(photo)
    (server,) = fresh_servers
    render_safely(photo)

    assert fresh_servers == [server]


def test_no_credentials_behind_the_wall(photo, fresh_servers, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "seed of all evil")
    render_safely(photo)
    (server,) = fresh_servers

    with open(f"/proc/{server._process.pid}/environ", "rb") as file:
        environment = file.read()

    assert b"PYTHONPATH" in environment
    assert b"AWS" not in environment
    assert "AWS_SECRET_ACCESS_KEY" in os.environ


def test_own_credentials_are_not_to_be_read_in_proc(photo, fresh_servers):
    render_safely(photo)

    assert ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) == 0  # PR_GET_DUMPABLE
