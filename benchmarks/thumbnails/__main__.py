"""python -m benchmarks.thumbnails: CPU seconds, bytes and memory at equal quality, as Markdown.

First benchmarks/thumbnails/setup.sh. Takes some eight minutes, most of them scoring.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import mean, median

from benchmarks.thumbnails.contestants import SIZES, Qualities
from benchmarks.thumbnails.photos import LARGE, ROOT, SCORED, TIMED, photo
from thumbnails.presets import PRESETS

REFERENCE = "sharp, as Immich"
REFERENCE_QUALITY = 80
NAMES = (
    "ours",
    REFERENCE,
    "sharp, chained",
    "pyvips, chained",
    "ImageMagick, chained",
    "naive Pillow",
)
FOUND = ROOT / "build" / "benchmarks" / "qualities.json"
ROUNDS, REPEATS = 5, 3


def run(name: str, photo_name: str, qualities: Qualities, folder: str, repeats: int = 1) -> dict:
    """Return {"seconds", "peak_mib"} of a contestant in a process of its own."""
    arguments = [name, str(photo(photo_name)), str(repeats), json.dumps(qualities), folder]
    program = [sys.executable, "-m", "benchmarks.thumbnails.worker"]
    if name.startswith("sharp"):
        program = ["node", str(Path(__file__).with_name("sharp.cjs"))]
    done = subprocess.run([*program, *arguments], cwd=ROOT, check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def scores(name: str, qualities: Qualities) -> dict[int, tuple[float, float]]:
    """Return size -> (mean score, mean bytes) of a contestant over the scored photos."""
    from benchmarks.thumbnails.score import score

    seen: dict[int, list[tuple[float, int]]] = {side: [] for side in SIZES}
    for photo_name in SCORED:
        with tempfile.TemporaryDirectory() as folder:
            run(name, photo_name, qualities, folder)
            for side in SIZES:
                path = Path(folder, f"{side}.webp")
                seen[side].append((score(photo_name, path), path.stat().st_size))
    return {
        side: (mean(s for s, _ in values), mean(b for _, b in values))
        for side, values in seen.items()
    }


def equal_quality(name: str, target: dict[int, float]) -> Qualities:
    """Return the qualities, one per size, whose mean scores are nearest to the target's."""
    low, high = (
        {side: value for side, (value, _) in scores(name, dict.fromkeys(SIZES, q)).items()}
        for q in (74, 86)
    )
    return {
        side: round(74 + 12 * (target[side] - low[side]) / (high[side] - low[side]))
        for side in SIZES
    }


def calibrate() -> dict[str, Qualities]:
    """Return every contestant's qualities; kept in build/, because finding them takes minutes."""
    if FOUND.is_file():
        found = json.loads(FOUND.read_text())
        return {name: {int(side): q for side, q in sides.items()} for name, sides in found.items()}
    reference = scores(REFERENCE, dict.fromkeys(SIZES, REFERENCE_QUALITY))
    target = {side: value for side, (value, _) in reference.items()}
    chosen = {REFERENCE: dict.fromkeys(SIZES, REFERENCE_QUALITY)}
    chosen["ours"] = {preset.longest_side: preset.quality for preset in PRESETS.values()}
    for name in NAMES:
        if name not in chosen:
            chosen[name] = equal_quality(name, target)
    FOUND.write_text(json.dumps(chosen))
    return chosen


def main() -> None:
    chosen = calibrate()
    _print_seconds(chosen)
    _print_memory(chosen)
    _print_quality(chosen)


def _print_seconds(chosen: dict[str, Qualities]) -> None:
    seconds: dict[tuple[str, str], list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(ROUNDS):
            for photo_name in TIMED:
                for name in NAMES:  # in turn, so that a noisy minute hits them all
                    result = run(name, photo_name, chosen[name], folder, 1 + REPEATS)
                    seconds.setdefault((name, photo_name), []).extend(result["seconds"][1:])
    print(f"\n| contestant | {' | '.join(f'{name} MP, ms' for name in TIMED)} | ours is |")
    print("|---|" + "---|" * (len(TIMED) + 1))
    for name in NAMES:
        times = [median(seconds[name, photo_name]) for photo_name in TIMED]
        ours = [median(seconds["ours", photo_name]) for photo_name in TIMED]
        ratios = ", ".join(f"{o / t:.2f}" for o, t in zip(ours, times, strict=True))
        print(f"| {name} | {' | '.join(f'{1000 * t:.0f}' for t in times)} | {ratios} |")


def _print_memory(chosen: dict[str, Qualities]) -> None:
    names = (*SCORED, *LARGE)
    print(f"\n| contestant | {' | '.join(f'{name}, MiB' for name in names)} |")
    print("|---|" + "---|" * len(names))
    with tempfile.TemporaryDirectory() as folder:
        for name in NAMES:
            peaks = [
                run(name, photo_name, chosen[name], folder)["peak_mib"] for photo_name in names
            ]
            print(f"| {name} | {' | '.join(f'{peak:.0f}' for peak in peaks)} |")


def _print_quality(chosen: dict[str, Qualities]) -> None:
    print("\n| contestant | quality 1920, 960, 320 | SSIMULACRA2 | KB | KB of all |")
    print("|---|---|---|---|---|")
    for name in NAMES:
        found = scores(name, chosen[name])
        print(
            f"| {name} | {', '.join(str(chosen[name][side]) for side in SIZES)}"
            f" | {', '.join(f'{found[side][0]:.1f}' for side in SIZES)}"
            f" | {', '.join(f'{found[side][1] / 1000:.1f}' for side in SIZES)}"
            f" | {sum(size for _, size in found.values()) / 1000:.1f} |"
        )


if __name__ == "__main__":
    main()
