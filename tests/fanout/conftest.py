from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.aws import Account, account
from tests.people import person


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    with account(monkeypatch) as found:
        yield found


@pytest.fixture
def anna(aws: Account) -> str:
    return person("Anna")


@pytest.fixture
def ben(aws: Account) -> str:
    return person("Ben")
