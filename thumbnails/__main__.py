"""`python -m thumbnails reprocess`: render photos again after a preset has changed.

With the environment of the thumbnails function. Without ids it takes every photo, oldest first,
and prints how far it is; broken off, it goes on `--after` the last id that it printed. With
`--queue` the function does the work and this only hands it out, a few at a time: it is the queue of
the uploads, which should not have to wait.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable

from store import media, queues
from thumbnails.reasons import UnreadableImage
from thumbnails.remake import remake

MOST_WAITING = 20  # what the function does in a few seconds


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m thumbnails", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    reprocess = commands.add_parser("reprocess", help="render photos again")
    reprocess.add_argument("photo_ids", nargs="*", metavar="ID")
    reprocess.add_argument("--after", default="", metavar="ID", help="go on after this photo")
    reprocess.add_argument("--queue", action="store_true", help="let the function do the work")
    options = parser.parse_args()
    return run(options.photo_ids or media.list_originals(after=options.after), options.queue)


def run(photo_ids: Iterable[str], by_queue: bool) -> int:
    """Do or hand out the work, a line each; return 1 if some could not be rendered."""
    failed, photo_ids = 0, list(photo_ids)
    for number, photo_id in enumerate(photo_ids, 1):
        outcome = _hand_out(photo_id) if by_queue else _remake(photo_id)
        failed += outcome.startswith("failed")
        print(f"{number:6} of {len(photo_ids)} {photo_id} {outcome}", flush=True)
    print(f"done, {failed} failed" if failed else "done")
    return 1 if failed else 0


def _hand_out(photo_id: str) -> str:
    while queues.count_pictures_waiting() >= MOST_WAITING:
        time.sleep(1)
    queues.ask_to_remake(photo_id)
    return "queued"


def _remake(photo_id: str) -> str:
    try:
        return "made anew" if remake(photo_id) else "gone"
    except UnreadableImage as error:
        return f"failed: {error.reason}"


if __name__ == "__main__":
    sys.exit(main())
