"""How much a browser has to fetch before it has all of our scripts and styles."""

from __future__ import annotations

import gzip
import re

import pytest

from webapp.assets import STATIC, STYLESHEET, texts

BUDGETS = {".js": 45_000, ".css": 15_000}  # bytes, gzipped


@pytest.mark.parametrize("kind", BUDGETS)
def test_scripts_and_styles_are_light(kind: str) -> None:
    served = {name: text for name, text in texts().items() if name.endswith(".js")}
    served[STYLESHEET] = texts()[STYLESHEET]
    served["htmx.js"] = (STATIC / "vendor" / "htmx.min.js").read_text()
    weights = {
        name: len(gzip.compress(text.encode()))
        for name, text in served.items()
        if name.endswith(kind)
    }

    assert weights
    assert sum(weights.values()) < BUDGETS[kind], sorted(weights.items(), key=lambda item: -item[1])


def test_what_scripts_say_in_quotes_stays_as_it_is() -> None:
    quoted = re.compile(r'"(?:[^"\\\n]|\\.)*"|`[^`]*`')

    for name, text in texts().items():
        if name.endswith(".js"):
            source = (STATIC / name).read_text()
            assert [one for one in quoted.findall(text) if one not in source] == [], name
