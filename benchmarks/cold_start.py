"""How long does a function take to load, and to answer its first event, in the real runtime?

Run with Python 3.13 (`make benchmark-cold-start`). The web function is measured against a bare
Flask function in a package of the same style, the two taking turns.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from deploy import functions, package, secrets
from deploy.lean import bytecode
from tests.deploy.cloud import ACCESS_KEY, REGION, SECRET_KEY, Cloud, machine
from tests.deploy.runtime import TOOLS, Runtime

ROUNDS = 15
BARE = """
from apig_wsgi import make_lambda_handler
from flask import Flask

app = Flask(__name__)


@app.get("/")
def home():
    return "hello"


handler = make_lambda_handler(app, binary_support=True)
"""
FLASK = (
    "flask",
    "werkzeug",
    "jinja2",
    "click",
    "itsdangerous",
    "markupsafe",
    "blinker",
    "apig_wsgi",
)
OUTPUTS = {
    "Table": "album-production",
    "UploadBucket": "uploads",
    "MediaBucket": "media",
    "EventsTopic": "arn:aws:sns:eu-central-1:000000000000:events",
    "SiteUrl": "https://photos.example",
    "UserPool": "eu-central-1_pool",
    "UserPoolClient": "client",
    "SignInHost": "sign-in.example",
    "PublicKeyA": "KEY",
    "ThumbnailsQueueUrl": "https://sqs.example/1",
    "FanoutQueueUrl": "https://sqs.example/2",
    "PushQueueUrl": "https://sqs.example/3",
    "MailQueueUrl": "https://sqs.example/4",
    "NoticeWindow": "600",
}


class _Site:
    """What functions.environment() asks a site for."""

    name = "album-production"
    secrets = "/album/production/web"
    push = "/album/production/push"

    class session:  # noqa: N801
        region_name = REGION


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        cloud = Cloud(Path(folder, "cloud"))
        cloud.start()
        try:
            values = secrets.new_secrets()
            secrets.save(cloud.client("ssm"), _Site.secrets, values)
            measure(Path(folder), cloud, values)
        finally:
            cloud.stop()


def measure(folder: Path, cloud: Cloud, values: secrets.Secrets) -> None:
    archives = {name: package.build(name, machine()) for name in package.OURS}
    archives["bare flask"] = bare_flask(archives["web"], folder / "bare.zip")
    page = request_for("/", values.origin_secrets[0])
    events = {
        "bare flask": ("bare.handler", page),
        "web": ("webapp.handler.handler", page),
        "thumbnails": ("thumbnails.handler.handler", {"Records": []}),
        "fanout": ("fanout.handler.handler", {"Records": []}),
    }
    figures: dict[str, list[tuple[float, float, float]]] = {name: [] for name in events}
    for _ in range(ROUNDS):
        for name, (handler, event) in events.items():
            environment = {
                "AWS_ENDPOINT_URL": cloud.endpoint,
                "AWS_REGION": REGION,
                "AWS_DEFAULT_REGION": REGION,
                "AWS_ACCESS_KEY_ID": ACCESS_KEY,
                "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            }
            if name in package.OURS:
                given = functions.environment(_Site(), name, OUTPUTS, "PublicKeyA", "key")  # type: ignore[arg-type]
                environment |= given
            task = folder / "task"
            task.mkdir()
            with Runtime(archives[name], handler, environment, task) as runtime:
                answer = runtime.invoke(event)
                assert answer.get("statusCode", 200) == 200, answer
                load, first = runtime.init_milliseconds(), runtime.first_milliseconds()
            figures[name].append(
                (load, first, cpu_milliseconds(task / "task", handler, environment))
            )
            shutil.rmtree(task)
    print(
        "function      zip MiB   load ms (median, fastest)   first event ms   load CPU ms (least)"
    )
    for name, measured in figures.items():
        loads, firsts, cpus = zip(*measured, strict=True)
        size = archives[name].stat().st_size / 2**20
        print(
            f"{name:12} {size:8.1f} {statistics.median(loads):12.0f} {min(loads):8.0f}"
            f" {statistics.median(firsts):22.0f} {min(cpus):18.0f}"
        )
    web, bare = (statistics.median(each[0] for each in figures[n]) for n in ("web", "bare flask"))
    print(f"web : bare flask = {web / bare:.2f}")
    web, bare = (min(each[2] for each in figures[n]) for n in ("web", "bare flask"))
    print(f"in CPU time, which other work on the machine hardly changes: {web / bare:.2f}")


def cpu_milliseconds(task: Path, handler: str, environment: dict[str, str]) -> float:
    """Return the CPU time that runtime and function take to load, without the emulator."""
    program = f"import awslambdaric.bootstrap, {handler.rpartition('.')[0]}"
    path = f"{TOOLS / 'client'}:{task}"
    process = subprocess.Popen(
        [f"{sys.base_prefix}/bin/python3.13", "-S", "-s", "-c", program],
        cwd=task,
        env={**environment, "PYTHONPATH": path, "TZ": ":UTC"},
    )
    _, status, used = os.wait4(process.pid, 0)
    assert status == 0
    return (used.ru_utime + used.ru_stime) * 1000


def bare_flask(web: Path, target: Path) -> Path:
    """Write a package of Flask and one page, cut from the web function's."""
    with zipfile.ZipFile(web) as source, zipfile.ZipFile(target, "w") as bare:
        for name in source.namelist():
            if name.split("/")[0] in FLASK or name.split("-")[0] in FLASK:
                bare.writestr(name, source.read(name))
        code = bytecode("bare.py", BARE.encode())
        assert code
        bare.writestr("bare.pyc", code)
    return target


def request_for(path: str, origin_secret: str) -> dict[str, Any]:
    """Return API Gateway's event (payload 1.0) for a page."""
    return {
        "version": "1.0",
        "httpMethod": "GET",
        "path": path,
        "headers": {"X-Origin-Verify": origin_secret, "Accept": "text/html"},
        "requestContext": {"stage": "production"},
        "body": None,
        "isBase64Encoded": False,
    }


if __name__ == "__main__":
    main()
