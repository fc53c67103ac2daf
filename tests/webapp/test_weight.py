"""How much a browser has to fetch before it has all of our scripts and styles."""

from __future__ import annotations

import gzip

from webapp.assets import STATIC

BUDGET = 40_000


def test_scripts_and_styles_are_light() -> None:
    files = [file for file in STATIC.rglob("*") if file.suffix in (".js", ".css")]
    weights = {file.name: len(gzip.compress(file.read_bytes())) for file in files}

    assert len(files) > 10
    assert sum(weights.values()) < BUDGET, sorted(weights.items(), key=lambda item: -item[1])
