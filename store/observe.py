"""What a function tells about itself: one JSON line an event, and metrics inside those lines.

CloudWatch makes metrics of lines in the embedded metric format, without a call and without a
charge beyond the log line. Lines carry request and photo ids, never names, addresses or tokens.
Without SITE in the environment (on a developer's machine) there are no metrics.

Reference: "Specification: Embedded metric format", Amazon CloudWatch User Guide.
"""

from __future__ import annotations

import functools
import json
import logging
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

NAMESPACE = "ContactSheet"


@dataclass
class _Request:
    id: str = ""
    aws_calls: int = 0
    notes: dict[str, Any] = field(default_factory=dict)


_request: ContextVar[_Request | None] = ContextVar("request", default=None)


def metric(name: str, value: float = 1, unit: str = "Count", **fields: object) -> None:
    """Count something; `fields` (a photo's id, for one) stand in the line beside it."""
    _write({name: (value, unit)}, fields)


def note(**fields: object) -> None:
    """Add fields to the line that ends the request or invocation at hand."""
    if request := _request.get():
        request.notes.update(fields)


def count_call(**_: object) -> None:
    """Count an AWS call for the request at hand; botocore's "before-call" event calls this."""
    if request := _request.get():
        request.aws_calls += 1


def invocation(handler: Callable[P, T]) -> Callable[P, T]:
    """Wrap a Lambda handler: JSON logs with the request's id, and a line at its end."""

    @functools.wraps(handler)
    def observed(*args: P.args, **kwargs: P.kwargs) -> T:
        with _observed(getattr(args[1], "aws_request_id", "")):
            return handler(*args, **kwargs)

    return observed


@contextmanager
def _observed(request_id: str) -> Iterator[None]:
    if os.environ.get("SITE"):
        _log_json()
    request = _Request(request_id)
    token = _request.set(request)
    started = time.perf_counter()
    try:
        yield
    finally:
        milliseconds = round((time.perf_counter() - started) * 1000, 1)
        metrics: dict[str, tuple[float, str]] = {"AwsCalls": (request.aws_calls, "Count")}
        if request.notes.get("endpoint") == "feed.feed":
            metrics["FeedMilliseconds"] = (milliseconds, "Milliseconds")
        _write(metrics, {"milliseconds": milliseconds, **request.notes})
        _request.reset(token)


def _write(metrics: dict[str, tuple[float, str]], fields: dict[str, object]) -> None:
    site = os.environ.get("SITE")
    if not site:
        return
    request = _request.get()
    described = [{"Name": name, "Unit": unit} for name, (_, unit) in metrics.items()]
    line = {
        "_aws": {
            "Timestamp": int(time.time() * 1000),
            "CloudWatchMetrics": [
                {"Namespace": NAMESPACE, "Dimensions": [["Site"]], "Metrics": described}
            ],
        },
        "Site": site,
        "request_id": request.id if request else "",
        **fields,
        **{name: value for name, (value, _) in metrics.items()},
    }
    print(json.dumps(line), file=sys.stdout, flush=True)


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        request = _request.get()
        line = {
            "time": self.formatTime(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": request.id if request else "",
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line)


@functools.cache
def _log_json() -> None:
    """Have every log line written as JSON, by the handler that Lambda has put there or our own."""
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.StreamHandler(sys.stdout))
    for handler in root.handlers:
        handler.setFormatter(_JsonFormatter())
    root.setLevel(logging.INFO)
    logging.getLogger("botocore").setLevel(logging.WARNING)
