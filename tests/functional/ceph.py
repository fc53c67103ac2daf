"""A throw-away Ceph object gateway on loopback: a monitor, an object store in memory, a gateway.

Ceph enforces presigned POST policies as S3 does. It takes some fifteen seconds to start.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import uuid
from pathlib import Path
from types import TracebackType

import requests

from tests.functional.judges import Server, s3_client
from tests.waiting import eventually

KEY, SECRET = "AKIDCEPHGATEWAYTEST1", "a-secret-of-forty-characters-for-the-test"
REGION = "us-east-1"
UPLOADS, MEDIA = "uploads", "media"

CONFIGURATION = """
[global]
fsid = {fsid}
keyring = {folder}/keyring
mon host = v2:127.0.0.1:{monitor}/0
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
mon allow pool size one = true
mon warn on pool no redundancy = false
mon max pg per osd = 1000
osd crush chooseleaf type = 0
run dir = {folder}
log file = {folder}/$name.log
admin socket = {folder}/$name.asok
pid file = {folder}/$name.pid
mon data = {folder}/mon
osd data = {folder}/osd
osd objectstore = memstore
memstore device bytes = 1073741824
ms bind ipv6 = false
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:{gateway}
"""


class CephGateway:
    """A gateway with two buckets, for as long as it is entered."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._endpoint = ""

    def __enter__(self) -> CephGateway:
        monitor, gateway = _free_port(), _free_port()
        fsid = str(uuid.uuid4())
        for name in ("mon", "osd"):
            (self._folder / name).mkdir()
        (self._folder / "ceph.conf").write_text(
            CONFIGURATION.format(fsid=fsid, folder=self._folder, monitor=monitor, gateway=gateway)
        )
        self._make_keys()
        address = f"[v2:127.0.0.1:{monitor}]"
        self._run("monmaptool", "--create", "--fsid", fsid, "--addv", "a", address, "monmap")
        monitor_map = ["--monmap", "monmap", "--keyring", "keyring"]
        self._run("ceph-mon", "--mkfs", "-i", "a", *monitor_map)
        self._run("ceph-mon", "-i", "a")
        store = str(uuid.uuid4())
        self._run("ceph", "osd", "create", store)
        self._run("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", store)
        self._run("ceph-osd", "-i", "0")
        self._run("ceph", "osd", "crush", "add", "osd.0", "1.0", "root=default", "host=here")
        eventually(lambda: "1 up" in self._run("ceph", "osd", "stat"), 60)
        self._run("radosgw", "-n", "client.rgw")
        self._endpoint = f"http://127.0.0.1:{gateway}"
        eventually(self._answers, 90)
        keys = [f"--access-key={KEY}", f"--secret={SECRET}"]
        self._run(
            "radosgw-admin", "-n", "client.rgw", "user", "create", "--uid=web",
            "--display-name=web", *keys,
        )  # fmt: skip
        for bucket in (UPLOADS, MEDIA):
            self._client().create_bucket(Bucket=bucket)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for name in ("client.rgw", "osd.0", "mon.a"):
            file = self._folder / f"{name}.pid"
            if file.exists():
                os.kill(int(file.read_text()), signal.SIGKILL)

    def judge(self) -> Server:
        """The gateway as a judge. This version of Ceph ignores x-amz-checksum fields."""
        return Server(self._environment(), self._client(), checks_checksums=False)

    def _environment(self) -> dict[str, str]:
        return {
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": self._endpoint,
            "UPLOAD_BUCKET": UPLOADS,
            "MEDIA_BUCKET": MEDIA,
        }

    def _client(self):
        return s3_client(self._environment(), KEY, SECRET)

    def _make_keys(self) -> None:
        self._run("ceph-authtool", "--create-keyring", "keyring", "--gen-key", "-n", "mon.",
                  "--cap", "mon", "allow *")  # fmt: skip
        everything = [it for part in ("mon", "osd", "mgr") for it in ("--cap", part, "allow *")]
        for name in ("client.admin", "client.rgw", "osd.0"):
            self._run("ceph-authtool", "keyring", "--gen-key", "-n", name, *everything)

    def _answers(self) -> bool:
        try:
            return requests.get(self._endpoint, timeout=2).status_code == 200
        except requests.ConnectionError:
            return False

    def _run(self, *command: str) -> str:
        environment = {**os.environ, "CEPH_CONF": str(self._folder / "ceph.conf")}
        done = subprocess.run(
            command, cwd=self._folder, env=environment, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, f"{command}: {done.stderr}"
        return done.stdout


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
