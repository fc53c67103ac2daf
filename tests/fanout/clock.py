"""Time that passes when a test says so, for everything that asks store.clock."""

from __future__ import annotations

import sys
import time

import pytest

from store import clock


class Clock:
    """Moves every module's `now` on; what was written stays as old as it is."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ahead = 0
        original = clock.now
        for name, module in list(sys.modules.items()):
            known = name.startswith(("store", "fanout"))
            if known and getattr(module, "now", None) is original:
                monkeypatch.setattr(module, "now", self.now)

    def now(self) -> int:
        return int(time.time()) + self.ahead

    def move(self, seconds: int) -> None:
        self.ahead += seconds
