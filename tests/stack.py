"""The real `python -m local` as a process, on a port and a folder of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3

from local import environments
from tests.waiting import eventually

ROOT = Path(__file__).parents[1]


class Stack:
    """A run that has said it is ready, at `url`, with its data in `folder`."""

    def __init__(
        self, folder: Path, port: int = 0, *, demo: bool = False, **environment: str
    ) -> None:
        self.folder = folder
        self.errors = folder.with_suffix(".errors")
        with self.errors.open("a") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "local", *["--demo"] * demo],
                cwd=ROOT,
                env={**os.environ, "DATA_DIR": str(folder), "PORT": str(port), **environment},
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        assert self.process.stdout
        self.ready_line = self.process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)", self.ready_line)
        if not found:
            self.kill()
            raise AssertionError(f"not ready: {self.errors.read_text()}")
        self.url, self.port = found[0], int(found[1])

    @property
    def memory(self) -> dict[str, Any]:
        """What the data folder knows: ports, physical ids, keys."""
        found: dict[str, Any] = json.loads((self.folder / "memory.json").read_text())
        return found

    def environment(self, function: str) -> dict[str, str]:
        """The variables of that function in this run."""
        return environments.environment(function, self.memory, self.url)

    def client(self, service: str) -> Any:
        """A boto3 client of this run's cloud with the root's rights."""
        key, secret = self.memory["root_key"]
        return boto3.client(
            service,
            endpoint_url=f"http://127.0.0.1:{self.memory['cloud_port']}",
            region_name=environments.REGION,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
        )

    def wait_until_saved(self) -> None:
        """Return when everything that was done before this call is on disk."""
        current = self.folder / "states" / "current"
        before = current.resolve()
        self.client("ssm").put_parameter(  # a change, without which nothing would be saved
            Name="/tests/saved", Value=str(before), Type="String", Overwrite=True
        )
        eventually(lambda: current.resolve() != before)

    def stop(self, with_signal: signal.Signals = signal.SIGTERM) -> int:
        """End the run in order and return its exit code."""
        self.process.send_signal(with_signal)
        return self._wait()

    def kill(self) -> None:
        """End the run as a power cut would."""
        self.process.kill()
        self._wait()

    def _wait(self) -> int:
        code = self.process.wait(30)
        assert self.process.stdout
        self.process.stdout.close()
        return code


@contextmanager
def demo(folder: Path) -> Iterator[Stack]:
    """Run the demo site, with its people moved in, from a folder where they stay."""
    stack = Stack(folder, demo=True)
    try:
        eventually(lambda: "demo" in stack.memory, 600)
        assert stack.memory["demo"], "the demo's people could not move in"
        yield stack
    finally:
        stack.stop()
