"""What does a page of the feed cost with 1, 150 and 5,000 friends?

    python -m benchmarks.feed_page

AWS calls, bytes and render time of a page of 24 photos, through the whole site on moto in one
process. The three sizes take turns, so that a noisy machine is noisy for all of them alike.
"""

from __future__ import annotations

import statistics
import time

import pytest

from store import feed, keys, photos, table
from store.ids import new_id
from tests.aws import Account, account
from tests.people import person, ready_photo
from tests.webapp.conftest import SETTINGS, Browser, sign_in
from webapp import create_app

FRIENDS = (1, 150, 5000)
PHOTOS = 60
ROUNDS = 40


def main() -> None:
    patch = pytest.MonkeyPatch()
    try:
        with account(patch) as aws:
            app = create_app(SETTINGS)
            browsers = {}
            for count in FRIENDS:
                viewer = person(f"Viewer with {count}")
                _give_friends(viewer, count)
                browsers[count] = sign_in(app, viewer)
            _report(aws, browsers)
    finally:
        patch.undo()


def _give_friends(viewer: str, count: int) -> None:
    """Make that many friends; the first 24 of them, or the only one, share PHOTOS photos."""
    friends = [new_id() for _ in range(count)]
    sharing = [person(f"Friend {n}") for n in range(min(24, count))]
    friends[: len(sharing)] = sharing
    table.write_many(
        puts=[
            {**_pair(one, other), "friend_id": other, "state": "friends", "since": 0}
            for friend in friends
            for one, other in ((viewer, friend), (friend, viewer))
        ]
    )
    for n in range(PHOTOS):
        photo = ready_photo(sharing[n % len(sharing)], f"{viewer}{n}", caption="A day at the lake")
        feed.deliver(photos.get(photo.photo_id))


def _pair(one: str, other: str) -> dict[str, str]:
    key = keys.friendship(one, other)
    return {"PK": key.pk, "SK": key.sk}


def _report(aws: Account, browsers: dict[int, Browser]) -> None:
    times: dict[int, list[float]] = {count: [] for count in browsers}
    for browser in browsers.values():
        browser.get("/feed")
    for _ in range(ROUNDS):
        for count, browser in browsers.items():
            start = time.perf_counter()
            browser.get("/feed")
            times[count].append(time.perf_counter() - start)
    print("friends   AWS calls                                 bytes   median ms")
    for count, browser in browsers.items():
        aws.calls.clear()
        page = browser.get("/feed")
        assert page.text.count("<article") == 24
        calls = ", ".join(f"{number} {name}" for name, number in sorted(aws.calls.items()))
        median = statistics.median(times[count]) * 1000
        print(f"{count:7}   {calls:40} {len(page.data):6}   {median:8.1f}")


if __name__ == "__main__":
    main()
