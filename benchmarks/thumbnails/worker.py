"""Run one contestant on one photo, in a process of its own.

python -m benchmarks.thumbnails.worker NAME PHOTO REPEATS QUALITIES-AS-JSON FOLDER
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from benchmarks.thumbnails.contestants import CONTESTANTS


def main() -> None:
    name, photo, repeats, qualities, folder = sys.argv[1:]
    wanted = {int(side): quality for side, quality in json.loads(qualities).items()}
    seconds, made = [], {}
    for _ in range(int(repeats)):
        before = _cpu_seconds()
        made = CONTESTANTS[name](Path(photo), wanted)
        seconds.append(_cpu_seconds() - before)
    for side, data in made.items():
        Path(folder, f"{side}.webp").write_bytes(data)
    peak = max(_peak_kib(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
    print(json.dumps({"seconds": seconds, "peak_mib": peak / 1024}))


def _peak_kib() -> int:
    """Return what this process alone held: ru_maxrss begins with what its parent held."""
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])


def _cpu_seconds() -> float:
    """Return what this process and its children used; os.times() ticks in hundredths."""
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


if __name__ == "__main__":
    main()
