"""`python -m local [--demo | --forget]`: `make run`, `make demo` and `make clean-data`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from local.errors import CannotRun
from local.folder import Folder


def main() -> int:
    """Run until Ctrl-C or SIGTERM; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--demo", action="store_true", help="with six people and their photos")
    what.add_argument("--forget", action="store_true", help="delete the data folder and end")
    options = parser.parse_args()
    folder = Path(os.environ.get("DATA_DIR") or (".local/demo" if options.demo else ".local"))
    try:
        if options.forget:
            forget(folder)
        else:
            run(folder, port(), demo=options.demo)
    except CannotRun as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def port() -> int:
    """Return the port that PORT asks for: 8000 without it, any free one for 0."""
    asked = os.environ.get("PORT") or "8000"
    if not asked.isdecimal() or int(asked) > 65535:
        raise CannotRun(f"PORT is {asked!r}, which is no port number.")
    return int(asked)


def forget(folder: Path) -> None:
    """Delete the data folder, unless a run holds it or there is none."""
    if folder.exists():
        Folder.take(folder).forget()


def run(folder: Path, port: int, *, demo: bool) -> None:
    """Serve the site from that folder until a signal ends it. Raises CannotRun."""
    if sys.platform != "linux":
        raise CannotRun(
            "Photos are read behind a wall that only Linux has: run this on Linux, or on Windows "
            "in WSL."
        )
    from local.demo.people import PEOPLE  # late: a refusal should not wait for the imports
    from local.supervisor import Supervisor

    supervisor = Supervisor(folder, port, PEOPLE if demo else {})
    try:
        supervisor.start()
        print(
            f"Contact Sheet is ready: {supervisor.url} (data in {folder}, Ctrl-C ends it)",
            flush=True,
        )
        if demo:
            print("Sign in as one of the demo people; their photos are moving in.", flush=True)
            supervisor.add_demo()
        supervisor.run()
    finally:
        supervisor.stop()


if __name__ == "__main__":
    sys.exit(main())
