"""How much a browser has to fetch before it has all of our scripts and styles."""

from __future__ import annotations

import gzip
import re

from webapp.assets import STATIC, STYLESHEET, texts

SCRIPTS, STYLES = 45_000, 15_000  # bytes, gzipped


def test_scripts_are_light() -> None:
    served = {name: text for name, text in texts().items() if name.endswith(".js")}
    served["htmx"] = (STATIC / "vendor" / "htmx.min.js").read_text()
    weights = {name: gzipped(text) for name, text in served.items()}

    assert len(weights) > 10
    assert sum(weights.values()) <= SCRIPTS, sorted(weights.items(), key=lambda item: -item[1])


def test_styles_are_light() -> None:
    assert gzipped(texts()[STYLESHEET]) <= STYLES


def gzipped(text: str) -> int:
    return len(gzip.compress(text.encode()))


def test_what_scripts_say_in_quotes_stays_as_it_is() -> None:
    quoted = re.compile(r'"(?:[^"\\\n]|\\.)*"|`[^`]*`')

    for name, text in texts().items():
        if name.endswith(".js"):
            source = (STATIC / name).read_text()
            assert [one for one in quoted.findall(text) if one not in source] == [], name
