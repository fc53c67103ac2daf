from __future__ import annotations

import re

import pytest

from fanout.handler import handle
from store import friends, photos
from tests.aws import Account
from tests.people import finish, pending_photo, ready_photo
from tests.webapp.conftest import Browser, text


def deliver(aws: Account) -> None:
    for event in aws.events():
        handle(event)


def captions(page: str) -> list[str]:
    return re.findall(r'alt="(\w[^"]*)"', page)


def test_a_friend_sees_the_photo_and_who_took_it(aws: Account, anna: Browser, ben: Browser) -> None:
    friends.befriend(anna.user_id, ben.user_id)
    ready_photo(anna.user_id, caption="Hut")
    deliver(aws)

    page = ben.get("/feed")

    assert page.status_code == 200
    assert "Anna" in text(page)
    assert captions(page.text) == ["Hut"]


def test_a_removed_friend_sees_nothing_at_once(aws: Account, anna: Browser, ben: Browser) -> None:
    friends.befriend(anna.user_id, ben.user_id)
    ready_photo(anna.user_id, caption="Hut")
    deliver(aws)

    anna.post(f"/friends/{ben.user_id}/removal")

    assert captions(ben.get("/feed").text) == []


def test_a_page_costs_two_calls_and_one_for_the_session(aws: Account, anna: Browser) -> None:
    for n in range(30):
        ready_photo(anna.user_id, str(n))
    deliver(aws)
    anna.get("/feed")  # the process reads its secrets once
    aws.calls.clear()

    anna.get("/feed")

    assert aws.calls == {"Query": 1, "BatchGetItem": 2}


def test_older_photos_follow_by_link_and_by_htmx(aws: Account, anna: Browser) -> None:
    for n in range(30):
        ready_photo(anna.user_id, str(n), caption=f"Photo number {n}")
    deliver(aws)

    first = anna.get("/feed")
    older = re.search(r'href="(/feed\?before=\w+)"', first.text)[1]
    page, fragment = anna.get(older), anna.get(older, HX_Request="true")

    assert len(captions(first.text)) == 24
    assert len(captions(page.text)) == len(captions(fragment.text)) == 6
    assert "<html" in page.text
    assert "<html" not in fragment.text
    assert not set(captions(first.text)) & set(captions(page.text))


@pytest.mark.parametrize("header", ["HX_Boosted", "HX_History_Restore_Request"])
def test_boosted_and_restored_pages_are_whole(anna: Browser, header: str) -> None:
    assert "<html" in anna.get("/feed", HX_Request="true", **{header: "true"}).text


@pytest.mark.parametrize("before", ["x", "'; DROP", "01JDF", "../.."])
def test_nonsense_cursor_is_not_found(anna: Browser, before: str) -> None:
    assert anna.get(f"/feed?before={before}").status_code == 404


def test_page_of_24_is_small(aws: Account, anna: Browser) -> None:
    for n in range(24):
        pending = pending_photo(anna.user_id, str(n), caption="On the way up, before the rain")
        finish(pending, placeholder="U" * 120)
    deliver(aws)

    page = anna.get("/feed")

    assert len(captions(page.text)) == 24
    assert len(page.data) < 40_000


def test_hostile_words_are_shown_as_text(aws: Account, browser_of) -> None:
    mallory = browser_of('<script src="//evil.example"></script>')
    ready_photo(mallory.user_id, caption='"><img src=x onerror=alert(1)> {{ 7*7 }}')
    deliver(aws)

    page = mallory.get("/feed").text

    assert '<script src="//evil' not in page
    assert "<img src=x" not in page
    assert "49" not in re.findall(r"alt=\"([^\"]*)\"", page)


def test_private_photo_leaves_a_friends_feed(aws: Account, anna: Browser, ben: Browser) -> None:
    friends.befriend(anna.user_id, ben.user_id)
    photo = ready_photo(anna.user_id, caption="Hut")
    deliver(aws)

    anna.post(f"/photos/{photo.photo_id}/visibility", visibility=photos.PRIVATE)

    assert captions(ben.get("/feed").text) == []
    assert captions(anna.get("/feed").text) == ["Hut"]
