"""A worker function's own address as a local process: what a Lambda function URL does on AWS."""

from __future__ import annotations

import base64
import importlib
import logging
import signal
import socket
import sys
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import waitress

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def main(function: str, descriptor: str) -> None:
    """Serve the function on the listening socket with that file descriptor until SIGTERM."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    logging.getLogger("waitress").setLevel(logging.ERROR)
    handler = importlib.import_module(f"{function}.handler").handler
    waitress.serve(
        as_wsgi(handler), sockets=[socket.socket(fileno=int(descriptor))], threads=2, ident=None
    )


def as_wsgi(handler: Any) -> WSGIApplication:
    """Return a WSGI app that asks the handler with GET events of payload format 2.0."""

    def address(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        event = {
            "version": "2.0",
            "rawPath": environ["PATH_INFO"],
            "requestContext": {"http": {"method": "GET", "path": environ["PATH_INFO"]}},
        }
        answer = handler(event, None)
        status = HTTPStatus(answer["statusCode"])
        start_response(f"{status.value} {status.phrase}", list(answer["headers"].items()))
        body = answer["body"].encode()
        return [base64.b64decode(body) if answer.get("isBase64Encoded") else body]

    return address
