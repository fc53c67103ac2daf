"""A process that keeps the imaging libraries warm and gives every file a child of its own.

Forking from the function itself would be as fast, but a decoder that a hostile file has taken over
would then hold the function's AWS credentials, and the fork of a process with threads (the local
stack's) can hang on a lock that no thread is left to release. A new interpreter for every photo
would cost more than the photo. So this one is started once, with an empty environment and one
thread, and forks: 3 ms.

It talks JSON lines on stdin and stdout, each followed by the bytes that it announces.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
import traceback
from dataclasses import fields
from pathlib import Path
from typing import Any, BinaryIO

from thumbnails import reasons
from thumbnails.reasons import UnreadableImage
from thumbnails.render import Rendered, render


def main() -> None:
    """Serve requests, {"path", "cpu_seconds", "wall_seconds", "memory_bytes"}, until stdin ends."""
    while line := sys.stdin.buffer.readline():
        request = json.loads(line)
        # In memory, and not a pipe: the child writes without anybody reading along, and what it
        # left behind when it was killed is not mistaken for an answer.
        answer = os.memfd_create("answer")
        started = time.monotonic()
        child = os.fork()
        if child == 0:
            _work(request, answer)
        _, status, usage = os.wait4(child, 0)
        with open(answer, "rb") as file:
            file.seek(0)  # the child's writes moved the position that we share
            body = file.read() if status == 0 else b""
        verdict = {
            "length": len(body),
            "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
            "code": os.waitstatus_to_exitcode(status),
            "wall_seconds": time.monotonic() - started,
            "cpu_seconds": usage.ru_utime + usage.ru_stime,
            "peak_bytes": usage.ru_maxrss * 1024,
        }
        sys.stdout.buffer.write(json.dumps(verdict).encode() + b"\n" + body)
        sys.stdout.buffer.flush()


def _work(request: dict[str, Any], answer: int) -> None:
    """Do the request in this process, within its limits, and end the process."""
    code = 1
    try:
        _limit(request)
        with open(answer, "wb") as file:
            _write(file, Path(request["path"]))
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def _limit(request: dict[str, Any]) -> None:
    """Have the kernel end this process: nothing that a decoder does in C can put that off."""
    cpu, memory = request["cpu_seconds"], request["memory_bytes"]
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.setitimer(signal.ITIMER_REAL, request["wall_seconds"])


def _write(file: BinaryIO, path: Path) -> None:
    try:
        rendered = render(path)
    except UnreadableImage as error:
        head: dict[str, Any] = {"reason": error.reason, "detail": error.detail}
        blobs: dict[str, bytes] = {}
    except MemoryError:
        head, blobs = {"reason": reasons.TOO_MUCH_MEMORY, "detail": "MemoryError"}, {}
    else:
        head = {f.name: getattr(rendered, f.name) for f in fields(Rendered) if f.name != "images"}
        blobs = rendered.images
    head["blobs"] = {name: len(blob) for name, blob in blobs.items()}
    file.write(json.dumps(head).encode() + b"\n" + b"".join(blobs.values()))


if __name__ == "__main__":
    main()
