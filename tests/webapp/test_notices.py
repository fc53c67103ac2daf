from __future__ import annotations

import re

import pytest
from flask import Flask

from store import album_photos, albums, friends, members, notices
from store.audience import FOR_FRIENDS, PRIVATE, Audience
from tests.aws import Account
from tests.people import finish, make_friends, pending_photo, ready_photo
from tests.store.test_notices import deliver
from tests.webapp.conftest import Browser, text


@pytest.fixture
def news(aws: Account, anna: Browser, ben: Browser) -> str:
    """Anna adds a photo, and Ben, her friend, is told; return the notice's path."""
    make_friends(anna.user_id, ben.user_id)
    ready_photo(anna.user_id)
    deliver(aws)
    (notice,) = notices.list_notices(ben.user_id).items
    return f"/notifications/{notice.bundle_id}"


def count(browser: Browser) -> str:
    """Return what stands beside the bell; empty if nothing does."""
    found = re.search(r"data-count( hidden)?>(\d+\+?)<", browser.get("/you").text)
    assert found
    return "" if found[1] else found[2]


def poll_path(browser: Browser) -> str:
    found = re.search(r'data-news="([^"]+)"', browser.get("/feed").text)
    assert found
    return found[1].replace("&amp;", "&")


def test_bell_counts_and_page_tells(ben: Browser, anna: Browser, news: str) -> None:
    assert count(ben) == "1"
    assert "Anna added a photo" in text(ben.get("/notifications"))
    assert count(anna) == ""
    assert "All quiet" in text(anna.get("/notifications"))


def test_following_a_notice_leads_to_the_photo_and_reads_it(ben: Browser, news: str) -> None:
    answer = ben.get(news)

    assert (answer.status_code, answer.location[:8]) == (303, "/photos/")
    assert count(ben) == ""


def test_following_a_notice_of_an_albums_photo_leads_to_it_in_the_album(
    aws: Account, anna: Browser, ben: Browser
) -> None:
    friends.befriend(anna.user_id, ben.user_id)
    album_id = albums.create(anna.user_id, "Alps", Audience(PRIVATE))
    members.let_in(anna.user_id, album_id, ben.user_id, "viewer")
    finish(pending_photo(anna.user_id, visibility="private", album_id=album_id))
    deliver(aws)
    notice, _let_in = notices.list_notices(ben.user_id).items

    answer = ben.get(f"/notifications/{notice.bundle_id}")

    assert answer.location.startswith(f"/albums/{album_id}/photos/")
    assert ben.get(answer.location).status_code == 200


def test_following_a_notice_of_a_photo_taken_out_of_the_album_leads_to_its_own_page(
    aws: Account, anna: Browser, ben: Browser
) -> None:
    friends.befriend(anna.user_id, ben.user_id)
    album_id = albums.create(anna.user_id, "Alps", Audience(FOR_FRIENDS))
    pending = pending_photo(anna.user_id, album_id=album_id)
    finish(pending)
    deliver(aws)
    (notice,) = notices.list_notices(ben.user_id).items
    album_photos.remove(album_id, pending.photo_id)

    answer = ben.get(f"/notifications/{notice.bundle_id}")

    assert answer.location == f"/photos/{pending.photo_id}"
    assert ben.get(answer.location).status_code == 200


def test_marking_as_unread_and_all_as_read(ben: Browser, news: str) -> None:
    ben.post(f"{news}/reading", unread="no")
    assert count(ben) == ""

    ben.post(f"{news}/reading", unread="yes")
    assert count(ben) == "1"

    assert ben.post("/notifications/reading").location == "/notifications"
    assert count(ben) == ""


def test_somebody_elses_notice_is_not_there(carla: Browser, news: str) -> None:
    assert carla.get(news).status_code == 404
    assert carla.post(f"{news}/reading", unread="no").status_code == 404


def test_a_poll_that_finds_nothing_is_one_call_and_no_body(
    aws: Account, ben: Browser, news: str
) -> None:
    path = poll_path(ben)
    first = ben.get(path)
    aws.calls.clear()

    second = ben.get(path, If_None_Match=first.headers["ETag"])

    assert aws.calls == {"BatchGetItem": 1}
    assert (second.status_code, second.data) == (304, b"")
    assert len(first.data) < 300
    assert first.json == {"unread": 1, "photos": ""}


def test_a_poll_sees_each_further_photo(
    aws: Account, anna: Browser, ben: Browser, news: str
) -> None:
    path = poll_path(ben)
    tag = ben.get(path).headers["ETag"]
    for expected in ("1 new photo", "2 new photos"):
        ready_photo(anna.user_id, expected)
        deliver(aws)
        aws.calls.clear()

        answer = ben.get(path, If_None_Match=tag)

        assert answer.json == {"unread": 1, "photos": expected}
        assert aws.calls == {"BatchGetItem": 1, "Query": 1}
        assert len(answer.data) < 300
        tag = answer.headers["ETag"]
    assert ben.get(path, If_None_Match=tag).status_code == 304


def test_a_poll_of_somebody_signed_out_is_told_so(anonymous: Browser) -> None:
    assert anonymous.get("/notifications/news", Accept="application/json").status_code == 401


def test_hostile_names_are_shown_as_text(app: Flask, aws: Account, browser_of, ben) -> None:
    mallory = browser_of("<img src=x onerror=alert(1)>")
    friends.befriend(mallory.user_id, ben.user_id)
    ready_photo(mallory.user_id)
    deliver(aws)

    page = ben.get("/notifications").text

    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_page_is_german_for_germans(ben: Browser, news: str) -> None:
    page = text(ben.get("/notifications", Accept_Language="de"))

    assert "Anna hat ein Foto hinzugefügt" in page
    assert "Alle als gelesen markieren" in page
