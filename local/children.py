"""Child processes that cannot outlive this one, whichever way it ends."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence

# What of our own environment a function may see; on Lambda there is hardly more.
INHERITED = ("HOME", "LANG", "LC_ALL", "PATH", "TMPDIR", "TZ")


class Child:
    """A Python module run as a process of its own; `ended` is called, on a thread, when it ends."""

    def __init__(
        self,
        module: str,
        *arguments: str,
        environment: Mapping[str, str],
        sockets: Sequence[int] = (),
        ended: Callable[[Child], None],
    ) -> None:
        self.module = module
        self._started = time.monotonic()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "local.child", module, *arguments],
            env={name: os.environ[name] for name in INHERITED if name in os.environ}
            | {name: value for name, value in os.environ.items() if name.startswith("PYTHON")}
            | dict(environment),
            # The child ends when this pipe does, and the pipe ends with us, even if we are killed.
            stdin=subprocess.PIPE,
            pass_fds=sockets,
            # Ctrl-C in a terminal goes to the whole group: the children shall hear it from us.
            start_new_session=True,
        )
        threading.Thread(target=self._wait, args=(ended,), daemon=True).start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def age(self) -> float:
        """Seconds since it was started."""
        return time.monotonic() - self._started

    @property
    def exit_code(self) -> int | None:
        return self._process.poll()

    def end(self) -> None:
        """Ask the child to finish what it does."""
        self._process.terminate()

    def wait(self, seconds: float) -> None:
        """Return when the child has ended; end it the hard way if it takes longer."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _wait(self, ended: Callable[[Child], None]) -> None:
        self._process.wait()
        ended(self)
