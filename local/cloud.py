"""The cloud: MiniStack in a thread of this process, on loopback, with its state kept on disk.

MiniStack writes an object's bytes to disk at once, but everything else (table, queues, users) only
at an orderly end. Here that is also saved every few seconds, and as a whole: each save is a folder
of its own that becomes the current one by a rename, because a save that a kill cuts short must not
leave the table of one moment beside the queues of another.
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import socket
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from local import ministack_patches
from local.environments import REGION
from local.errors import CannotRun

SERVICES = ("cloudformation", "dynamodb", "iam", "s3", "ses", "sns", "sqs", "ssm", "sts")
SAVE_EVERY = 2.0  # seconds; a kill loses what was written since, and while a save was under way
READS = (b".BatchGetItem", b".GetItem", b".GetParameter", b".Query", b".ReceiveMessage")

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Cloud:
    """MiniStack behind `listener`, with its data in `folder`; `key` is the root's id and secret.

    MiniStack reads its settings from the environment at import, so there is one Cloud a process.
    """

    def __init__(self, listener: socket.socket, folder: Path, key: tuple[str, str]) -> None:
        self.endpoint = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self._listener = listener
        self._key = key
        self._states = folder / "states"
        self._objects = folder / "objects"
        self._outbox = folder / "outbox"
        self._generation = 0
        self._changes = 0
        self._saved_changes = 0
        self._thread = threading.Thread(target=self._run, name="cloud", daemon=True)
        self._started = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._halt = asyncio.Event()
        self._undeleted: dict[tuple[str, str], Callable[[], None]] = {}

    @property
    def is_new(self) -> bool:
        """Whether there is nothing in it yet that was ever saved."""
        return self._generation == 0

    def start(self) -> None:
        """Return once requests are answered. Raises CannotRun."""
        self._states.mkdir(exist_ok=True)
        current = self._states / "current"
        if current.exists():
            self._generation = int(current.resolve().name)
        os.environ.update(
            AUTH="true",
            AWS_ACCESS_KEY_ID=self._key[0],
            AWS_SECRET_ACCESS_KEY=self._key[1],
            GATEWAY_PORT=self.endpoint.rsplit(":", 1)[1],
            IOT_MTLS_ENABLED="0",  # it would listen on every interface
            MINISTACK_HOST="127.0.0.1",
            PERSIST_STATE="1",
            S3_DATA_DIR=str(self._objects),
            S3_PERSIST="1",
            SERVICES=",".join(SERVICES),
            SFTP_ENABLED="0",
            STATE_DIR=str(self._state_folder(self._generation)),
        )
        self._thread.start()
        if not self._started.wait(30) or not self._thread.is_alive():
            raise CannotRun("The embedded cloud did not start.")

    def save(self) -> None:
        """Put everything on disk, and return when it is there."""

        async def save() -> None:
            self._save()

        asyncio.run_coroutine_threadsafe(save(), self._loop).result(30)

    def stop(self) -> None:
        """End in order: everything is on disk afterwards."""
        # Hypercorn cancels what still waits for a message, which Python 3.11 reports as an error.
        self._loop.set_exception_handler(lambda loop, context: None)
        self._loop.call_soon_threadsafe(self._halt.set)
        self._thread.join(30)

    def client(self, service: str) -> Any:
        """Return a boto3 client with the root's rights."""
        import boto3

        return boto3.client(  # type: ignore[call-overload]
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=self._key[0],
            aws_secret_access_key=self._key[1],
        )

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._started.set()

    async def _serve(self) -> None:
        import ministack.app
        from hypercorn.asyncio import serve
        from hypercorn.config import Config

        self._mini = ministack.app
        self._mini.save_all = lambda services: self._save()  # what it calls at its orderly end
        ministack_patches.keep_bodies_out_of_memory()
        ministack_patches.delete_with_the_save(self._undeleted)
        ministack_patches.put_mail_into(self._outbox)
        ministack_patches.ask_for_the_rights_that_aws_asks_for()
        config = Config()
        config.bind = [f"fd://{os.dup(self._listener.fileno())}"]
        config.accesslog = None
        config.loglevel = "ERROR"
        config.graceful_timeout = 0.2  # what still waits for a message need not be waited for
        saving = asyncio.create_task(self._save_now_and_then())
        await serve(self._application, config, shutdown_trigger=self._halt.wait)  # type: ignore[arg-type]
        saving.cancel()

    async def _application(self, scope: Message, receive: Receive, send: Send) -> None:
        """MiniStack less its controls, which ask no key of any page in the browser."""
        if scope["type"] == "lifespan":
            await self._mini.app(scope, receive, self._noticing_the_start(send))
        elif scope["type"] == "http" and not scope["path"].startswith(("/_", "/health")):
            if _changes_something(scope):
                self._changes += 1
            await self._mini.app(scope, receive, send)
        else:
            await send({"type": "http.response.start", "status": 404, "headers": []})
            await send({"type": "http.response.body", "body": b""})

    def _noticing_the_start(self, send: Send) -> Send:
        async def noticing(message: Message) -> None:
            if message["type"] == "lifespan.startup.complete":
                ministack_patches.put_messages_back()
            await send(message)
            if message["type"] == "lifespan.startup.complete":
                self._started.set()

        return noticing

    async def _save_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(SAVE_EVERY)
            if self._changes != self._saved_changes:
                self._save()

    def _save(self) -> None:
        """Write the state of this moment: the event loop, and so every request, stands still."""
        from ministack.core import persistence

        changes = self._changes
        old, new = (self._state_folder(self._generation + step) for step in (0, 1))
        shutil.rmtree(new, ignore_errors=True)
        persistence.STATE_DIR = str(new)
        states = {
            name: get_state
            for name, get_state in self._mini._build_persistence_save_dict().items()
            if name in SERVICES
        }
        persistence.save_all(states)
        if {file.stem for file in new.glob("*.json")} != set(states):
            logging.error("The table could not be saved to %s; is the disk full?", new)
            return
        pointer = self._states / "next"
        pointer.unlink(missing_ok=True)
        pointer.symlink_to(new.name)
        pointer.replace(self._states / "current")
        shutil.rmtree(old, ignore_errors=True)
        self._generation += 1
        self._saved_changes = changes
        while self._undeleted:
            self._undeleted.popitem()[1]()

    def _state_folder(self, generation: int) -> Path:
        return self._states / str(generation)


def _changes_something(scope: Message) -> bool:
    if scope["method"] in ("GET", "HEAD", "OPTIONS"):
        return False
    target = next((value for name, value in scope["headers"] if name == b"x-amz-target"), b"")
    return not target.endswith(READS)
