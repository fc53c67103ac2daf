"""Listening sockets on loopback: the site's port is asked for, the others are only remembered."""

from __future__ import annotations

import socket
import time

from local.errors import CannotRun
from local.folder import Folder

PATIENCE = 2  # seconds for what a killed run left behind to let go of its port


def listen(port: int) -> socket.socket:
    """Return a socket that listens on that port of 127.0.0.1. Raises CannotRun, naming the port."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return _listen(port)
        except OSError as error:
            if time.monotonic() > deadline:
                raise CannotRun(
                    f"Port {port} cannot be used ({error.strerror}); choose another one with PORT."
                ) from None
            time.sleep(0.05)


def listen_as_before(folder: Folder, name: str) -> socket.socket:
    """Return a listening socket on the port that `name` had last time, or on any free one.

    Addresses that were handed out (upload grants, picture links) then outlive a restart.
    """
    try:
        listener = _listen(folder.memory.get(name, 0))
    except OSError:
        listener = _listen(0)
    folder.remember(**{name: listener.getsockname()[1]})
    return listener


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(128)
    except BaseException:
        listener.close()
        raise
    return listener
