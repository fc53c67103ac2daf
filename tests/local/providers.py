"""Two sign-in services that must answer alike: our stand-in, and MiniStack's Cognito, its twin."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import boto3
import requests
from werkzeug.serving import make_server

from local.login import create_app, tokens
from local.login.server import Client
from tests.waiting import eventually

EMAIL, PASSWORD = "ada.of.the.twin@people.example", "Passw0rd!"


@dataclass(frozen=True)
class Provider:
    """A sign-in service, and the client and the person that it knows."""

    discovery_url: str
    logout_url: str
    client_id: str
    client_secret: str
    site: str

    @property
    def callback(self) -> str:
        return f"{self.site}/auth/callback"

    def metadata(self) -> dict[str, Any]:
        found: dict[str, Any] = requests.get(self.discovery_url, timeout=10).json()
        return found

    def sign_in(self, browser: requests.Session, url: str) -> str:
        """Fill in the sign-in page at `url` and return where it sends the browser."""
        page = browser.get(url, timeout=10)
        form = re.search(r"<form(.*?)>(.*?)</form>", page.text, re.S)
        assert form, page.text
        action = re.search(r'action="([^"]*)"', form[1])
        fields = {
            name: unescape(value)
            for name, value in re.findall(r'name="([^"]+)"[^>]*value="([^"]*)"', form[2])
        }
        fields |= {"email": EMAIL, "username": EMAIL, "password": PASSWORD}
        target = urljoin(page.url, unescape(action[1])) if action else page.url
        answer = browser.post(target, data=fields, allow_redirects=False, timeout=10)
        return answer.headers["Location"]


@contextmanager
def stand_in(site: str) -> Iterator[Provider]:
    """Our own, on a thread of this process."""
    client = Client(
        secret="of/the+client", redirect_url=f"{site}/auth/callback", logout_url=f"{site}/"
    )
    app = create_app(client, tokens.load_key(tokens.new_key()), {})
    server = make_server("127.0.0.1", 0, app, threaded=True)  # waitress cannot be ended from here
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    base = f"http://127.0.0.1:{server.port}"
    try:
        yield Provider(
            discovery_url=f"{base}/us-east-1_local/.well-known/openid-configuration",
            logout_url=f"{base}/logout",
            client_id=client.client_id,
            client_secret=client.secret,
            site=site,
        )
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def cognito(site: str, folder: Path) -> Iterator[Provider]:
    """Cognito's hosted pages as MiniStack has them, in a process of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    base, key = f"http://127.0.0.1:{port}", ("AKIDROOT", "secret")
    settings = {
        "AUTH": "true",
        "AWS_ACCESS_KEY_ID": key[0],
        "AWS_SECRET_ACCESS_KEY": key[1],
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "LOG_LEVEL": "ERROR",
        "MINISTACK_HOST": "127.0.0.1",
        "PATH": os.environ["PATH"],
        "SFTP_ENABLED": "0",
        "TMPDIR": str(folder),
    }
    with subprocess.Popen([sys.executable, "-m", "ministack"], env=settings) as process:
        try:
            eventually(lambda: _answers(port))
            yield _user_pool(base, site, key)
        finally:
            process.kill()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _user_pool(base: str, site: str, key: tuple[str, str]) -> Provider:
    client = boto3.client(
        "cognito-idp",
        endpoint_url=base,
        region_name="us-east-1",
        aws_access_key_id=key[0],
        aws_secret_access_key=key[1],
    )
    pool = client.create_user_pool(
        PoolName="twin", UsernameAttributes=["email"], AutoVerifiedAttributes=["email"]
    )["UserPool"]["Id"]
    client.create_user_pool_domain(Domain="twin", UserPoolId=pool)
    app = client.create_user_pool_client(
        UserPoolId=pool,
        ClientName="web",
        GenerateSecret=True,
        CallbackURLs=[f"{site}/auth/callback"],
        LogoutURLs=[f"{site}/"],
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid", "email", "profile"],
        AllowedOAuthFlowsUserPoolClient=True,
        SupportedIdentityProviders=["COGNITO"],
    )["UserPoolClient"]
    client.admin_create_user(
        UserPoolId=pool,
        Username=EMAIL,
        MessageAction="SUPPRESS",
        UserAttributes=[
            {"Name": "email", "Value": EMAIL},
            {"Name": "email_verified", "Value": "true"},
        ],
    )
    client.admin_set_user_password(
        UserPoolId=pool, Username=EMAIL, Password=PASSWORD, Permanent=True
    )
    return Provider(
        discovery_url=f"{base}/{pool}/.well-known/openid-configuration",
        logout_url=f"{base}/logout",
        client_id=app["ClientId"],
        client_secret=app["ClientSecret"],
        site=site,
    )
