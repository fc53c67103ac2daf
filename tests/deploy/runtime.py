"""The real Lambda runtime without Docker: awslambdaric under AWS's runtime interface emulator.

The emulator comes inside the wheel of aws-sam-cli; both are fetched once, into build/runtime.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from types import TracebackType
from typing import Any

import requests

from tests.deploy.cloud import ROOT, free_port, machine
from tests.waiting import eventually

TOOLS = ROOT / "build" / "runtime"


class Runtime:
    """One function, unpacked from its zip, in a process that sees Python and nothing else."""

    def __init__(
        self, archive: Path, handler: str, environment: dict[str, str], folder: Path
    ) -> None:
        _fetch_tools()
        self._task = folder / "task"
        with zipfile.ZipFile(archive) as unpacked:
            unpacked.extractall(self._task)
        self._log = folder / "log"
        self._port = free_port()
        emulator = next(TOOLS.glob(f"sam/samcli/local/rapid/aws-lambda-rie-{_emulator()}"))
        emulator.chmod(0o755)
        command = [str(emulator)]
        # Both addresses, or it listens on every address of the machine.
        command += ["--runtime-interface-emulator-address", f"127.0.0.1:{self._port}"]
        command += ["--runtime-api-address", f"127.0.0.1:{free_port()}"]
        command += [f"{sys.base_prefix}/bin/python3.13", "-S", "-s", "-m", "awslambdaric", handler]
        variables = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(TOOLS / "client"),
            "LAMBDA_TASK_ROOT": str(self._task),
            "AWS_LAMBDA_FUNCTION_TIMEOUT": "60",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
            "TZ": ":UTC",  # as Lambda has it; without it Babel looks for the machine's own zone
            **environment,
        }
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command, cwd=self._task, env=variables, stdout=log, stderr=log
            )

    def __enter__(self) -> Runtime:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._process.terminate()
        self._process.wait()

    def invoke(self, event: dict[str, Any]) -> dict[str, Any]:
        """Return the function's answer; the first one starts it."""
        url = f"http://127.0.0.1:{self._port}/2015-03-31/functions/function/invocations"

        def ask() -> requests.Response | None:
            try:
                return requests.post(url, data=json.dumps(event), timeout=60)
            except requests.ConnectionError:
                return None

        answer: dict[str, Any] = eventually(ask).json()
        return answer

    def log(self) -> str:
        return self._log.read_text(errors="replace")

    def init_milliseconds(self) -> float:
        """How long the runtime says that it took to load the function."""
        found = eventually(lambda: re.search(r"INIT REPORT\(durationMs: ([\d.]+)\)", self.log()))
        return float(found[1])

    def first_milliseconds(self) -> float:
        """How long the runtime says that the first event took, after loading."""
        found = eventually(
            lambda: re.search(r"INVOKE RTDONE\(.*duration: ([\d.]+)ms\)", self.log())
        )
        return float(found[1])


def _emulator() -> str:
    return {"x86_64": "x86_64", "arm64": "arm64"}[machine()]


def _fetch_tools() -> None:
    uv = str(Path(sys.executable).with_name("uv"))
    for name, options in (("sam", ["--no-deps", "aws-sam-cli"]), ("client", ["awslambdaric"])):
        if not (TOOLS / name).is_dir():
            command = [uv, "pip", "install", "--quiet", "--python", sys.executable]
            command += ["--only-binary", ":all:", "--target", str(TOOLS / name), *options]
            subprocess.run(command, check=True)
