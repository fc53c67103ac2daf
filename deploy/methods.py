"""The methods of dataclasses, compiled when a package is made: see store/methods.py."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

# In a process of its own, where nothing is imported yet: what dataclasses compiles is written down.
_PROGRAM = """
import dataclasses, marshal, pkgutil, sys
from importlib import import_module

sources = set()


def write_down(source, *scopes):
    sources.add(source)
    exec(source, *scopes)


dataclasses.exec = write_down
for package in sys.argv[1:]:
    for module in pkgutil.walk_packages(import_module(package).__path__, f"{package}."):
        if module.name.rpartition(".")[2] not in ("handler", "__main__"):
            import_module(module.name)
codes = {source: compile(source, "<dataclass>", "exec") for source in sorted(sources)}
sys.stdout.buffer.write(marshal.dumps(marshal.loads(marshal.dumps(codes))))
"""


def compiled(packages: tuple[str, ...], root: Path) -> bytes:
    """Return, for store/methods.py, source -> code of all dataclasses in these packages."""
    command = [sys.executable, "-c", _PROGRAM, *packages]
    return subprocess.run(command, cwd=root, stdout=subprocess.PIPE, check=True).stdout
