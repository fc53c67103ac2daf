"""A person at a browser without scripts, on the wire: cookies, forms, redirects."""

from __future__ import annotations

import hashlib
import re
from html import unescape
from typing import Any
from urllib.parse import urljoin

import requests

from tests.waiting import eventually


class Visitor:
    """Somebody who uses the site at `url`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.headers["Origin"] = url

    def get(self, path: str) -> requests.Response:
        return self.session.get(urljoin(self.url, path), timeout=20)

    def post(self, path: str, **form: str | list[str]) -> requests.Response:
        form["csrf_token"] = self.csrf_token()
        return self.session.post(urljoin(self.url, path), data=form, timeout=20)

    def csrf_token(self) -> str:
        found = re.search(r'name="csrf-token" content="([^"]+)"', self.get("/feed").text)
        assert found, "signed out"
        return found[1]

    def sign_in(self, email: str, name: str) -> None:
        """Sign in with that address; a newcomer calls themselves `name`."""
        page = self.get("/auth/sign-in")
        here = self.session.post(page.url, data={"email": email}, timeout=20)
        if "/welcome" in here.url:
            self.post("/welcome", display_name=name, next="/feed")

    def upload(self, picture: bytes, content_type: str = "image/jpeg") -> str:
        """Share a picture with friends and return its photo id, once its bytes are there."""
        grant = self.grant(picture, content_type)
        send(grant, picture)
        return str(grant["photo_id"])

    def grant(self, picture: bytes, content_type: str = "image/jpeg") -> dict[str, Any]:
        """Return leave to send that picture."""
        file = {
            "name": "a.jpg",
            "size": len(picture),
            "type": content_type,
            "sha256": hashlib.sha256(picture).hexdigest(),
        }
        answer = self.session.post(
            f"{self.url}/uploads",
            json={"visibility": "friends", "caption": "", "tags": [], "files": [file]},
            headers={"X-CSRF-Token": self.csrf_token()},
            timeout=20,
        )
        assert answer.status_code == 200, answer.text
        grant: dict[str, Any] = answer.json()["uploads"][0]
        return grant

    def status(self, photo_id: str) -> dict[str, Any]:
        """What the upload page would be told of this photo."""
        found: dict[str, Any] = self.get(f"/uploads?ids={photo_id}").json()["photos"][0]
        return found

    def wait_until_ready(self, photo_id: str) -> None:
        eventually(lambda: self.status(photo_id)["status"] == "ready")

    def pictures(self, photo_id: str) -> list[str]:
        """The addresses of the pictures on the photo's page."""
        page = self.get(f"/photos/{photo_id}").text
        return sorted(set(map(unescape, re.findall(r'https?://[^"\s]+/media/[^"\s]+', page))))


def send(grant: dict[str, Any], picture: bytes) -> None:
    """Post a picture with the leave to do so."""
    answer = requests.post(grant["url"], data=grant["fields"], files={"file": picture}, timeout=60)
    assert answer.status_code in (200, 201, 204), answer.text
