"""The zips in the real Lambda runtime: Python 3.13, the function's files, and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.cloud import ACCESS_KEY, PROJECT, REGION, ROOT, SECRET_KEY, machine
from tests.deploy.deployment import Deployment
from tests.deploy.runtime import Runtime

pytestmark = pytest.mark.deployed

NAME = f"{PROJECT}-production"


def start(deployment: Deployment, component: str, folder: Path) -> Runtime:
    """Start a function's zip as it was deployed, with the environment that it was given."""
    function = NAME if component == "web" else f"{NAME}-{component}"
    found = deployment.client("lambda").get_function_configuration(FunctionName=function)
    environment = {
        **found["Environment"]["Variables"],
        "AWS_ENDPOINT_URL": deployment.cloud.endpoint,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
    }
    archive = deployment.checkout.folder / "build" / f"{component}-{machine()}.zip"
    return Runtime(archive, found["Handler"], environment, folder)


def test_web_answers_a_page(deployment: Deployment, tmp_path: Path) -> None:
    parameter = deployment.client("ssm").get_parameter(
        Name=f"/{PROJECT}/production/web", WithDecryption=True
    )["Parameter"]
    secret = json.loads(parameter["Value"])["origin_secrets"][0]
    event = {
        "version": "1.0",
        "httpMethod": "GET",
        "path": "/",
        "headers": {"X-Origin-Verify": secret, "Accept": "text/html"},
        "requestContext": {"stage": "production"},
        "body": None,
        "isBase64Encoded": False,
    }

    with start(deployment, "web", tmp_path) as runtime:
        answer = runtime.invoke(event)

    assert answer["statusCode"] == 200, answer
    assert "Sign in" in answer["body"]


def test_thumbnails_make_pictures_of_an_upload(
    deployment: Deployment, tmp_path: Path, photos: Path
) -> None:
    functions, s3 = deployment.client("lambda"), deployment.client("s3")
    (mapping,) = functions.list_event_source_mappings(FunctionName=f"{NAME}-thumbnails")[
        "EventSourceMappings"
    ]
    picture = photos / "everyday" / "silver_fir.jpg"
    user_id, photo_id = granted(deployment, picture)
    key = f"incoming/{user_id}/{photo_id}"
    body = {"Records": [{"s3": {"object": {"key": key}}}]}
    record = {"messageId": "1", "body": json.dumps(body)}
    record["attributes"] = {"ApproximateReceiveCount": "1"}  # type: ignore[assignment]

    # The deployed function has the same queue; here the one in the real runtime does the work.
    functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    try:
        uploads = deployment.outputs["UploadBucket"]
        metadata = {"visibility": "friends"}
        s3.put_object(Bucket=uploads, Key=key, Body=picture.read_bytes(), Metadata=metadata)
        with start(deployment, "thumbnails", tmp_path) as runtime:
            answer = runtime.invoke({"Records": [record]})
            log = runtime.log()
    finally:
        functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)

    assert answer == {"batchItemFailures": []}, log
    made = s3.list_objects_v2(Bucket=deployment.outputs["MediaBucket"], Prefix=f"media/{photo_id}/")
    names = {entry["Key"].rsplit("/", 1)[1] for entry in made.get("Contents", [])}
    assert {"320.webp", "960.webp"} <= names, log


def granted(deployment: Deployment, picture: Path) -> tuple[str, str]:
    """Have the store make a person and grant an upload; return both ids.

    In a process of its own, because the store keeps its clients for good.
    """
    program = (
        "import hashlib, sys\n"
        "from pathlib import Path\n"
        "from store import grants, users\n"
        "user_id = users.sign_up(users.identity_id('https://login.example', 'runtime'), 'Runa')\n"
        "picture = Path(sys.argv[1]).read_bytes()\n"
        "sha256 = hashlib.sha256(picture).hexdigest()\n"
        "file = grants.File('image/jpeg', len(picture), sha256)\n"
        "(granted,) = grants.grant(\n"
        "    user_id, [file], visibility='friends', caption='', tags=[]\n"
        ")\n"
        "print(user_id, granted.photo_id)\n"
    )
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "TABLE_NAME": deployment.outputs["Table"],
        "UPLOAD_BUCKET": deployment.outputs["UploadBucket"],
        "MEDIA_BUCKET": deployment.outputs["MediaBucket"],
        "TOPIC_ARN": deployment.outputs["EventsTopic"],
        "AWS_ENDPOINT_URL": deployment.cloud.endpoint,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
    }
    done = subprocess.run(
        [sys.executable, "-c", program, str(picture)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    user_id, photo_id = done.stdout.split()
    return user_id, photo_id
