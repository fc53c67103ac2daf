"""A function's log: one JSON line a request, with metrics that CloudWatch understands."""

from __future__ import annotations

import json
import logging
from types import SimpleNamespace
from typing import Any

import pytest

from store import observe

CONTEXT = SimpleNamespace(aws_request_id="request-1")


def test_request_ends_in_a_line_with_its_calls(log_lines: Any) -> None:
    @observe.invocation
    def handler(event: object, context: object) -> str:
        observe.count_call()
        observe.count_call()
        observe.note(endpoint="feed.feed", status=200)
        return "answer"

    assert handler({}, CONTEXT) == "answer"

    (line,) = log_lines()
    assert line["request_id"] == "request-1"
    assert line["AwsCalls"] == 2
    assert line["status"] == 200
    described = line["_aws"]["CloudWatchMetrics"][0]
    assert described["Namespace"] == "ContactSheet"
    assert described["Dimensions"] == [["Site"]]
    assert {metric["Name"] for metric in described["Metrics"]} == {"AwsCalls", "FeedMilliseconds"}
    assert all(metric["Name"] in line for metric in described["Metrics"])


def test_metric_carries_the_photo_and_the_request(log_lines: Any) -> None:
    @observe.invocation
    def handler(event: object, context: object) -> None:
        observe.metric("SecondsToReady", 1.5, "Seconds", photo_id="01JD")

    handler({}, CONTEXT)

    ready, _ = log_lines()
    assert (ready["SecondsToReady"], ready["photo_id"]) == (1.5, "01JD")
    assert ready["request_id"] == "request-1"


def test_failed_request_is_told_too(log_lines: Any) -> None:
    @observe.invocation
    def handler(event: object, context: object) -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        handler({}, CONTEXT)

    assert len(log_lines()) == 1


def test_without_a_site_nothing_is_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("SITE", raising=False)

    observe.metric("PhotosProcessed")

    assert capsys.readouterr().out == ""


def test_log_line_is_json_with_its_error() -> None:
    try:
        raise ValueError("broken")
    except ValueError as error:
        record = logging.LogRecord(
            "store", logging.ERROR, "f.py", 1, "photo %s", ("01JD",),
            (ValueError, error, error.__traceback__),
        )  # fmt: skip

    line = json.loads(observe._JsonFormatter().format(record))

    assert line["message"] == "photo 01JD"
    assert line["level"] == "ERROR"
    assert "ValueError: broken" in line["error"]
