"""python -m benchmarks.thumbnails.wall: what the child process costs, and what it would otherwise.

Median of 15 photos of 12 MP each: CPU ms and wall ms.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from benchmarks.thumbnails.photos import ROOT, photo
from thumbnails import sandbox
from thumbnails.render import render

REPEATS = 15
TINY = ROOT / "build" / "benchmarks" / "tiny.png"
ONE_INTERPRETER_EACH = "import sys; from pathlib import Path; from thumbnails.render import render; render(Path(sys.argv[1]))"  # noqa: E501


def in_process(path: Path) -> None:
    render(path)


def in_forked_child(path: Path) -> None:
    sandbox.render_safely(path)


def in_new_interpreter(path: Path) -> None:
    subprocess.run([sys.executable, "-c", ONE_INTERPRETER_EACH, str(path)], check=True, cwd=ROOT)


def measure(way: Callable[[Path], None], path: Path) -> tuple[float, float]:
    """Return the median CPU and wall time in ms, the CPU of all descendants included."""
    way(path)  # starts the fork server; what that costs is measured by itself
    cpu, wall = [], []
    for _ in range(REPEATS):
        before = time.monotonic(), _cpu_seconds()
        way(path)
        wall.append(time.monotonic() - before[0])
        cpu.append(_cpu_seconds() - before[1])
    return 1000 * median(cpu), 1000 * median(wall)


def _cpu_seconds() -> float:
    """Return the CPU time of this process, of children that ended, and of the fork server."""
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    own = sum(usage.ru_utime + usage.ru_stime for usage in usages)
    return own + sum(_with_children(server._process.pid) for server in sandbox._idle)


def _with_children(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    from PIL import Image

    Image.new("RGB", (1, 1)).save(TINY)
    print("| a 12 MP photo | CPU, ms | wall, ms | a picture of 1x1, wall, ms |\n|---|---|---|---|")
    for way in (in_process, in_forked_child, in_new_interpreter):
        cpu, wall = measure(way, photo("12"))
        _, least = measure(way, TINY)
        print(f"| {way.__name__.replace('_', ' ')} | {cpu:.0f} | {wall:.0f} | {least:.1f} |")


if __name__ == "__main__":
    main()
