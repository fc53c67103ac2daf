"""The contestants that Python can run. Each makes the three sizes of a photo, one thread each.

A contestant takes the photo's path and a WebP quality per size, and returns the WebPs by size.
"""

from __future__ import annotations

import base64
import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.thumbnails.photos import ROOT

Qualities = dict[int, int]
SIZES = (1920, 960, 320)


def ours(path: Path, qualities: Qualities) -> dict[int, bytes]:
    """The product's own pipeline, with its placeholder, time taken and checks."""
    from thumbnails import render
    from thumbnails.presets import PRESETS

    render.PRESETS = {
        name: preset._replace(quality=qualities[preset.longest_side])
        for name, preset in PRESETS.items()
    }
    rendered = render.render(path)
    assert base64.b64decode(rendered.placeholder)
    return {int(name): data for name, data in rendered.images.items()}


def naive_pillow(path: Path, qualities: Qualities) -> dict[int, bytes]:
    """What one writes first: decode, resize for every size, save with the defaults."""
    from PIL import Image, ImageOps

    made = {}
    image = ImageOps.exif_transpose(Image.open(path))
    for side in SIZES:
        scale = side / max(image.size)
        size = round(image.width * scale), round(image.height * scale)
        buffer = io.BytesIO()
        resized = image.resize(size, Image.Resampling.LANCZOS)
        resized.save(buffer, "WEBP", quality=qualities[side])
        made[side] = buffer.getvalue()
    return made


def pyvips_chained(path: Path, qualities: Qualities) -> dict[int, bytes]:
    """One scaled decode, each size from the one before, effort 2: tuned as ours is."""
    os.environ["VIPS_CONCURRENCY"] = "1"
    sys.path.append(str(ROOT / "build" / "benchmarks" / "python"))
    import pyvips

    pyvips.cache_set_max(0)
    header = pyvips.Image.jpegload(str(path))
    factor = max(header.width, header.height) / SIZES[0]
    factor = (
        factor / 1.5 if factor >= 4 else factor
    )  # as ours: a quarter of the block is too little
    shrink = next(shrink for shrink in (8, 4, 2, 1) if factor >= shrink)
    image = pyvips.Image.jpegload(str(path), shrink=shrink, access="sequential", autorotate=True)
    if image.get_typeof("icc-profile-data"):
        image = image.icc_transform("srgb")
    made = {}
    for side in SIZES:
        image = image.resize(side / max(image.width, image.height)).copy_memory()
        made[side] = image.webpsave_buffer(Q=qualities[side], effort=2, keep="none")
    return made


def imagemagick(path: Path, qualities: Qualities) -> dict[int, bytes]:
    """One process, one scaled decode, each size from the one before, method 2."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["convert-im6.q16", "-limit", "thread", "1"]
        command += ["-define", f"jpeg:size={SIZES[0]}x{SIZES[0]}", str(path), "-auto-orient"]
        command += ["-strip", "-filter", "Lanczos", "-define", "webp:method=2"]
        for side in SIZES:
            command += ["-resize", f"{side}x{side}", "-quality", str(qualities[side])]
            command += ["-write", f"{folder}/{side}.webp"]
        subprocess.run([*command, "null:"], check=True)
        return {side: Path(folder, f"{side}.webp").read_bytes() for side in SIZES}


CONTESTANTS = {
    "ours": ours,
    "naive Pillow": naive_pillow,
    "pyvips, chained": pyvips_chained,
    "ImageMagick, chained": imagemagick,
}
