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
"""A child's address space; with the function around it all stays within 1,024 MB and 20 s."""

_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "PYTHONHOME")
_MALLOC = {
    "MALLOC_ARENA_MAX": "1",  # each further arena takes 64 MB of address space
    # Pictures' blocks are used again: given back one by one, a quarter more pages are faulted in.
    "MALLOC_MMAP_THRESHOLD_": str(32 * 1024 * 1024),
    "MALLOC_TRIM_THRESHOLD_": str(256 * 1024 * 1024),
}
_PR_SET_DUMPABLE = 4  # of <linux/prctl.h>
_LATE = (-signal.SIGXCPU, -signal.SIGALRM)

_idle: list[_ForkServer] = []


def render_safely(path: Path) -> Rendered:
    """Do `render.render` in a child process with limits on CPU, wall time and address space.

    Raises `UnreadableImage`, with a reason also when the child was killed.
    """
    head, files = _ask("render", path)
    try:
        return Rendered(**head, images=files)
    except TypeError as error:
        raise _refusal(reasons.CRASHED, f"strange answer: {error}") from error


def download_safely(path: Path) -> bytes:
    """Do `render.render_download` in a child process with the same limits."""
    return _ask("download", path)[1]["download"]


def transform_safely(path: Path, name: str, *, mark: str = "") -> bytes:
    """Do `transforms.transform` in a child process with the same limits."""
    return _ask("transform", path, name=name, mark=mark)[1]["derivative"]


def _ask(task: str, path: Path, **options: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return what a child answered: the facts, and the files by name."""
    server = _idle.pop() if _idle else _ForkServer()
    try:
        verdict, body = server.ask(
            {
                "task": task,
                "path": str(path.absolute()),
                "options": options,
                "cpu_seconds": CPU_SECONDS,
                "wall_seconds": WALL_SECONDS,
                "memory_bytes": MEMORY_BYTES,
            }
        )
    except BaseException:
        server.close()
        raise
    _idle.append(server)
    if verdict["code"] != 0:
        raise _refusal(_reason_of_death(verdict["code"]), f"child ended with {verdict}")
    line, _, content = body.partition(b"\n")
    head = json.loads(line)
    if "reason" in head:
        raise _refusal(head["reason"], head["detail"])
    files, start = {}, 0
    for name, length in head.pop("files").items():
        files[name] = content[start : start + length]
        start += length
    return head, files


def _refusal(reason: str, detail: str) -> UnreadableImage:
    log.info("refused: %s %s", reason, detail)
    return UnreadableImage(reason, detail)


def _reason_of_death(code: int) -> str:
    if code in _LATE:
        return reasons.TOOK_TOO_LONG
    if code == -signal.SIGKILL:  # the kernel, for want of memory
        return reasons.TOO_MUCH_MEMORY
    return reasons.CRASHED


def _close_to_others() -> None:
    """Keep other processes of the same user out of this one's memory and environment: both hold
    the credentials, and /proc would show them to a decoder that a file has taken over."""
    import ctypes  # late: not every process that imports this renders

    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")


class _ForkServer:
    """The warm process and the two pipes to it. One request at a time."""

    def __init__(self) -> None:
        _close_to_others()
        # No credentials in its environment, so that none are in the memory of a broken decoder.
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        environment["PYTHONPATH"] = os.pathsep.join(map(os.path.abspath, sys.path))
        environment |= _MALLOC
        self._process = subprocess.Popen(
            [sys.executable, "-S", "-P", "-m", "thumbnails.forkserver"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )
        atexit.register(self.close)

    def ask(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Return how the child ended, and what it answered."""
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
