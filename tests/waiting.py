"""Waiting for what happens elsewhere: for a condition, never for a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(check: Callable[[], T], seconds: float = 30) -> T:
    """Return the first true answer of `check`; fail if none comes within that time."""
    deadline = time.monotonic() + seconds
    while not (answer := check()):
        assert time.monotonic() < deadline, f"did not happen within {seconds} seconds: {check}"
        time.sleep(0.05)
    return answer
