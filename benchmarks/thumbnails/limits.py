"""What the largest photo of each kind costs behind the wall: CPU time and the child's memory.

python -m benchmarks.thumbnails.limits

Rendering and the copy to take home, each in a child process with the limits of production, so that
a photo that does not end within them says so here.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pillow_heif
from PIL import Image

from benchmarks.thumbnails.photos import MADE, mosaic
from thumbnails import sandbox

Recipe = Callable[[Image.Image, Path], None]
LARGEST, LARGEST_WEBP = (9232, 6924), (8160, 6120)
LARGEST_JPEG, LARGEST_PROGRESSIVE = (16_320, 12_240), (15_040, 11_280)


def saved(kind: str, mode: str = "RGB", **options: object) -> Recipe:
    return lambda image, path: image.convert(mode).save(path, kind, **options)


def with_alpha(kind: str, **options: object) -> Recipe:
    def save(image: Image.Image, path: Path) -> None:
        image.putalpha(Image.linear_gradient("L").resize(image.size))
        image.save(path, kind, **options)

    return save


def sixteen_bits(image: Image.Image, path: Path) -> None:
    image.convert("L").convert("I;16").save(path, "PNG", compress_level=1)


def heic(image: Image.Image, path: Path) -> None:
    pillow_heif.from_pillow(image).save(path, quality=60)


RECIPES: dict[str, tuple[tuple[int, int], Recipe]] = {
    "PNG": (LARGEST, saved("PNG", compress_level=1)),
    "PNG with alpha": (LARGEST, with_alpha("PNG", compress_level=1)),
    "PNG, 16-bit grey": (LARGEST, sixteen_bits),
    "GIF": (LARGEST, saved("GIF", "P")),
    "WebP": (LARGEST_WEBP, saved("WEBP", quality=80, method=0)),
    "WebP, lossless": (LARGEST_WEBP, saved("WEBP", lossless=True, quality=0, method=0)),
    "WebP, lossless, with alpha": (
        LARGEST_WEBP,
        with_alpha("WEBP", lossless=True, quality=0, method=0),
    ),
    "AVIF": (LARGEST, saved("AVIF", speed=10, subsampling="4:2:0")),
    "AVIF, 4:4:4": (LARGEST, saved("AVIF", speed=10, subsampling="4:4:4")),
    "HEIC": (LARGEST, heic),
    "JPEG": (LARGEST_JPEG, saved("JPEG", quality=93)),
    "JPEG, progressive": (LARGEST_PROGRESSIVE, saved("JPEG", quality=93, progressive=True)),
}


def largest(name: str) -> tuple[Path, int]:
    """Return the path of a photo, made when it is first asked for, and its megapixels."""
    (width, height), recipe = RECIPES[name]
    path = MADE / f"largest {name}"
    if not path.is_file():
        MADE.mkdir(parents=True, exist_ok=True)
        recipe(mosaic((width, height)), path)
    return path, round(width * height / 1_000_000)


def measure(task: str, path: Path) -> str:
    """Return "CPU seconds, MiB" of a task of the fork server, or why there is no picture."""
    server = sandbox._ForkServer()
    try:
        verdict, body = server.ask(
            {
                "task": task,
                "path": str(path),
                "options": {},
                "cpu_seconds": sandbox.CPU_SECONDS,
                "wall_seconds": sandbox.WALL_SECONDS,
                "memory_bytes": sandbox.MEMORY_BYTES,
            }
        )
    finally:
        server.close()
    head = json.loads(body.partition(b"\n")[0]) if body else {"reason": f"ended with {verdict}"}
    cost = f"{verdict['cpu_seconds']:.1f} s, {verdict['peak_bytes'] / 2**20:.0f} MiB"
    return f"{cost}: {head['reason']}" if "reason" in head else cost


def main() -> None:
    print("| photo | MP | render | download |\n|---|---|---|---|")
    for name in RECIPES:
        path, megapixels = largest(name)
        costs = (measure(task, path) for task in ("render", "download"))
        print(f"| {name} | {megapixels} | {' | '.join(costs)} |", flush=True)


if __name__ == "__main__":
    main()
