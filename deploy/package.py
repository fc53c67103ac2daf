"""One lean zip per function: the packages of its lock, our code, and nothing else.

The same inputs give the same bytes, and are packed once. Zappa's own archive is not used: it dates
every file 1980, so that each .pyc in it looks stale and is compiled again at every cold start, and
it takes what lies around in the project and in the virtual environment.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

from click import ClickException, echo

from deploy import methods, templates
from deploy.descriptions import trim_endpoints, trim_service
from deploy.lean import SERVICES, bytecode, headers_only, wanted, without_symbols
from deploy.site import ROOT

PYTHON = (3, 13)
OURS = {
    "web": ("webapp", "store"),
    "thumbnails": ("thumbnails", "store"),
    "fanout": ("fanout", "store"),
}
# MiB, zipped. The fan-out's is 6 on arm64, where it runs; cryptography is larger for x86_64.
BUDGETS = {"web": 9, "thumbnails": 13, "fanout": 6.2}
# name of the architecture at Lambda -> (platform of its wheels, machine in an ELF header)
ARCHITECTURES = {
    "x86_64": ("x86_64-manylinux_2_28", 62),
    "arm64": ("aarch64-manylinux_2_28", 183),
}
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the oldest date that a zip can hold


def build(component: str, architecture: str, root: Path = ROOT) -> Path:
    """Make a function's zip under build/ and return its path. Raises ClickException."""
    if sys.version_info[:2] != PYTHON:
        raise ClickException(
            "Contact Sheet is deployed with Python 3.13, because its bytecode is what Lambda runs; "
            f"this is {sys.version_info[0]}.{sys.version_info[1]}: make the environment with "
            "'make setup-deploy' and run .venv-deploy/bin/zappa."
        )
    tree = _install(component, architecture, root)
    target = root / "build" / f"{component}-{architecture}.zip"
    ours = _our_files(component, root)
    files = {**_files(tree, tree, component), **ours}
    _check_machine(files, architecture)
    inputs, stamp = _digest(files), target.with_suffix(".inputs")
    if not (target.is_file() and stamp.is_file() and stamp.read_text() == inputs):
        _write(target, _entries(files, SERVICES[component], _words(ours)) | _ahead(component, root))
        stamp.write_text(inputs)
    size = target.stat().st_size / 2**20
    if size > BUDGETS[component]:
        raise ClickException(
            f"The package for {component} has {size:.1f} MiB, more than its budget of "
            f"{BUDGETS[component]} MiB: look at what came into requirements/{component}.in."
        )
    echo(f"  package {component} for {architecture}: {size:.1f} MiB")
    return target


def _install(component: str, architecture: str, root: Path) -> Path:
    """Unpack the wheels of a function's lock for Lambda's machine; return their folder."""
    lock = root / "requirements" / f"{component}.txt"
    platform = ARCHITECTURES[architecture][0]
    state = hashlib.sha256(platform.encode() + lock.read_bytes()).hexdigest()
    tree = root / "build" / f"{component}-{architecture}"
    stamp = tree.with_suffix(".installed")
    if stamp.is_file() and stamp.read_text() == state:
        return tree
    shutil.rmtree(tree, ignore_errors=True)
    tree.parent.mkdir(exist_ok=True)
    uv = Path(sys.executable).with_name("uv")
    command = [str(uv), "pip", "install", "--quiet", "--target", str(tree)]
    command += ["--python-platform", platform, "--python-version", "3.13"]
    command += ["--only-binary", ":all:", "--require-hashes", "--no-deps", "-r", str(lock)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ClickException(
            f"The packages of requirements/{component}.txt could not be fetched for "
            f"{architecture}: {done.stderr.strip()}"
        )
    stamp.write_text(state)
    return tree


def _our_files(component: str, root: Path) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for package in OURS[component]:
        found |= _files(root / package, root, component)
    return found


def _files(folder: Path, base: Path, component: str) -> dict[str, Path]:
    """Return name in the zip -> file for everything under `folder` that the function may need."""
    names = {path.relative_to(base).as_posix(): path for path in folder.rglob("*")}
    return {
        name: path for name, path in names.items() if path.is_file() and wanted(name, component)
    }


def _check_machine(files: dict[str, Path], architecture: str) -> None:
    """Raise ClickException where a library is for another machine than the function's."""
    for name, path in files.items():
        with path.open("rb") as file:
            header = file.read(20)
        if header[:4] == b"\x7fELF":
            (machine,) = struct.unpack("<H", header[18:20])
            if machine != ARCHITECTURES[architecture][1]:
                raise ClickException(f"{name} is not for {architecture}: remove build/ and retry.")


def _digest(files: dict[str, Path]) -> str:
    """Return a digest of all that a zip is made of, and of what makes it."""
    makers = {path.name: path for path in Path(__file__).parent.glob("*.py")}
    digest = hashlib.sha256(sys.version.encode())
    for name, path in sorted({**makers, **files}.items()):
        digest.update(f"{name} ".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _words(files: dict[str, Path]) -> set[str]:
    """Return every word of our modules; the names of all AWS operations that we call are there."""
    modules = (path.read_text() for name, path in files.items() if name.endswith(".py"))
    return {word for module in modules for word in re.findall(r"\w+", module)}


def _entries(
    files: dict[str, Path], services: tuple[str, ...], words: set[str]
) -> dict[str, bytes]:
    """Return name -> bytes of what goes into the zip.

    Modules come as bytecode alone, which is half the size; a traceback still says file and line.
    """
    entries: dict[str, bytes] = {}
    for name, path in files.items():
        content = path.read_bytes()
        if name.startswith("webapp/templates/"):
            continue  # they come compiled
        if name.endswith("/service-2.json.gz"):
            entries[name.removesuffix(".gz")] = trim_service(content, words)
        elif name == "botocore/data/endpoints.json":
            entries[name] = trim_endpoints(content, services)
        elif name.endswith(".dist-info/METADATA"):
            entries[name] = headers_only(content)
        elif code := bytecode(name, content):
            entries[f"{name}c"] = code
        else:
            entries[name] = without_symbols(content) if content[:4] == b"\x7fELF" else content
    return entries


def _ahead(component: str, root: Path) -> dict[str, bytes]:
    """Return what the web function would otherwise compile at each cold start."""
    if component != "web":
        return {}
    return {**templates.compiled(), "store/methods.marshal": methods.compiled(OURS["web"], root)}


def _write(target: Path, entries: dict[str, bytes]) -> None:
    """Write the zip, its entries sorted and dated alike."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(entries):
            archive.writestr(_entry(name), entries[name])


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = (0o755 if ".so" in name else 0o644) << 16
    return entry
