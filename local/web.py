"""The web function as a local process: the site's WSGI app behind waitress."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import waitress
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from local import styleguide
from local.front_door import FrontDoor
from local.outbox import Outbox
from webapp import create_app

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def main(descriptor: str) -> None:
    """Serve the site on the listening socket with that file descriptor until SIGTERM."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    logging.getLogger("waitress").setLevel(logging.ERROR)  # it warns of every short queue
    waitress.serve(
        at_its_own_address(site(), os.environ["PUBLIC_URL"]),
        sockets=[socket.socket(fileno=int(descriptor))],
        threads=8,
        ident=None,
        channel_timeout=60,
    )


def site() -> WSGIApplication:
    """Return the site with all that stands before it here."""
    app = create_app()
    app.register_blueprint(styleguide.blueprint)
    outbox = Path(os.environ["OUTBOX"])
    return Outbox(behind_the_front_door(app), outbox, os.environ["PUBLIC_URL"])


def behind_the_front_door(app: WSGIApplication) -> WSGIApplication:
    """Put before the site what CloudFront is on AWS, with keys of its own."""
    own = json.loads(os.environ["FRONT_DOOR"])
    signing_key = load_pem_private_key(own["signing_key"].encode(), password=None)
    public_key = signing_key.public_key()
    assert isinstance(public_key, EllipticCurvePublicKey)
    return FrontDoor(
        app,
        public_url=os.environ["PUBLIC_URL"],
        public_key=public_key,
        s3=boto3.client("s3", aws_access_key_id=own["key"], aws_secret_access_key=own["secret"]),
        bucket=os.environ["MEDIA_BUCKET"],
        pictures_url=own["pictures_url"],
    )


def at_its_own_address(app: WSGIApplication, public_url: str) -> WSGIApplication:
    """Send a page that was asked for as `localhost` to the address that sign-in comes back to.

    Cookies and upload grants are for one host name: on another one the site would half work.
    """
    host = public_url.split("://")[1]

    def site(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        asked_for = environ.get("HTTP_HOST", host)
        if (
            asked_for == host.replace("127.0.0.1", "localhost")
            and environ["REQUEST_METHOD"] == "GET"
        ):
            query = environ.get("QUERY_STRING", "")
            location = public_url + environ["PATH_INFO"] + ("?" + query if query else "")
            start_response("307 Temporary Redirect", [("Location", location)])
            return [b""]
        return app(environ, start_response)

    return site
