from __future__ import annotations

import pytest

from tests.aws import Account


@pytest.fixture(autouse=True)
def always(aws: Account) -> None:
    """Every test here has an account."""
