"""How long from the end of an upload to the photo on a friend's feed?

    python -m benchmarks.upload_to_ready [photos]

A 12 MP JPEG on the real local stack with one image worker: from S3's answer to the upload until
the friend's /feed shows the photo, asked for every 50 ms. Photos go one after the other.
"""

from __future__ import annotations

import io
import statistics
import sys
import tempfile
import time
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
            print_figures([_measure(stack, n) for n in range(count)])
        finally:
            stack.stop()


def _measure(stack: Stack, n: int) -> float:
    owner, friend = _friends(stack.url)
    picture = photo(n)
    grant = owner.grant(picture)
    send(grant, picture)
    start = time.perf_counter()
    while grant["photo_id"] not in friend.get("/feed").text:
        time.sleep(0.05)
    return time.perf_counter() - start


def _friends(url: str) -> tuple[Visitor, Visitor]:
    owner, friend = Visitor(url), Visitor(url)
    owner.sign_in("owner@example.org", "Owner")
    friend.sign_in("friend@example.org", "Friend")
    if "Owner" not in friend.get("/friends").text:
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


def print_figures(seconds: list[float]) -> None:
    print(f"{len(seconds)} photos of 12 MP, one worker: upload done to the friend's feed")
    print(
        f"median {statistics.median(seconds):.2f} s, "
        f"fastest {min(seconds):.2f} s, slowest {max(seconds):.2f} s"
    )


if __name__ == "__main__":
    main()
