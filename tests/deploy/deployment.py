"""A deployed site: the checkout it came from, the cloud it runs in, and the people who use it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from tests.deploy.cloud import PROJECT, REGION, ROOT, Checkout, Cloud
from tests.deploy.door import Door
from tests.deploy.inventory import outputs

PASSWORD = "a password of some length"
ALERTS = {"AlertEmail": "deployer@example.org"}


def new_checkout(folder: Path, cloud: Cloud, project: str = PROJECT) -> Checkout:
    """Return a checkout of somebody who may do what deploy/deployer-policy.json says, with another
    project's name in it as docs/deploy.md tells.
    """
    policy = (ROOT / "deploy" / "deployer-policy.json").read_text()
    own = json.loads(policy.replace("contact-sheet", project))
    return Checkout(folder, cloud, cloud.new_user("deployer", own))


class Deployment:
    """Deploys on construction."""

    def __init__(self, folder: Path, cloud: Cloud | None = None, **settings: Any) -> None:
        self.cloud = cloud or Cloud(folder / "cloud")
        self.cloud.start()
        self._door: Door | None = None
        try:
            self.checkout = new_checkout(folder / "checkout", self.cloud)
            self.checkout.edit_settings(
                "production",
                **{"aws_region": REGION, "project_name": PROJECT, "parameters": ALERTS, **settings},
            )
            self.first = self.checkout.run("zappa", "deploy", "--all")
            if self.first.returncode:
                raise RuntimeError(self.first.stdout)
            self.outputs = outputs(self.cloud, f"{PROJECT}-production")
            self.host = self.outputs["DistributionDomain"]
            self._door = Door(self.host, self.cloud.port, folder)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        if self._door:
            self._door.close()
        self.cloud.stop()

    @property
    def url(self) -> str:
        return f"https://{self.host}"

    @property
    def door_port(self) -> int:
        assert self._door
        return self._door.port

    def client(self, service: str) -> Any:
        return self.cloud.client(service)

    def request(self, method: str, url: str, **more: Any) -> requests.Response:
        """Ask CloudFront for an address of the site."""
        headers = {"Host": self.host, **more.pop("headers", {})}
        parts = urlsplit(url)
        query = f"?{parts.query}" if parts.query else ""
        return requests.request(
            method,
            f"{self.cloud.endpoint}{parts.path}{query}",
            headers=headers,
            allow_redirects=False,
            timeout=30,
            **more,
        )

    def get(self, url: str, **more: Any) -> requests.Response:
        return self.request("GET", url, **more)

    def new_account(self, email: str) -> None:
        """Sign somebody up at the user pool, as its own pages would."""
        cognito, pool = self.client("cognito-idp"), self.outputs["UserPool"]
        attributes = [
            {"Name": "email", "Value": email},
            {"Name": "email_verified", "Value": "true"},
        ]
        cognito.admin_create_user(
            UserPoolId=pool, Username=email, MessageAction="SUPPRESS", UserAttributes=attributes
        )
        cognito.admin_set_user_password(
            UserPoolId=pool, Username=email, Password=PASSWORD, Permanent=True
        )
