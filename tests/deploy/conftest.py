"""A whole deployment, made once by the real Zappa and used by all that only look at it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.cloud import Cloud
from tests.deploy.deployment import Deployment

PARAMETERS = {"AlertEmail": "deployer@example.org", "MailFrom": "news@photos.example"}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "deployed: deploys everything (make test-deploy)")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if os.environ.get("DEPLOYED") and sys.version_info[:2] == (3, 13):
        return
    skip = pytest.mark.skip(reason="deploys everything with Python 3.13: make test-deploy")
    for item in items:
        if "deployment" in getattr(item, "fixturenames", ()) or item.get_closest_marker("deployed"):
            item.add_marker(skip)


@pytest.fixture(scope="session")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """The site as `zappa deploy --all` makes it, for everybody who leaves it as it is."""
    made = Deployment(tmp_path_factory.mktemp("deployment"), parameters=PARAMETERS)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture(scope="session")
def bare_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """A cloud in which stacks are made by themselves, each test's in a region of its own."""
    running = Cloud(tmp_path_factory.mktemp("bare"))
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def photos() -> Path:
    """Real photos, which lie beside the project and not in it."""
    folder = Path(__file__).resolve().parents[3] / "shared" / "photos"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there")
    return folder
