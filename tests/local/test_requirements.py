"""The floors that safety set, held by the locks."""

from __future__ import annotations

import re

import pytest
from packaging.version import Version

from tests.stack import ROOT

LOCKS = ("web", "thumbnails", "fanout", "dev")
# What was wrong below: docs/architecture.md, "Versions".
FLOORS = {"authlib": "1.6.11", "flask": "3.1.3", "pillow": "13.0.0", "werkzeug": "3.1.6"}


def locked(lock: str) -> dict[str, Version]:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text()
    return {name: Version(it) for name, it in re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.M)}


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_goes_below_a_floor(lock: str) -> None:
    found = locked(lock)

    assert found
    below = {
        name for name, floor in FLOORS.items() if name in found and found[name] < Version(floor)
    }
    assert below == set()


@pytest.mark.parametrize("lock", LOCKS)
def test_every_version_has_a_hash_and_no_address(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text()

    entries = re.split(r"\n(?=[\w.-]+==)", text)
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in text
    assert "--index-url" not in text


@pytest.mark.parametrize("function", LOCKS[:-1])
def test_a_function_runs_what_the_tests_run(function: str) -> None:
    tested = locked("dev")

    assert {name: tested[name] for name in locked(function)} == locked(function)


def test_the_image_functions_libheif_is_recent() -> None:
    heif = pytest.importorskip("pi_heif")

    assert Version(heif.libheif_info()["libheif"]) >= Version("1.22.1")
