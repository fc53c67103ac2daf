"""`python -m benchmarks.fanout [PHOTOS FRIENDS]`: what a burst of photos costs on its way out.

Counts, at the embedded MiniStack, every call, item and byte that the fan-out writes for one
burst of PHOTOS photos to FRIENDS friends, run by run as Lambda would make them, and how long the
longest run takes here. Every message is delivered twice.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

RUN_LIMIT = 60.0  # seconds that a function may run


def main(photos: int = 60, friends: int = 150) -> None:
    sys.path.insert(0, str(Path(__file__).parents[1]))
    os.environ["NOTICE_WINDOW_SECONDS"] = "600"  # before anything reads it
    from tests.stack import Stack

    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(Path(folder) / "data")
        try:
            os.environ.update(stack.environment("fanout"))
            key, secret = stack.memory["root_key"]
            os.environ.update(AWS_ACCESS_KEY_ID=key, AWS_SECRET_ACCESS_KEY=secret)
            _measure(photos, friends)
        finally:
            stack.stop()


def _measure(photo_count: int, friend_count: int) -> None:
    from fanout import handler
    from store import keys, notices, queues, table
    from tests.people import person

    calls, written = Counter[str](), Counter[str]()
    queue: list[dict[str, Any]] = []
    queues.continue_fanout = queue.append
    anna = person("Anna")
    readers = _make_friends(anna, friend_count)
    shared = _make_photos(anna, photo_count)
    _count(calls, written)
    slowest = 0.0
    started = time.perf_counter()
    for photo_id in shared:
        queue.append({"type": "photo.ready", "photo_id": photo_id})
    messages = 0
    while queue:
        message = queue.pop(0)
        for _ in range(2):
            run_started = time.perf_counter()
            handler.handle(message)
            slowest = max(slowest, time.perf_counter() - run_started)
        if queue and queue[-1] == (queue[-2] if len(queue) > 1 else None):
            queue.pop()  # the repeat asked for the same rest again
        messages += 1
    seconds = time.perf_counter() - started
    unread = table.get_many(keys.inbox(reader) for reader in readers)
    counts = Counter(int(item["unread"]) for item in unread.values())
    told = notices.list_notices(readers[0]).items[0]
    print(
        json.dumps(
            {
                "photos": photo_count,
                "friends": friend_count,
                "runs": messages,
                "seconds": round(seconds, 1),
                "slowest run": round(slowest, 2),
                "within the limit": slowest < RUN_LIMIT,
                "unread notices: people": dict(counts),
                "photos in the notice": len(told.photos),
                "calls (each message twice)": dict(calls),
                "items and bytes written (each message twice)": dict(written),
            },
            indent=1,
        )
    )


def _make_friends(anna: str, count: int) -> list[str]:
    from store import keys, table
    from store.clock import now
    from store.ids import new_id

    readers = [new_id() for _ in range(count)]
    items = []
    for reader in readers:
        key = keys.friendship(anna, reader)
        back = keys.friendship(reader, anna)
        for here, other in ((key, reader), (back, anna)):
            items.append(
                {"PK": here.pk, "SK": here.sk, "friend_id": other, "state": "friends"}
                | {"since": now(), "bond": reader}
            )
    table.write_many(puts=items)
    return readers


def _make_photos(anna: str, count: int) -> list[str]:
    from store import table
    from store.ids import new_id
    from store.photos import READY, Photo

    made = [
        Photo(new_id(), anna, "friends", READY, width=4000, height=3000, bytes=1000)
        for _ in range(count)
    ]
    table.write_many(puts=[photo.to_item() for photo in made])
    return [photo.photo_id for photo in made]


def _count(calls: Counter[str], written: Counter[str]) -> None:
    from store.aws import client

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        calls[model.name] += 1
        for size in _sizes(model.name, params):
            written["items"] += 1
            written["bytes"] += size

    for service in ("dynamodb", "sns", "sqs"):
        client(service).meta.events.register("provide-client-params", note)  # type: ignore[call-overload]


def _sizes(name: str, params: dict[str, Any]) -> list[int]:
    if name == "BatchWriteItem":
        return [len(json.dumps(one)) for some in params["RequestItems"].values() for one in some]
    if name == "TransactWriteItems":
        return [len(json.dumps(one, default=list)) for one in params["TransactItems"]]
    return []


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
