from __future__ import annotations

import pytest

from store import albums, friends, pointers
from store.audience import FOR_FRIENDS, PRIVATE, Audience
from tests.aws import Account
from tests.store.test_feed import deliver
from tests.webapp.conftest import Browser, text


def test_page_without_an_album_leads_to_the_older_ones(
    aws: Account, anna: Browser, ben: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.albums.SHELF_PAGE", 2)
    monkeypatch.setattr(pointers, "ROUNDS", 1)
    friends.befriend(anna.user_id, ben.user_id)
    albums.create(ben.user_id, "Alps", Audience(PRIVATE))
    deleted = [albums.create(anna.user_id, "Gone", Audience(FOR_FRIENDS)) for _ in range(2)]
    deliver(aws)
    for album_id in deleted:
        albums.delete(anna.user_id, album_id)

    page = ben.get("/albums")

    assert "No albums yet" not in text(page)
    (older,) = [part.split('"')[0] for part in page.text.split('href="') if "before=" in part[:40]]
    assert "Alps" in text(ben.get(older))
    assert "No albums yet" in text(anna.get("/albums"))
