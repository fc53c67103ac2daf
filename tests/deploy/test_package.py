"""The functions' zips: lean, the same every time, and for the machine that they run on."""

from __future__ import annotations

import hashlib
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from deploy import lean, package

HANDLERS = {name: f"{name if name != 'web' else 'webapp'}.handler" for name in package.OURS}
needs_lambdas_python = pytest.mark.skipif(
    sys.version_info[:2] != package.PYTHON, reason="packages need Python 3.13: make test-deploy"
)


@pytest.fixture(scope="module", params=sorted(package.ARCHITECTURES))
def architecture(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@needs_lambdas_python
@pytest.mark.parametrize("component", sorted(package.OURS))
def test_package_is_lean_and_reproducible(component: str, architecture: str) -> None:
    second = package.build(component, architecture)
    first = second.read_bytes()
    second.unlink()
    # In a process of its own, because what else a process has loaded must not matter.
    program = f"from deploy import package; package.build({component!r}, {architecture!r})"
    subprocess.run([sys.executable, "-c", program], cwd=package.ROOT, check=True)

    assert hashlib.sha256(first).digest() == hashlib.sha256(second.read_bytes()).digest()
    assert len(first) <= package.BUDGETS[component] * 2**20
    if (component, architecture) == ("fanout", "arm64"):  # where it runs
        assert len(first) <= 6 * 2**20
    with zipfile.ZipFile(second) as archive:
        names = archive.namelist()
        tops = {name.split("/")[0] for name in names}
        assert not tops & {"tests", "local", "benchmarks", "docs", "deploy", "zappa", "moto"}
        assert not [name for name in names if name.endswith(".py")]
        for name in names:
            head = archive.read(name)[:20]
            if name.endswith(".pyc"):
                assert struct.unpack("<I", head[4:8])[0] == 0b01, f"{name} is checked at import"
            if head[:4] == b"\x7fELF":
                machine = struct.unpack("<H", head[18:20])[0]
                assert machine == package.ARCHITECTURES[architecture][1], name


@needs_lambdas_python
@pytest.mark.parametrize("component", sorted(package.OURS))
def test_function_loads_with_its_package_alone(component: str, tmp_path: Path) -> None:
    from tests.deploy.cloud import machine

    with zipfile.ZipFile(package.build(component, machine())) as archive:
        archive.extractall(tmp_path)
    modules = [HANDLERS[component]]
    if component == "web":
        modules += ["authlib.integrations.flask_client", "joserfc.jwt", "requests", "pytz"]
    program = "import sys; sys.path.insert(0, '.')\n"
    program += f"import {', '.join(modules)}; from store.aws import client\n"
    if component == "web":
        # Nothing is compiled at the start that was compiled when the package was made.
        program += "from store.photos import Photo\n"
        program += "assert Photo.__init__.__code__.co_filename == '<dataclass>'\n"
        sources = package.ROOT / "webapp" / "templates"
        for page in sources.rglob("*.html"):
            if (name := page.relative_to(sources)).parts[0] != "styleguide":
                program += f"webapp.handler.app.jinja_env.get_template({name.as_posix()!r})\n"
        program += "pytz.timezone('Europe/Berlin')\n"
    for service in lean.SERVICES[component]:
        program += f"client('{service}')\n"
    variables = ("PUBLIC_URL", "OIDC_DISCOVERY_URL", "OIDC_CLIENT_ID", "OIDC_LOGOUT_URL")
    environment = dict.fromkeys(variables, "https://photos.example")
    environment |= {"AWS_DEFAULT_REGION": "eu-central-1", "PYTHONPATH": str(tmp_path)}
    environment["PYTZ_TZDATADIR"] = "tzdata/zoneinfo"

    bare = f"{sys.base_prefix}/bin/python3.13"
    done = subprocess.run(
        [bare, "-S", "-s", "-c", program],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr


def test_nothing_of_ours_but_the_product_is_wanted() -> None:
    assert lean.wanted("webapp/static/js/app.js", "web")
    assert lean.wanted("botocore/data/dynamodb/2012-08-10/service-2.json.gz", "web")
    assert not lean.wanted("botocore/data/ec2/2016-11-15/service-2.json.gz", "web")
    assert not lean.wanted("botocore/data/ssm/2014-11-06/service-2.json.gz", "thumbnails")
    assert not lean.wanted("babel/locale-data/fr.dat", "web")
    assert not lean.wanted("webapp/__pycache__/auth.cpython-313.pyc", "web")
    assert not lean.wanted("webapp/translations/de/LC_MESSAGES/messages.po", "web")


def test_bytecode_drops_docstrings_and_only_them() -> None:
    source = (
        b'"""Prose."""\nfrom __future__ import annotations\n\ndef f():\n    "Prose."\n\nassert f\n'
    )

    code = lean.bytecode("m.py", source)

    assert code is not None
    assert b"Prose" not in code
    assert lean.bytecode("m.py", b"assert x") != lean.bytecode("m.py", b"")
    assert lean.bytecode("m.py", b"no python at all") is None
    assert lean.bytecode("m.txt", source) is None
