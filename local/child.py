"""`python -m local.child MODULE ARGUMENT...`: a module's main(), while the parent lives."""

from __future__ import annotations

import importlib
import logging
import os
import sys
import threading


def main() -> None:
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    importlib.import_module(sys.argv[1]).main(*sys.argv[2:])


def _end_with_the_parent() -> None:
    os.read(sys.stdin.fileno(), 1)  # nothing is ever written: this returns when the parent is gone
    os._exit(1)


if __name__ == "__main__":
    main()
