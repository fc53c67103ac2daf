"""What the tests of the whole share: one real run of the local stack, and small pictures."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest
from PIL import Image

from store import observe
from tests.aws import Account, account
from tests.people import person
from tests.stack import Stack
from tests.visitor import Visitor


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--ceph", action="store_true", help="also run what needs a Ceph object gateway"
    )
    parser.addoption("--firefox", action="store_true", help="browse with Firefox, not Chromium")
    parser.addoption(
        "--histories", type=int, default=20, help="random histories of sharing, 50 steps each"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--firefox"):
        for item in items:
            if only := item.get_closest_marker("chromium"):
                item.add_marker(pytest.mark.skip(reason=only.args[0]))
    if not config.getoption("--ceph"):
        skip = pytest.mark.skip(reason="needs a Ceph object gateway: make test-s3")
        for item in items:
            if item.get_closest_marker("ceph"):
                item.add_marker(skip)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The local stack, for everybody who does not stop it."""
    running = Stack(tmp_path_factory.mktemp("stack") / "data")
    yield running
    assert running.stop() == 0


@pytest.fixture
def visitor(stack: Stack) -> Visitor:
    return Visitor(stack.url)


@pytest.fixture
def picture() -> Callable[[], bytes]:
    """Makes JPEGs, no two alike."""
    random = Random()

    def make(width: int = 320, height: int = 240) -> bytes:
        small = Image.frombytes("RGB", (16, 12), random.randbytes(16 * 12 * 3))
        file = io.BytesIO()
        small.resize((width, height)).save(file, "JPEG")
        return file.getvalue()

    return make


@pytest.fixture
def log_lines(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[], list[dict[str, Any]]]:
    """Takes what has been logged in metric lines, which only a deployed function writes."""
    monkeypatch.setenv("SITE", "album-production")
    monkeypatch.setattr(observe, "_log_json", lambda: None)
    return lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    """An empty AWS account, for as long as the test lasts."""
    with account(monkeypatch) as found:
        yield found


@pytest.fixture
def anna(aws: Account) -> str:
    return person("Anna")


@pytest.fixture
def ben(aws: Account) -> str:
    return person("Ben")


@pytest.fixture
def carla(aws: Account) -> str:
    return person("Carla")
