"""Rendering behind a wall: in a child process with limits, where a hostile file can only die."""

from __future__ import annotations

import atexit
import json
import logging
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from thumbnails import reasons
from thumbnails.reasons import UnreadableImage
from thumbnails.render import Rendered

log = logging.getLogger(__name__)

CPU_SECONDS = 15
WALL_SECONDS = 18
MEMORY_BYTES = 896 * 1024 * 1024
"""The child's address space; with the function itself it stays within 1,024 MB."""

_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "PYTHONHOME")
_idle: list[_ForkServer] = []


def render_safely(path: Path) -> Rendered:
    """Do `render` in a child process with limits on CPU, wall time and address space.

    Raises `UnreadableImage`, with a reason also when the child was killed.
    """
    server = _idle.pop() if _idle else _ForkServer()
    try:
        verdict, body = server.ask(path)
    except BaseException:
        server.close()
        raise
    _idle.append(server)
    if verdict["code"] != 0:
        raise UnreadableImage(_reason_of_death(verdict), f"child ended with {verdict}")
    line, _, blobs = body.partition(b"\n")
    head = json.loads(line)
    if "reason" in head:
        raise UnreadableImage(head["reason"], head["detail"])
    images, start = {}, 0
    for name, length in head.pop("blobs").items():
        images[name] = blobs[start : start + length]
        start += length
    return Rendered(**head, images=images)


def _reason_of_death(verdict: dict[str, Any]) -> str:
    if verdict["signal"] in (signal.SIGXCPU, signal.SIGALRM):
        return reasons.TOOK_TOO_LONG
    # CPU time at its hard limit ends in SIGKILL, and so does the machine's want of memory
    if verdict["signal"] == signal.SIGKILL:
        late = verdict["cpu_seconds"] >= CPU_SECONDS
        return reasons.TOOK_TOO_LONG if late else reasons.TOO_MUCH_MEMORY
    return reasons.CRASHED


class _ForkServer:
    """The warm process and the two pipes to it. One request at a time."""

    def __init__(self) -> None:
        # No credentials in its environment: whoever breaks a decoder finds none.
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        environment["PYTHONPATH"] = os.pathsep.join(map(os.path.abspath, sys.path))
        self._process = subprocess.Popen(
            [sys.executable, "-S", "-P", "-m", "thumbnails.forkserver"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )
        atexit.register(self.close)

    def ask(self, path: Path) -> tuple[dict[str, Any], bytes]:
        """Return how the child ended, and what it answered."""
        request = {
            "path": str(path.absolute()),
            "cpu_seconds": CPU_SECONDS,
            "wall_seconds": WALL_SECONDS,
            "memory_bytes": MEMORY_BYTES,
        }
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(request).encode() + b"\n")
        self._process.stdin.flush()
        verdict = json.loads(self._process.stdout.readline())
        return verdict, self._process.stdout.read(verdict["length"])

    def close(self) -> None:
        """End the process and everything that belongs to it."""
        atexit.unregister(self.close)
        self._process.kill()
        self._process.communicate()
