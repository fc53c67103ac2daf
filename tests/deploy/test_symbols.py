"""Libraries without the names that only a debugger reads: they load and work as before."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import markupsafe._speedups
import pytest
from cryptography.hazmat.bindings import _rust

from deploy.lean import without_symbols

SPEEDUPS = Path(markupsafe._speedups.__file__)
RUST = Path(_rust.__file__)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A library with symbols: a module in C, compiled here."""
    if not (shutil.which("cc") and shutil.which("strip")):
        pytest.skip("needs a C compiler")
    folder = tmp_path_factory.mktemp("library")
    (folder / "code.c").write_text(
        "static int private_helper(int x) { return 6 * x; }\n"
        "int public_answer(int x) { return private_helper(x); }\n"
    )
    command = ["cc", "-g0", "-O0", "-shared", "-fPIC", "-o", "code.so", "code.c"]
    subprocess.run(command, cwd=folder, check=True)
    return (folder / "code.so").read_bytes()


def answer(library: bytes, folder: Path) -> int:
    """Return what the library answers in a process of its own, where it may crash."""
    file = folder / "code.so"
    file.write_bytes(library)
    program = f"import ctypes; print(ctypes.CDLL({str(file)!r}).public_answer(7))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    return int(done.stdout)


def test_names_are_gone_and_the_library_answers(library: bytes, tmp_path: Path) -> None:
    stripped = without_symbols(library)

    assert b"private_helper" in library
    assert b"private_helper" not in stripped
    assert b"public_answer" in stripped, "the loader's own table has to stay"
    assert len(stripped) == len(library)
    assert answer(stripped, tmp_path) == 42


@pytest.mark.parametrize("real", [SPEEDUPS, RUST], ids=lambda path: path.name.split(".")[0])
def test_modules_of_our_packages_work_without_them(real: Path, tmp_path: Path) -> None:
    copy = tmp_path / real.name
    copy.write_bytes(without_symbols(real.read_bytes()))
    program = (
        "import importlib.util, sys\n"
        f"name, path = {real.name.split('.')[0]!r}, {str(copy)!r}\n"
        "spec = importlib.util.spec_from_file_location(name, path)\n"
        "module = importlib.util.module_from_spec(spec)\n"
        "spec.loader.exec_module(module)\n"
        "print(len(dir(module)))\n"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 5


def test_doing_it_again_changes_nothing(library: bytes) -> None:
    assert without_symbols(without_symbols(library)) == without_symbols(library)


@pytest.mark.parametrize(
    "damage",
    [
        lambda library: library[:40],
        lambda library: library[: len(library) // 2],
        lambda library: library[:40] + b"\xff" * 8 + library[48:],
        lambda library: library[:4] + b"\x01" + library[5:],
        lambda library: library[:60] + b"\xff\xff" + library[62:],
        lambda library: b"\x7fELF",
        lambda library: b"",
    ],
    ids=["header", "half", "far", "32-bit", "sections", "magic", "empty"],
)
def test_what_is_not_a_whole_library_is_left_alone(library: bytes, damage: object) -> None:
    damaged = damage(library)  # type: ignore[operator]

    assert without_symbols(damaged) == damaged


def test_library_without_a_table_is_left_alone(library: bytes, tmp_path: Path) -> None:
    (tmp_path / "code.so").write_bytes(library)
    subprocess.run(["strip", "code.so"], cwd=tmp_path, check=True)
    stripped = (tmp_path / "code.so").read_bytes()

    assert without_symbols(stripped) == stripped
