"""What does a page of an album cost with 10, 1,000 and 100,000 photos?

    nice -n 5 python -m benchmarks.album_page [10 1000 100000]

AWS calls and bytes of the album's first page and of one in its middle, through the whole site on
moto in one process; no time, because moto walks through a whole partition for every Query. The
items are written straight into the table. A third of the photos is the viewer's, the rest the
album's owner's and another contributor's.
"""

from __future__ import annotations

import sys
from typing import Any

import pytest
from moto.dynamodb.models import dynamodb_backends

from store import albums, friends, keys, members, photos, secrets
from store.audience import PRIVATE, Audience
from store.ids import new_id
from store.photos import Photo
from tests.aws import REGION, Account, account
from tests.people import person
from tests.webapp.conftest import SETTINGS, Browser, sign_in
from webapp import create_app
from webapp.albums import PAGE

COUNTS = (10, 1000, 100_000)
BEGINNING = 1_700_000_000


def main() -> None:
    counts = [int(each) for each in sys.argv[1:]] or COUNTS
    patch = pytest.MonkeyPatch()
    try:
        with account(patch) as aws:
            browser = sign_in(create_app(SETTINGS), viewer := person("Viewer"))
            secrets.load()  # once for the life of a process
            owner, third = person("Owner"), person("Third")
            for friend in (viewer, third):
                friends.befriend(owner, friend)
            print("photos   page     AWS calls                        bytes   tiles")
            for count in counts:
                album_id = albums.create(owner, "The album", Audience(PRIVATE))
                for friend in (viewer, third):
                    members.let_in(owner, album_id, friend, "contributor")
                _fill(album_id, owner, (owner, viewer, third), count)
                _report(aws, browser, album_id, count)
    finally:
        patch.undo()


def _fill(album_id: str, host: str, owners: tuple[str, ...], count: int) -> None:
    """Write the items of photos and entries, as store/album_photos.py does, past moto's API."""
    table = next(iter(dynamodb_backends.values()))[REGION].tables["table"]
    for number in range(count):
        photo_id, owner = new_id(), owners[number % len(owners)]
        rank = f"{BEGINNING + number:012d}#{photo_id}"
        photo = Photo(photo_id, owner, PRIVATE, photos.READY, width=4000, height=3000)
        entry = {
            "album_id": album_id,
            "photo_id": photo_id,
            "owner_id": owner,
            "host_id": host,
            "rank": rank,
        }
        key, index = keys.album_photo(photo_id, album_id), keys.album_photo_index(album_id, rank)
        by_hand = keys.by_hand(album_id, rank)
        for item in (
            photo.to_item(),
            {"PK": key.pk, "SK": key.sk, "GSI1PK": index.pk, "GSI1SK": index.sk, **entry},
            {"PK": by_hand.pk, "SK": by_hand.sk, **entry},
        ):
            table.put_item(_typed(item))
    albums.change(host, album_id, {"photo_count": count})


def _typed(item: dict[str, Any]) -> dict[str, Any]:
    from store.table import _to_dynamo

    return _to_dynamo(item)


def _report(aws: Account, browser: Browser, album_id: str, count: int) -> None:
    middle = f"{BEGINNING + count // 2:012d}#{'0' * 26}".replace("#", "%23")
    for name, path in (("first", ""), ("middle", f"?after={middle}")):
        address = f"/albums/{album_id}{path}"
        aws.calls.clear()
        page = browser.get(address)
        calls = ", ".join(f"{number} {call}" for call, number in sorted(aws.calls.items()))
        tiles = page.text.count("<article")
        assert page.status_code == 200
        assert tiles == min(PAGE, count if name == "first" else count - count // 2)
        print(f"{count:6}   {name:6}   {calls:30} {len(page.data):7}   {tiles:5}")


if __name__ == "__main__":
    main()
