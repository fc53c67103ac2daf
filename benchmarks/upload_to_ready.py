"""How long from the end of an upload to the photo on a friend's feed, and to the friend's count?

    python -m benchmarks.upload_to_ready [photos]

A 12 MP JPEG on the real local stack with one image worker: from S3's answer to the upload until
the friend's /feed shows the photo, asked for every 50 ms, and from "Ready" on the owner's page
until the friend has an unread notice. Photos go one after the other, from new people each.
"""

from __future__ import annotations

import io
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

from PIL import Image

from tests.stack import Stack
from tests.visitor import Visitor, send


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(Path(folder) / "data")
        try:
            figures = [_measure(stack, n) for n in range(count)]
            print(f"{count} photos of 12 MP, one worker")
            _print("upload to feed", [to_feed for to_feed, _ in figures])
            _print("Ready to count", [to_count for _, to_count in figures])
        finally:
            stack.stop()


def _measure(stack: Stack, n: int) -> tuple[float, float]:
    """Return the seconds from upload to feed, and from "Ready" to the count."""
    owner, friend = _friends(stack.url, n)
    picture = photo(n)
    grant = owner.grant(picture)
    send(grant, picture)
    start = time.perf_counter()
    seen: dict[str, float] = {}
    looks = {
        "ready": lambda: owner.status(grant["photo_id"])["status"] == "ready",
        "feed": lambda: grant["photo_id"] in friend.get("/feed").text,
        "count": lambda: friend.get("/notifications/news").json()["unread"] > 0,
    }
    while looks:
        for name in [name for name, look in looks.items() if look()]:
            seen[name] = time.perf_counter() - start
            del looks[name]
        time.sleep(0.05)
    return seen["feed"], seen["count"] - seen["ready"]


def _friends(url: str, n: int) -> tuple[Visitor, Visitor]:
    owner, friend = Visitor(url), Visitor(url)
    owner.sign_in(f"owner{n}@example.org", "Owner")
    friend.sign_in(f"friend{n}@example.org", "Friend")
    page = owner.post("/invites").text
    link = page.split('value="' + url)[1].split('"')[0]
    friend.post(link + "/acceptance")
    return owner, friend


def photo(seed: int, size: tuple[int, int] = (4032, 3024)) -> bytes:
    """Return a 12 MP JPEG of some 4 MB: soft shapes with grain, as a camera's are."""
    random = Random(seed)
    shapes = Image.frombytes("RGB", (64, 48), random.randbytes(64 * 48 * 3))
    grain = Image.effect_noise(size, 24).convert("RGB")
    stream = io.BytesIO()
    picture = Image.blend(shapes.resize(size, Image.Resampling.BICUBIC), grain, 0.25)
    picture.save(stream, "JPEG", quality=90)
    return stream.getvalue()


def _print(what: str, seconds: Sequence[float]) -> None:
    print(
        f"{what}: median {statistics.median(seconds):.2f} s, "
        f"fastest {min(seconds):.2f} s, slowest {max(seconds):.2f} s"
    )


if __name__ == "__main__":
    main()
