"""One run of the local stack: cloud and login in this process, the functions in children."""

from __future__ import annotations

import http.client
import logging
import queue
import secrets
import signal
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from waitress.server import create_server

from deploy.functions import QUEUES
from local import environments, login
from local.children import Child
from local.cloud import Cloud
from local.errors import CannotRun
from local.folder import Folder
from local.login import tokens
from local.login.server import Client
from local.ports import listen, listen_as_before
from local.resources import Resources

PATIENCE = 30  # seconds for the site to answer its first request
GRACE = 10  # seconds for a function to finish what it is doing
TOO_SHORT = 5  # seconds; a function that lives no longer would only be started in vain


class Supervisor:
    """Everything that runs, from `start()` to `stop()`. `people` may sign in at a touch."""

    def __init__(self, path: Path, port: int, people: Mapping[str, str]) -> None:
        self._people = people
        self._folder = Folder.take(path)
        self._site = listen(port)
        self.url = f"http://127.0.0.1:{self._site.getsockname()[1]}"
        self._pictures = listen_as_before(self._folder, "pictures_port")
        self._ended: queue.SimpleQueue[Child | None] = queue.SimpleQueue()
        self._children: dict[str, Child] = {}
        self._cloud = Cloud(
            listen_as_before(self._folder, "cloud_port"), self._folder.path, self._root_key()
        )
        self._resources = Resources(self._cloud, self._folder, self.url)

    def start(self) -> None:
        """Return when the site answers. Raises CannotRun."""
        logging.basicConfig(level=logging.ERROR, format="%(levelname)s %(name)s: %(message)s")
        for ending in (signal.SIGINT, signal.SIGTERM):
            signal.signal(ending, lambda *_: self._ended.put(None))
        self._cloud.start()
        self._resources.provide()
        self._start_login()
        for function in ("web", *QUEUES["thumbnails"], *QUEUES["fanout"], "pictures"):
            self._start(function)
        self._wait_for_the_site()

    def add_demo(self) -> None:
        """Let the demo people move in, in the background, unless they live here already."""
        if self._folder.memory.get("demo"):
            return
        environment = environments.environment("web", self._folder.memory, self.url)
        self._children["demo"] = Child(
            "local.demo.move_in", environment=environment, ended=self._ended.put
        )

    def run(self) -> None:
        """Keep the functions running until SIGINT or SIGTERM. Raises CannotRun."""
        while (child := self._ended.get()) is not None:
            function = next(name for name, it in self._children.items() if it is child)
            if function == "demo":
                self._folder.remember(demo=child.exit_code == 0)
                continue
            logging.error("The %s function ended (exit code %s).", function, child.exit_code)
            if child.age < TOO_SHORT:
                raise CannotRun(
                    f"The {function} function does not stay up; its last words are above."
                )
            self._start(function)

    def stop(self) -> None:
        """End in order: functions first, then the cloud with all its data on disk."""
        for child in self._children.values():
            child.end()
        deadline = time.monotonic() + GRACE
        for child in self._children.values():
            child.wait(deadline - time.monotonic())
        self._cloud.stop()

    def _root_key(self) -> tuple[str, str]:
        """Return the cloud's root key: new with the folder, for other users share this machine."""
        if "root_key" not in self._folder.memory:
            self._folder.remember(
                root_key=["AKIDROOT" + secrets.token_hex(6).upper(), secrets.token_hex(20)]
            )
        key, secret = self._folder.memory["root_key"]
        return key, secret

    def _start_login(self) -> None:
        memory = self._folder.memory
        if "login_key" not in memory:
            self._folder.remember(login_key=tokens.new_key())
        client = Client(
            secret=memory["secrets"]["oidc_client_secret"],
            redirect_url=f"{self.url}/auth/callback",
            logout_url=f"{self.url}/",
        )
        listener = listen_as_before(self._folder, "login_port")
        app = login.create_app(client, tokens.load_key(memory["login_key"]), self._people)
        server = create_server(app, sockets=[listener], threads=4, ident=None)
        threading.Thread(target=server.run, name="login", daemon=True).start()

    def _start(self, name: str) -> None:
        """Start a function; "push" and "mail" are the fan-out at queues of their own."""
        memory = self._folder.memory
        function = "fanout" if name in QUEUES["fanout"] else name
        environment = environments.environment(function, memory, self.url)
        sockets: list[int] = []
        if function == "web":
            sockets = [self._site.fileno()]
            arguments = ["local.web", str(sockets[0])]
            environment |= environments.around_the_site(memory, self._folder.path)
        elif function == "pictures":
            sockets = [self._pictures.fileno()]
            arguments = ["local.function_url", "thumbnails", str(sockets[0])]
        else:
            queue_url = environments.queue_url(name, memory)
            arguments = ["local.worker", function, name, queue_url]
        self._children[name] = Child(
            *arguments, environment=environment, sockets=sockets, ended=self._ended.put
        )

    def _wait_for_the_site(self) -> None:
        """Ask for the first page until it is answered; the socket has been listening all along."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self._children["web"].exit_code is None:
            connection = http.client.HTTPConnection(self.url.split("//")[1], timeout=1)
            try:
                connection.request("GET", "/")
                connection.getresponse().read()
                return
            except OSError:
                continue
            finally:
                connection.close()
        raise CannotRun("The site does not answer; its last words are above.")
