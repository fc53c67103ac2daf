"""What do the search pages cost with 10, 1,000 and 100,000 photos to see?

    python -m benchmarks.search_pages

AWS calls, bytes and render time of a page of a search, a tag, a person and "on this day", through
the whole site on moto in one process. moto walks through the whole table for every Query; here it
gets the one partition to walk through, which it still sorts, as DynamoDB does not. So the time is
also given without what the table's client spends. A page has ten photos here, so that the smallest
list fills it.
"""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from moto import backends
from moto.dynamodb.models.table import Table

from store import aws as store_aws
from store import friends, keys, photos, postings, table, terms
from store.ids import new_id
from tests.aws import REGION, Account, account
from tests.people import person, ready_photo
from tests.webapp.conftest import SETTINGS, Browser, sign_in
from webapp import create_app

SIZES = {10: 15, 1_000: 15, 100_000: 5}  # photos to see: how often each page is asked for
REAL = 10  # photos that are there and fill the page; the others are postings beneath them
ROUNDS = 15
DAY = datetime(2025, 7, 1, 12)  # noqa: DTZ001
PAGES = ("/search?q=swim", "/search?q=swim+%23lake+summer+2025", "/tags/lake", "/on-this-day")


def main() -> None:
    print(
        "page                          photos  AWS calls                bytes      ms  without moto"
    )
    for size, rounds in SIZES.items():
        patch = pytest.MonkeyPatch()
        patch.setattr("webapp.search.now", lambda: int((DAY + timedelta(365)).timestamp()))
        patch.setattr("webapp.search.PAGE", REAL)
        patch.setattr(Table, "query", _within_partition(Table.query))
        try:
            with account(patch) as aws:
                app = create_app(SETTINGS)
                viewer, owner = person("Viewer"), person("Anna")
                friends.befriend(viewer, owner)
                _give_photos(viewer, owner, size)
                _report(aws, sign_in(app, viewer), owner, size, rounds)
        finally:
            patch.undo()


def _within_partition(query: Any) -> Any:
    """Return moto's query so that it sees one partition only, unless it is of the index."""

    def ask(self: Table, hash_key: Any, *args: Any, **named: Any) -> Any:
        if named.get("index_name"):
            return query(self, hash_key, *args, **named)
        everything = self.items
        self.items = defaultdict(dict, {hash_key: everything.get(hash_key, {})})
        try:
            return query(self, hash_key, *args, **named)
        finally:
            self.items = everything

    return ask


def _give_photos(viewer: str, owner: str, count: int) -> None:
    """Give the viewer REAL photos to see, and below them the postings of older ones."""
    for n in range(REAL):
        photo = ready_photo(owner, f"{viewer}{n}", caption="Swim before the rain comes")
        changed = photos.edit(
            owner, photo.photo_id, tags=["lake"], taken_at=(DAY + timedelta(seconds=n)).isoformat()
        )
        table.write_many(puts=postings.write_for(viewer, changed, "Anna"))
    stored = backends.get_backend("dynamodb")["123456789012"][REGION].tables["table"]
    wanted = [terms.word("swim"), terms.tag("lake"), terms.person(owner), terms.day("07-01")]
    looked_up = {keys.posting(viewer, term, "", "").pk for term in wanted}
    for n in range(count - REAL):
        # The times lie in one morning, so that all are found by the day of the year.
        moment = DAY - timedelta(seconds=1 + n % 40_000)
        older = replace(changed, photo_id=new_id(), taken_at=moment.isoformat())
        for item in postings.write_for(viewer, older, "Anna"):
            if item["PK"] in looked_up:
                stored.put_item(table._to_dynamo(item))


def _report(aws: Account, browser: Browser, owner: str, size: int, rounds: int) -> None:
    for path in (*PAGES, f"/people/{owner}"):
        browser.get(path)
        spent, whole, own = _SpentInAws(), [], []
        for _ in range(rounds):
            aws.calls.clear()
            before, start = spent.seconds, time.perf_counter()
            page = browser.get(path)
            whole.append(time.perf_counter() - start)
            own.append(whole[-1] - (spent.seconds - before))
        spent.stop()
        assert page.status_code == 200
        assert page.text.count("<article") == REAL
        calls = ", ".join(f"{n} {name}" for name, n in sorted(aws.calls.items()))
        name = path.replace(owner, "…")
        print(
            f"{name:28} {size:7}  {calls:23} {len(page.data):6}"
            f"  {statistics.median(whole) * 1000:6.0f}  {statistics.median(own) * 1000:12.1f}",
            flush=True,
        )


class _SpentInAws:
    """Adds up the seconds that the table's client spends in its calls."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._client = store_aws.client("dynamodb")
        self._call = self._client._make_api_call
        self._client._make_api_call = self._timed

    def _timed(self, *args: object) -> object:
        start = time.perf_counter()
        try:
            return self._call(*args)
        finally:
            self.seconds += time.perf_counter() - start

    def stop(self) -> None:
        self._client._make_api_call = self._call


if __name__ == "__main__":
    main()
