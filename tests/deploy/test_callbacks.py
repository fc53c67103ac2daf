"""What Zappa's commands do of ours, and when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest.mock import Mock

import pytest

from deploy import callbacks

OUTPUTS = {
    "Table": "album-production",
    "UploadBucket": "uploads",
    "MediaBucket": "media",
    "UserPool": "pool",
    "ThumbnailsQueueArn": "arn:thumbnails",
}


class ZappaCLI:
    """As much of Zappa's as undeploy needs; `done` has what happened, in order."""

    lambda_name = "album-production-thumbnails"
    lambda_handler = "thumbnails.handler.handler"

    def __init__(self, done: list[str]) -> None:
        self.done = done
        self.override_stage_config_setting = Mock()

    def undeploy(self, no_confirm: bool = False, remove_logs: bool = False) -> None:
        assert no_confirm, "Zappa would ask once more"
        self.done.append("function")


@pytest.fixture
def undeploy(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    done: list[str] = []
    monkeypatch.setattr(callbacks, "_outputs", lambda _: OUTPUTS)
    monkeypatch.setattr(callbacks.stack, "ensure", lambda _, given: done.extend(sorted(given)))
    monkeypatch.setattr(callbacks.functions, "remove_url", lambda *_: done.append("address"))

    def command(component: str, answer: str, *, yes: bool = False) -> list[str]:
        monkeypatch.setattr("builtins.input", lambda _: answer)
        cli: Any = ZappaCLI(done)
        callbacks._prepare_to_leave(cli, Mock(), component)
        cli.undeploy(no_confirm=yes, remove_logs=False)
        return done

    return command


@pytest.mark.parametrize("component", ["web", "thumbnails", "fanout"])
def test_no_leaves_everything_as_it_is(undeploy: Any, component: str) -> None:
    assert undeploy(component, "n") == []


@pytest.mark.parametrize(("answer", "yes"), [("y", False), ("", True)])
def test_what_leads_to_a_function_goes_before_it(undeploy: Any, answer: str, yes: bool) -> None:
    done = undeploy("thumbnails", answer, yes=yes)

    assert done == ["PicturesHost", "SweepTarget", "address", "function"]


def test_pages_go_and_the_stack_stays(undeploy: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert undeploy("web", "y") == ["function"]
    assert "The data stays: the table album-production" in capsys.readouterr().out
