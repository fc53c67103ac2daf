from __future__ import annotations

import re

import pytest

from fanout.handler import handle
from store import friends, photos, tags
from tests.aws import Account
from tests.people import finish, pending_photo
from tests.webapp.conftest import Browser, text


def deliver(aws: Account) -> None:
    while events := aws.events():
        for event in events:
            if not event["type"].startswith("notice."):
                handle(event)


def taken(owner: Browser, caption: str, *, at: str = "2025-07-01T12:00:00", tag: str = "lake"):
    pending = pending_photo(owner.user_id, caption, caption=caption)
    finish(pending, taken_at=at)
    photos.edit(owner.user_id, pending.photo_id, tags=[tag])


def captions(page: str) -> list[str]:
    return re.findall(r'alt="(\w[^"]*)"', page)


def test_friend_finds_by_words_tags_and_time(aws: Account, anna: Browser, ben: Browser) -> None:
    friends.befriend(anna.user_id, ben.user_id)
    taken(anna, "Swim")
    taken(anna, "Skate", at="2025-01-01T12:00:00", tag="ice")
    deliver(aws)

    for typed, wanted in [
        ("swim", ["Swim"]),
        ("anna", ["Swim", "Skate"]),
        ("%23ice", ["Skate"]),
        ("summer 2025", ["Swim"]),
        ("before May 2025", ["Skate"]),
        ("anna vor Mai 2025", ["Skate"]),
        ("carla", []),
    ]:
        assert captions(ben.get(f"/search?q={typed}").text) == wanted, typed


def test_stranger_finds_nothing(aws: Account, anna: Browser, carla: Browser) -> None:
    taken(anna, "Swim")
    deliver(aws)

    for path in ("/search?q=swim", "/tags/lake", "/on-this-day"):
        assert captions(carla.get(path).text) == []


def test_chip_says_what_was_understood_and_goes(anna: Browser) -> None:
    page = anna.get("/search?q=lake+summer+2025").text

    assert "Jun 1, 2025 – Aug 31, 2025" in page
    assert re.findall(r'chip" href="([^"]+)"', page) == ["/search?q=summer+2025", "/search?q=lake"]


def test_further_pages_come_by_link_and_by_htmx(aws: Account, anna: Browser) -> None:
    for n in range(30):
        taken(anna, f"Photo {n}", at=f"2025-07-01T12:00:{n:02}")
    deliver(aws)

    for path in ("/search?q=photo", "/tags/lake"):
        first = anna.get(path)
        older = re.search(r'href="([^"]*before=[^"]+)"', first.text)[1].replace("&amp;", "&")
        page, fragment = anna.get(older), anna.get(older, HX_Request="true")
        assert len(captions(first.text)) == 24
        assert (
            captions(page.text)
            == captions(fragment.text)
            == [f"Photo {n}" for n in range(5, -1, -1)]
        )
        assert "<html" not in fragment.text


def test_a_page_is_three_calls(aws: Account, anna: Browser) -> None:
    taken(anna, "Swim")
    deliver(aws)
    anna.get("/feed")  # the process reads its secrets once
    for path in ("/search?q=swim+anna+summer+2025", "/tags/lake", "/on-this-day"):
        aws.calls.clear()

        anna.get(path)

        calls = {name: n for name, n in aws.calls.items() if isinstance(name, str)}
        assert sum(calls.values()) <= 3, path
        assert calls["Query"] == 1


@pytest.mark.parametrize("before", ["x", "2025-07-01", "'; DROP", "2025-07-01T12:00:00#x"])
def test_nonsense_cursor_is_not_found(anna: Browser, before: str) -> None:
    for path in ("/search?q=a1", "/tags/lake?", "/on-this-day?"):
        assert anna.get(f"{path}&before={before}").status_code == 404


HOSTILE = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7777*7777}}", "#<b>&'"]


@pytest.mark.parametrize("typed", HOSTILE)
def test_hostile_words_are_shown_as_text(anna: Browser, typed: str) -> None:
    for page in (
        anna.client.get("/search", query_string={"q": typed}, base_url="https://photos.example"),
        anna.client.get(f"/tags/{typed.replace('?', '')}", base_url="https://photos.example"),
    ):
        for markup in ("<script>alert", "<img src=x", "<b>", "60481729"):
            assert markup not in page.text


def test_on_this_day_shows_earlier_years(aws: Account, anna: Browser, monkeypatch) -> None:
    monkeypatch.setattr("webapp.search.now", lambda: 1_782_907_200)  # 2026-07-01, noon
    taken(anna, "Last year")
    taken(anna, "This year", at="2026-07-01T08:00:00")
    taken(anna, "Other day", at="2025-07-02T08:00:00")
    deliver(aws)

    assert captions(anna.get("/on-this-day").text) == ["Last year"]


def test_own_tags_with_their_numbers(aws: Account, anna: Browser, ben: Browser) -> None:
    taken(anna, "Swim")
    taken(ben, "Skate", tag="ice")

    page = text(anna.get("/tags"))

    assert "#lake 1 photo" in page
    assert "#ice" not in page


def test_renaming_merges_ones_own(aws: Account, anna: Browser, ben: Browser) -> None:
    friends.befriend(anna.user_id, ben.user_id)
    taken(anna, "Swim")
    taken(anna, "Dive", tag="sea")
    taken(ben, "Row")
    deliver(aws)

    answer = anna.post("/tags", tag="lake", to="#Sea")
    deliver(aws)

    assert answer.location == "/tags?renamed=sea"
    assert captions(anna.get("/tags/sea").text) == ["Dive", "Swim"]
    assert captions(anna.get("/tags/lake").text) == ["Row"]
    assert tags.list_own(ben.user_id).items == [("lake", 1)]


@pytest.mark.parametrize("to", ["", " , ", "#"])
def test_new_name_is_needed(anna: Browser, to: str) -> None:
    assert anna.post("/tags", tag="lake", to=to).status_code == 400


def test_suggestions_complete_the_line(aws: Account, anna: Browser) -> None:
    taken(anna, "Swim")
    taken(anna, "Dive", tag="lakeside")

    options = re.findall(r'value="([^"]*)"', anna.get("/tags/suggestions?tags=Summer,+la").text)

    assert sorted(options) == ["summer, lake", "summer, lakeside"]
    assert anna.get("/tags/suggestions?tags=summer,").text.strip() == ""
