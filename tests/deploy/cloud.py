"""AWS on loopback for the tests of the deployment: a process, a checkout, and Zappa run in it."""

from __future__ import annotations

import json
import os
import platform
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from tests.waiting import eventually

ROOT = Path(__file__).resolve().parents[2]
REGION = "eu-central-1"
PROJECT = "album"
ACCESS_KEY, SECRET_KEY = "AKIATHEADMINISTRATOR", "administrator-of-a-cloud-on-loopback-000"


class Cloud:
    """MiniStack with AUTH in a process of its own, its state in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        for name in ("tmp", "state", "s3"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        # The functions' interpreter sees nothing but itself and their zip.
        bare = self.folder / "python3.13"
        bare.write_text(f'#!/bin/sh\nexec {sys.base_prefix}/bin/python3.13 -S -s "$@"\n')
        bare.chmod(0o755)
        environment = {
            "PATH": os.environ["PATH"],
            "TMPDIR": str(self.folder / "tmp"),
            "STATE_DIR": str(self.folder / "state"),
            "S3_DATA_DIR": str(self.folder / "s3"),
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "IOT_MTLS_ENABLED": "0",  # or it listens on every address
            "SFTP_ENABLED": "0",
            "LAMBDA_EXECUTOR": "local",
            "LAMBDA_PYTHON": str(bare),
            "LOG_LEVEL": "WARNING",
            "AUTH": "true",
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        }
        command = [sys.executable, "-m", "tests.deploy.standin"]
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=log, stderr=log
            )
        eventually(self._answers)

    def stop(self) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait()  # it writes its state on the way out

    def _answers(self) -> bool:
        assert self._process
        if self._process.poll() is not None:
            raise RuntimeError((self.folder / "log").read_text())
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def client(self, service: str, key: str = ACCESS_KEY, secret: str = SECRET_KEY) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            config=Config(retries={"max_attempts": 0}),
        )

    def new_user(self, name: str, policy: dict[str, Any]) -> tuple[str, str]:
        """Make an IAM user with that policy; return its keys."""
        iam = self.client("iam")
        iam.create_user(UserName=name)
        iam.put_user_policy(UserName=name, PolicyName=name, PolicyDocument=json.dumps(policy))
        made = iam.create_access_key(UserName=name)["AccessKey"]
        return made["AccessKeyId"], made["SecretAccessKey"]


class Checkout:
    """The project's own files in a folder of their own, set up as docs/deploy.md tells."""

    def __init__(self, folder: Path, cloud: Cloud, keys: tuple[str, str]) -> None:
        self.folder = folder
        own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        self.environment = {
            **own,
            "AWS_ENDPOINT_URL": cloud.endpoint,
            "AWS_ACCESS_KEY_ID": keys[0],
            "AWS_SECRET_ACCESS_KEY": keys[1],
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        for name in _project_files():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
        for stage in ("production", "production_thumbnails"):
            self.edit_settings(stage, architecture=machine())  # the functions run here

    def edit_settings(self, stage: str, **changes: Any) -> None:
        file = self.folder / "zappa_settings.json"
        settings = json.loads(file.read_text())
        settings.setdefault(stage, {}).update(changes)
        file.write_text(json.dumps(settings, indent=2))

    def run(self, *command: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run `zappa ...` or `python ...` in the checkout; return what it said and its code."""
        program = str(Path(sys.executable).with_name(command[0]))
        return self._run([program, *command[1:]], self.environment, stdin)

    def type(self, line: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run a line in a shell that finds commands in .venv-deploy/bin."""
        path = f"{self.folder / '.venv-deploy' / 'bin'}:{self.environment['PATH']}"
        return self._run(["sh", "-c", line], {**self.environment, "PATH": path}, stdin)

    def _run(
        self, command: list[str], environment: dict[str, str], stdin: str | None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.folder,
            env=environment,
            input=stdin or "",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            start_new_session=True,  # without a terminal, where secrets would be asked for
        )


def _project_files() -> list[str]:
    """Return what a clone would have: everything that Git does not ignore."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def machine() -> str:
    """Return what Lambda calls the kind of machine that this is."""
    return {"x86_64": "x86_64", "aarch64": "arm64"}[platform.machine()]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
