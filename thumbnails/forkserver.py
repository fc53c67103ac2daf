"""A process that keeps the imaging libraries warm and gives every file a child of its own.

Forking from the function itself would be as fast, but a decoder that a hostile file has taken over
would then hold the function's AWS credentials, and the fork of a process with threads (the local
stack's) can hang on a lock that no thread is left to release. A new interpreter for every photo
costs as much as the photo. So this one is started once, with one thread and an empty environment,
and forks: a few ms. No `multiprocessing`: Lambda has no /dev/shm for its semaphores.

It talks JSON lines on stdin and stdout, each followed by the bytes that it announces; the children
have neither, so that none can speak for the next. They run as the function's own user: what keeps
them from reading its environment and memory in /proc is that it is not dumpable (sandbox.py).
"""

from __future__ import annotations

import io
import json
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image

from thumbnails import reasons
from thumbnails.colour import SRGB
from thumbnails.reasons import UnreadableImage
from thumbnails.render import render, render_download
from thumbnails.transforms import transform

Answer = tuple[dict[str, Any], dict[str, bytes]]
"""What can be said in JSON, and the files."""


def main() -> None:
    """Serve requests until stdin ends: {"task", "path", "options", and the limits}."""
    _warm_up()
    while line := sys.stdin.buffer.readline():
        request = json.loads(line)
        # In memory, and not a pipe: the child writes without anybody reading along, and what it
        # left behind when it was killed is not mistaken for an answer.
        with open(os.memfd_create("answer"), "r+b") as answer:
            child = os.fork()
            if child == 0:
                _work(request, answer)
            _, status, usage = os.wait4(child, 0)
            answer.seek(0)
            body = answer.read() if status == 0 else b""
        verdict = {
            "length": len(body),
            "code": os.waitstatus_to_exitcode(status),
            "cpu_seconds": usage.ru_utime + usage.ru_stime,
            "peak_bytes": usage.ru_maxrss * 1024,
        }
        sys.stdout.buffer.write(json.dumps(verdict).encode() + b"\n" + body)
        sys.stdout.buffer.flush()


def _warm_up() -> None:
    """Render something, so that no child has to import what is imported late: 20 ms each."""
    picture = io.BytesIO()
    Image.new("RGB", (32, 32)).save(picture, "JPEG", icc_profile=SRGB.tobytes())
    render(picture.getvalue())


def _work(request: dict[str, Any], answer: BinaryIO) -> None:
    """Do the request in this process, within its limits, and end the process."""
    code = 1
    try:
        _leave_protocol()
        _limit(request)
        head, files = _answer(request)
        head["files"] = {name: len(content) for name, content in files.items()}
        answer.write(json.dumps(head).encode() + b"\n" + b"".join(files.values()))
        answer.flush()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def _leave_protocol() -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):
        os.dup2(nothing, stream)


def _limit(request: dict[str, Any]) -> None:
    """Have the kernel end this process: nothing that a decoder does in C can put that off."""
    cpu, memory = request["cpu_seconds"], request["memory_bytes"]
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.setitimer(signal.ITIMER_REAL, request["wall_seconds"])


def _answer(request: dict[str, Any]) -> Answer:
    try:
        return _TASKS[request["task"]](Path(request["path"]), request["options"])
    except UnreadableImage as error:
        return {"reason": error.reason, "detail": error.detail}, {}
    except MemoryError:
        return {"reason": reasons.TOO_MUCH_MEMORY, "detail": "MemoryError"}, {}


def _render(path: Path, _: dict[str, Any]) -> Answer:
    head = asdict(render(path))
    return head, head.pop("images")


def _download(path: Path, _: dict[str, Any]) -> Answer:
    return {}, {"download": render_download(path)}


def _transform(path: Path, options: dict[str, Any]) -> Answer:
    return {}, {"derivative": transform(path, options["name"], mark=options["mark"])}


_TASKS: dict[str, Callable[[Path, dict[str, Any]], Answer]] = {
    "render": _render,
    "download": _download,
    "transform": _transform,
}

if __name__ == "__main__":
    main()
