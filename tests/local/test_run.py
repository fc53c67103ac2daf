"""`python -m local` as somebody meets it: its one line, its ports, its folder, its end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from local.__main__ import run
from local.errors import CannotRun
from tests.stack import ROOT, Stack
from tests.visitor import Visitor, send
from tests.waiting import eventually


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Stack]]:
    """Starts runs of their own; whatever still runs at the end is ended."""
    running: list[Stack] = []

    def start(name: str = "data", port: int = 0) -> Stack:
        running.append(Stack(tmp_path / name, port))
        return running[-1]

    yield start
    for stack in running:
        if stack.process.poll() is None:
            stack.kill()


def refused(folder: Path, port: str = "0") -> str:
    """Run where it must be refused, and return what it says."""
    run = subprocess.run(
        [sys.executable, "-m", "local"],
        cwd=ROOT,
        env={**os.environ, "DATA_DIR": str(folder), "PORT": port},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert run.returncode == 1
    assert run.stdout == ""
    return run.stderr


def is_one_sentence(text: str) -> bool:
    return text.count("\n") == 1 and text.endswith(".\n") and "Traceback" not in text


def test_it_says_one_line_when_ready_and_nothing_when_it_ends(start: Callable[..., Stack]) -> None:
    stack = start()

    assert requests.get(stack.url, timeout=10).status_code == 200
    assert stack.stop(signal.SIGINT) == 0

    assert stack.ready_line.startswith(f"Contact Sheet is ready: {stack.url} ")
    assert stack.errors.read_text() == ""


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_an_orderly_end_keeps_everything(
    start: Callable[..., Stack], picture: Callable[[], bytes], ending: signal.Signals
) -> None:
    stack = start()
    ada = Visitor(stack.url)
    ada.sign_in("ada@people.example", "Ada")
    photo_id = ada.upload(picture())
    ada.wait_until_ready(photo_id)

    assert stack.stop(ending) == 0
    start(port=stack.port)

    assert ada.status(photo_id)["status"] == "ready"  # still signed in, too
    assert all(requests.get(url, timeout=10).status_code == 200 for url in ada.pictures(photo_id))


def test_the_children_go_when_it_is_killed(start: Callable[..., Stack]) -> None:
    stack = start()
    children = children_of(stack.process.pid)
    assert children

    stack.kill()

    eventually(lambda: not any(is_running(pid) for pid in children), 5)


def test_a_photo_that_had_arrived_survives_a_kill_at_once(
    start: Callable[..., Stack], picture: Callable[..., bytes]
) -> None:
    stack = start()
    ada = Visitor(stack.url)
    ada.sign_in("ada@people.example", "Ada")
    settled = picture()
    ada.wait_until_ready(ada.upload(settled))
    stack.wait_until_saved()
    files = [picture(4000, 3000) for _ in range(3)]
    sent = [ada.upload(file) for file in files]

    stack.kill()  # some of it processed, some not, and none of it saved for sure
    start(port=stack.port)

    for photo_id in sent:
        ada.wait_until_ready(photo_id)
        assert requests.get(ada.pictures(photo_id)[0], timeout=10).status_code == 200


def test_a_photo_made_ready_since_the_last_save_survives_a_kill(
    start: Callable[..., Stack], picture: Callable[..., bytes]
) -> None:
    stack = start()
    ada = Visitor(stack.url)
    ada.sign_in("ada@people.example", "Ada")
    stack.wait_until_saved()
    photo_id = ada.upload(picture())
    ada.wait_until_ready(photo_id)  # the upload is deleted, and the table forgets why

    stack.kill()
    start(port=stack.port)

    ada.wait_until_ready(photo_id)
    assert requests.get(ada.pictures(photo_id)[0], timeout=10).status_code == 200


def test_what_was_being_worked_on_when_it_was_killed_is_worked_on_again_at_once(
    start: Callable[..., Stack],
) -> None:
    stack = start()
    queue_url = stack.memory["ids"]["FanoutDeadLetters"]  # which no worker reads
    sqs = stack.client("sqs")
    sqs.send_message(QueueUrl=queue_url, MessageBody="hello")
    taken = sqs.receive_message(QueueUrl=queue_url, VisibilityTimeout=600)
    stack.wait_until_saved()

    stack.kill()
    start(port=stack.port)

    again = sqs.receive_message(QueueUrl=queue_url)
    assert [it["Body"] for it in again["Messages"]] == [it["Body"] for it in taken["Messages"]]


def test_what_had_not_arrived_can_be_sent_again_after_a_kill(
    start: Callable[..., Stack], picture: Callable[[], bytes]
) -> None:
    stack = start()
    ada = Visitor(stack.url)
    ada.sign_in("ada@people.example", "Ada")
    stack.wait_until_saved()
    file = picture()
    ada.grant(file)

    stack.kill()
    start(port=stack.port)
    again = ada.grant(file)
    send(again, file)

    ada.wait_until_ready(again["photo_id"])


def test_a_save_that_was_cut_short_is_not_loaded(
    start: Callable[..., Stack], picture: Callable[[], bytes]
) -> None:
    stack = start()
    ada = Visitor(stack.url)
    ada.sign_in("ada@people.example", "Ada")
    photo_id = ada.upload(picture())
    ada.wait_until_ready(photo_id)
    stack.wait_until_saved()
    stack.kill()
    current = (stack.folder / "states" / "current").resolve()
    cut_short = current.with_name(str(int(current.name) + 1))
    cut_short.mkdir()
    (cut_short / "dynamodb.json").write_text('{"half a table": ')

    start(port=stack.port)

    assert ada.status(photo_id)["status"] == "ready"


def test_a_second_run_on_the_same_folder_is_refused(stack: Stack) -> None:
    said = refused(stack.folder)

    assert is_one_sentence(said)
    assert "already running" in said
    assert requests.get(stack.url, timeout=10).status_code == 200


def test_a_taken_port_is_named_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        said = refused(tmp_path / "data", str(port))

    assert is_one_sentence(said)
    assert f"Port {port}" in said


@pytest.mark.parametrize("port", ["eight", "-1", "70000"])
def test_a_port_that_is_none_is_refused_in_one_sentence(tmp_path: Path, port: str) -> None:
    said = refused(tmp_path / "data", port)

    assert is_one_sentence(said)
    assert repr(port) in said


def test_a_machine_without_linux_is_refused_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")

    with pytest.raises(CannotRun, match="on Linux"):
        run(tmp_path, 0, demo=False)


def test_an_unwritable_folder_is_named_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")  # permissions would not stop root

    said = refused(tmp_path / "file" / "data")

    assert is_one_sentence(said)
    assert str(tmp_path / "file" / "data") in said


def test_two_runs_do_not_disturb_one_another(
    start: Callable[..., Stack], stack: Stack, picture: Callable[[], bytes]
) -> None:
    other = start("other")
    here, there = Visitor(stack.url), Visitor(other.url)
    there.session.cookies = here.session.cookies  # one browser: cookies know no ports

    here.sign_in("ada@people.example", "Ada")
    there.sign_in("ada@people.example", "Ada of the other folder")
    photo_id = here.upload(picture())
    here.wait_until_ready(photo_id)

    assert there.status(photo_id)["status"] == "unknown"
    assert "of the other folder" in there.get("/you").text
    assert "of the other folder" not in here.get("/you").text


def test_the_other_ports_are_chosen_again_when_they_are_taken(start: Callable[..., Stack]) -> None:
    stack = start()
    ada = Visitor(stack.url)
    ada.sign_in("ada@people.example", "Ada")
    before = stack.memory
    stack.stop()

    with (
        socket.create_server(("127.0.0.1", before["cloud_port"])),
        socket.create_server(("127.0.0.1", before["login_port"])),
    ):
        again = start(port=stack.port)
        assert again.memory["cloud_port"] != before["cloud_port"]
        assert again.memory["login_port"] != before["login_port"]
        assert ada.get("/you").status_code == 200
        bert = Visitor(again.url)
        bert.sign_in("bert@people.example", "Bert")
        assert "Bert" in bert.get("/you").text


def test_localhost_is_sent_to_the_address_of_the_site(stack: Stack) -> None:
    answer = requests.get(
        f"http://localhost:{stack.port}/friends?page=2", allow_redirects=False, timeout=10
    )

    assert answer.status_code == 307
    assert answer.headers["Location"] == f"{stack.url}/friends?page=2"


def test_the_clouds_own_controls_are_closed(stack: Stack) -> None:
    cloud = f"http://127.0.0.1:{stack.memory['cloud_port']}"

    answer = requests.post(f"{cloud}/_ministack/reset", timeout=10)

    assert answer.status_code == 404
    assert Visitor(stack.url).get("/").status_code == 200


def test_nothing_listens_beyond_loopback(stack: Stack) -> None:
    pids = [stack.process.pid, *children_of(stack.process.pid)]

    listening = [address for pid in pids for address in addresses_listened_on(pid)]

    assert listening
    assert set(listening) == {"127.0.0.1"}


def test_forgetting_leaves_nothing_and_is_refused_while_it_runs(
    start: Callable[..., Stack],
) -> None:
    stack = start()

    def forget() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "local", "--forget"],
            cwd=ROOT,
            env={**os.environ, "DATA_DIR": str(stack.folder)},
            capture_output=True,
            text=True,
            timeout=30,
        )

    assert is_one_sentence(forget().stderr)
    stack.stop()
    assert forget().returncode == 0

    assert not stack.folder.exists()


def children_of(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in listed.split()]


def is_running(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def addresses_listened_on(pid: int) -> list[str]:
    sockets = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            sockets.add(os.readlink(descriptor))
        except FileNotFoundError:
            continue
    found = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in sockets:
                address = fields[1].split(":")[0]
                found.append("127.0.0.1" if address == "0100007F" else address)
    return found
