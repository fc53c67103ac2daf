"""What each function finds in its environment: the same variables as on Lambda.

Only AWS's own differ, the ones that boto3 reads by itself: the endpoint and the user's key.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deploy.secrets import push_point
from local.front_door import KEY_ID
from local.login.names import CLIENT_ID, POOL
from store.devices import SERVICES

REGION = "us-east-1"
SECRETS_PARAMETER = "/contact-sheet/local/web"
PUSH_PARAMETER = "/contact-sheet/local/push"
MAIL_FROM = "news@contact-sheet.example"
NOTICE_WINDOW = int(os.environ.get("NOTICE_WINDOW_SECONDS", 10))  # ten minutes on AWS


def environment(function: str, memory: Mapping[str, Any], public_url: str) -> dict[str, str]:
    """Return the variables of a function, from what the data folder knows.

    "pictures" is the thumbnails function once more, at its own address.
    """
    function = "thumbnails" if function == "pictures" else function
    ids = memory["ids"]
    key, secret = memory["keys"][function]
    login_url = f"http://127.0.0.1:{memory['login_port']}"
    everyone = {
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": _endpoint(memory),
        "TABLE_NAME": ids["Table"],
        "UPLOAD_BUCKET": ids["UploadBucket"],
        "MEDIA_BUCKET": ids["MediaBucket"],
    }
    return (
        everyone
        | {
            "web": {
                "TOPIC_ARN": ids["EventsTopic"],
                "THUMBNAILS_QUEUE_URL": queue_url("thumbnails", memory),
                "MAIL_FROM": MAIL_FROM,
                "PUSH_KEY": push_point(memory["secrets"]["push_key"]),
                "PUSH_SERVICES": f"{SERVICES},{public_url}",
                "PUBLIC_URL": public_url,
                "OIDC_DISCOVERY_URL": f"{login_url}/{POOL}/.well-known/openid-configuration",
                "OIDC_CLIENT_ID": CLIENT_ID,
                "OIDC_LOGOUT_URL": f"{login_url}/logout",
                "MEDIA_URL": public_url,
                "SIGNING_KEY_ID": KEY_ID,
                "SECRETS_PARAMETER": SECRETS_PARAMETER,
            },
            "thumbnails": {
                "TOPIC_ARN": ids["EventsTopic"],
                "THUMBNAILS_QUEUE_URL": queue_url("thumbnails", memory),
            },
            "fanout": {
                "TOPIC_ARN": ids["EventsTopic"],
                "FANOUT_QUEUE_URL": queue_url("fanout", memory),
                "PUSH_QUEUE_URL": queue_url("push", memory),
                "MAIL_QUEUE_URL": queue_url("mail", memory),
                "PUBLIC_URL": public_url,
                "NOTICE_WINDOW_SECONDS": str(NOTICE_WINDOW),
                "PUSH_PARAMETER": PUSH_PARAMETER,
                "PUSH_SERVICES": f"{SERVICES},{public_url}",
                "MAIL_FROM": MAIL_FROM,
                "MAIL_CONFIGURATION_SET": "contact-sheet-local",
            },
        }[function]
    )


def around_the_site(memory: Mapping[str, Any], folder: Path) -> dict[str, str]:
    """Return the settings of what stands around the site in its process."""
    return {"FRONT_DOOR": _front_door(memory), "OUTBOX": str((folder / "outbox").resolve())}


def _front_door(memory: Mapping[str, Any]) -> str:
    """Return what the front door has of its own, as JSON: S3 user, key, where to fail over to."""
    key, secret = memory["keys"]["thumbnails"]
    return json.dumps(
        {
            "key": key,
            "secret": secret,
            "signing_key": memory["secrets"]["signing_key"],
            "pictures_url": f"http://127.0.0.1:{memory['pictures_port']}",
        }
    )


def queue_url(function: str, memory: Mapping[str, Any]) -> str:
    """Return the queue that feeds `function`, at the port that the cloud has now."""
    path = memory["ids"][f"{function.capitalize()}Queue"].split("/", 3)[3]
    return f"{_endpoint(memory)}/{path}"


def _endpoint(memory: Mapping[str, Any]) -> str:
    return f"http://127.0.0.1:{memory['cloud_port']}"
