"""Methods of dataclasses that were compiled with the package, and those that were not."""

from __future__ import annotations

import dataclasses
import marshal
from pathlib import Path
from typing import Any

import pytest

from store import methods


@pytest.fixture
def compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "methods.marshal"
    monkeypatch.setattr(methods, "COMPILED", file)
    monkeypatch.setattr(dataclasses, "exec", exec, raising=False)  # to be put back
    return file


def sources_of(make: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what `dataclasses` compiles while a class is made."""
    seen: list[str] = []

    def write_down(source: str, *scopes: Any) -> None:
        seen.append(source)
        exec(source, *scopes)

    monkeypatch.setattr(dataclasses, "exec", write_down)
    make()
    return seen


def make() -> type:
    @dataclasses.dataclass(frozen=True, slots=True)
    class Point:
        x: int
        y: int = 2

    return Point


def test_what_was_compiled_is_used_and_behaves_the_same(
    compiled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = sources_of(make, monkeypatch)
    codes = {source: compile(source, "<ahead>", "exec") for source in sources}
    compiled.write_bytes(marshal.dumps(codes))

    methods.use_compiled()
    point = make()

    assert point.__init__.__code__.co_filename == "<ahead>"
    assert point(1) == point(1, 2) != point(2)
    assert repr(point(1)).endswith("Point(x=1, y=2)")
    with pytest.raises(dataclasses.FrozenInstanceError):
        point(1).x = 2


def test_what_was_not_is_compiled_as_ever(compiled: Path) -> None:
    compiled.write_bytes(marshal.dumps({}))

    methods.use_compiled()
    point = make()

    assert point(1).y == 2
    assert point.__init__.__code__.co_filename == "<string>"


def test_without_a_file_nothing_changes(compiled: Path) -> None:
    methods.use_compiled()

    assert dataclasses.exec is exec  # type: ignore[attr-defined]
