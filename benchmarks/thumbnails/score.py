"""How good a derivative looks: SSIMULACRA2 against a textbook reduction of the whole photo.

The reference belongs to no contestant: the photo decoded at full size, Lanczos-3 in floating
point, rounded once.
"""

from __future__ import annotations

import io
import sys
from functools import cache
from pathlib import Path

from PIL import Image

from benchmarks.thumbnails.photos import ROOT, photo

sys.path.append(str(ROOT / "build" / "benchmarks" / "python"))

import numpy as np  # noqa: E402
from scipy import sparse  # noqa: E402
from ssimulacra2.ssimulacra2 import compute_ssimulacra2  # noqa: E402


def score(name: str, derivative: Path) -> float:
    """Return SSIMULACRA2 (100: the same; 70: high quality; 90: no difference seen)."""
    image = Image.open(derivative).convert("RGB")
    return float(compute_ssimulacra2(_as_file(reference(name, image.size)), _as_file(image)))


@cache
def reference(name: str, size: tuple[int, int]) -> Image.Image:
    pixels = np.asarray(Image.open(photo(name)), dtype=np.float32)
    rows = _weights(pixels.shape[0], size[1])
    columns = _weights(pixels.shape[1], size[0])
    planes = [(columns @ (rows @ pixels[:, :, channel]).T).T for channel in range(3)]
    return Image.fromarray(np.clip(np.rint(np.stack(planes, 2)), 0, 255).astype(np.uint8))


def _weights(before: int, after: int) -> sparse.csr_matrix:
    """Return the matrix that reduces so many samples to so many, by Lanczos-3."""
    scale = before / after
    centres = (np.arange(after) + 0.5) * scale
    samples = np.floor(centres - 3 * scale)[:, None] + np.arange(int(6 * scale) + 3)
    distance = (samples + 0.5 - centres[:, None]) / scale
    weights = np.sinc(distance) * np.sinc(distance / 3) * (np.abs(distance) < 3)
    weights *= (samples >= 0) & (samples < before)
    weights /= weights.sum(1, keepdims=True)
    rows = np.repeat(np.arange(after), samples.shape[1])
    columns = np.clip(samples, 0, before - 1).astype(int).ravel()
    return sparse.csr_matrix((weights.ravel(), (rows, columns)), (after, before), np.float32)


def _as_file(image: Image.Image) -> io.BytesIO:
    buffer = io.BytesIO()
    image.save(buffer, "PPM")
    return buffer
