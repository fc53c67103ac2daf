"""docs/data-model.md is held to store/keys.py, row by row."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from store import keys

ROOMS = ("store", "webapp", "thumbnails", "fanout", "deploy", "local")
CHART = Path(__file__).parents[2] / "docs" / "data-model.md"


def rows() -> list[list[str]]:
    chart = CHART.read_text().split("## Entities")[1].split("## Attributes")[0]
    lines = [line.strip("| ") for line in chart.splitlines() if "`" in line]
    cells = [[cell.strip() for cell in line.split("|")] for line in lines]
    return [row + [""] * (6 - len(row)) for row in cells]


def example(function_name: str) -> tuple[str, str]:
    """Return the key that the function builds of its own parameters' names."""
    function = getattr(keys, function_name)
    return tuple(function(*(f"<{name}>" for name in inspect.signature(function).parameters)))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_chart_shows_the_keys_that_the_code_builds(row: list[str]) -> None:
    functions = re.findall(r"`(\w+)`", row[1])
    pairs = [(row[2], row[3]), (row[4], row[5])][: len(functions)]

    for function, pair in zip(functions, pairs, strict=True):
        assert tuple(cell.strip("`") for cell in pair) == example(function)


def test_chart_knows_every_key_function() -> None:
    built = {
        name
        for name, value in inspect.getmembers(keys, inspect.isfunction)
        if inspect.signature(value).return_annotation == "Key" and value is not keys.all_of
    }

    assert built == {name for row in rows() for name in re.findall(r"`(\w+)`", row[1])}


def test_no_key_is_built_elsewhere() -> None:
    begin = {cell.strip("`").partition("#")[0] + "#" for row in rows() for cell in row[2:] if cell}
    words = "|".join(sorted(each for each in begin if each.isascii() and each[:-1].isupper()))
    sources = [path for room in ROOMS for path in (CHART.parents[1] / room).rglob("*.py")]

    found = {
        f"{path.name}: {literal}"
        for path in sources
        if path != Path(keys.__file__)
        for literal in re.findall(rf'"(?:{words})[^"]*"|"PENDING"|"DUE"', path.read_text())
    }

    assert not found


def test_all_of_a_kind_lie_where_their_keys_begin() -> None:
    assert keys.all_of(keys.friendship, "ada") == ("USER#ada", "FRIEND#")
    assert keys.all_of(keys.invite_index, "ada") == ("USER#ada", "INVITE#")
    assert keys.all_of(keys.due) == ("DUE", "")
