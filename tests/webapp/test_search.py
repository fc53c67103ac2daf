from __future__ import annotations

import re

import pytest

from fanout.handler import handle
from store import album_photos, albums, friends, members, photos, tags
from store.access import Person
from store.audience import Audience
from store.search import ALBUMS
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


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("/search?q=swim+anna+summer+2025", 2),  # one of them for albums
        ("/search?q=swim+%23lake", 1),
        ("/tags/lake", 1),
        ("/on-this-day", 1),
    ],
)
def test_calls_of_a_page(
    aws: Account, anna: Browser, alps: tuple[str, str], path: str, queries: int
) -> None:
    taken(anna, "Swim")
    deliver(aws)
    anna.get("/feed")  # the process reads its secrets once
    aws.calls.clear()

    anna.get(path)

    calls = {name: n for name, n in aws.calls.items() if isinstance(name, str)}
    assert calls["Query"] == queries
    assert sum(calls.values()) <= 4


@pytest.fixture
def alps(aws: Account, anna: Browser, ben: Browser) -> tuple[str, str]:
    """Anna's album "Alps 2025" and its one photo, "Ridge", for Ben's eyes too but only there."""
    friends.befriend(anna.user_id, ben.user_id)
    album_id = albums.create(anna.user_id, "Alps 2025", Audience("friends"))
    pending = pending_photo(anna.user_id, "Ridge", caption="Ridge at dawn", visibility="private")
    finish(pending, taken_at="2025-07-01T12:00:00")
    photo = photos.edit(anna.user_id, pending.photo_id, tags=["rock"])
    album_photos.add(Person(anna.user_id), album_id, [photo])
    deliver(aws)
    return album_id, photo.photo_id


def test_album_is_named_by_words_of_its_title(
    anna: Browser, ben: Browser, carla: Browser, alps: tuple[str, str]
) -> None:
    link = f'href="/albums/{alps[0]}"'

    assert link in anna.get("/search?q=alps").text
    assert link in ben.get("/search?q=ALPS+last+year").text
    assert link not in ben.get("/search?q=alp").text
    assert link not in ben.get("/search?q=alps+%23rock").text
    assert link in ben.get("/search?q=alps+anna").text
    assert link not in ben.get("/search?q=alps+ben").text
    assert link not in ben.get("/search?q=anna").text, "that would name all that she has"
    assert link not in carla.get("/search?q=alps").text


def test_album_with_all_words_in_its_title_comes_before_newer_ones(ben: Browser) -> None:
    hut, *newer = (
        albums.create(ben.user_id, title, Audience("private"))
        for title in ("Alps hut", *["Alps"] * ALBUMS)
    )

    assert f'href="/albums/{hut}"' in ben.get("/search?q=alps+hut").text
    page = ben.get("/search?q=alps").text
    assert [each for each in (hut, *newer) if f'href="/albums/{each}"' in page] == newer


@pytest.mark.parametrize("ending", ["unfriended", "private", "deleted", "renamed"])
def test_album_is_not_named_from_the_next_request_on(
    anna: Browser, ben: Browser, alps: tuple[str, str], ending: str
) -> None:
    album_id = alps[0]
    match ending:
        case "unfriended":
            friends.remove(anna.user_id, ben.user_id)
        case "private":
            albums.set_audience(anna.user_id, album_id, Audience("private"))
        case "deleted":
            albums.delete(anna.user_id, album_id)
        case _renamed:
            everybody = Audience("friends")
            albums.edit(anna.user_id, album_id, title="Hills", order="taken", audience=everybody)

    assert "Alps" not in text(ben.get("/search?q=alps")).partition("Looking for")[0]
    assert f"/albums/{album_id}" not in ben.get("/search?q=alps").text
    assert f"album={album_id}" not in ben.get("/search?q=album:alps").text


def test_renamed_album_is_found_by_its_new_name_by_members_too(
    aws: Account, anna: Browser, ben: Browser, carla: Browser, alps: tuple[str, str]
) -> None:
    friends.befriend(anna.user_id, carla.user_id)
    members.let_in(anna.user_id, alps[0], carla.user_id, "viewer")
    said = {"title": "Tälern & Höhen", "order": "taken", "audience": Audience("friends")}
    albums.edit(anna.user_id, alps[0], **said)
    deliver(aws)

    for browser in (anna, ben, carla):
        assert f"/albums/{alps[0]}" in browser.get("/search?q=hohen").text


def test_album_that_changed_hands_is_found_again(
    aws: Account, anna: Browser, ben: Browser, carla: Browser, alps: tuple[str, str]
) -> None:
    friends.befriend(anna.user_id, carla.user_id)
    for friend in (ben, carla):
        members.let_in(anna.user_id, alps[0], friend.user_id, "contributor")
    members.hand_over(anna.user_id, alps[0], ben.user_id)
    deliver(aws)

    for browser in (anna, ben, carla):
        assert f"/albums/{alps[0]}" in browser.get("/search?q=alps").text


def test_album_as_a_filter_leads_to_what_lies_in_it(
    aws: Account, anna: Browser, ben: Browser, carla: Browser, alps: tuple[str, str]
) -> None:
    album_id, photo_id = alps
    taken(anna, "Ridge elsewhere")
    deliver(aws)

    answer = ben.get("/search?q=album:alps+ridge")
    assert answer.location == f"/search?q=ridge&album={album_id}"
    page = ben.get(answer.location).text
    assert captions(page) == ["Ridge at dawn"]
    assert f"/albums/{album_id}/photos/{photo_id}" in page
    assert re.findall(r'chip" href="([^"]+)"', page) == [
        "/search?q=ridge",
        f"/search?q=&amp;album={album_id}",
    ]
    assert "In Alps 2025" in text(ben.get(answer.location))
    assert carla.get(answer.location).status_code == 404
    assert "Nothing found" in carla.get("/search?q=album:alps+ridge").text


def test_several_albums_of_a_name_are_there_to_choose_from(
    anna: Browser, alps: tuple[str, str]
) -> None:
    other = albums.create(anna.user_id, "Alps 2026", Audience("private"))

    page = anna.get("/search?q=album:alps+ridge").text

    for album_id in (alps[0], other):
        assert f"/search?q=ridge&amp;album={album_id}" in page
    assert anna.get('/search?q=album:"alps+2026"').location == f"/search?q=&album={other}"


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [
        ("", True), ("dawn", True), ("%23rock", True), ("summer+2025", True), ("anna", True),
        ("dusk", False), ("%23lake", False), ("before+2025", False), ("seit+2026", False),
        ("2025-07-01", True), ("2025-07-02", False), ("1960", False),
    ],
)  # fmt: skip
def test_filters_within_an_album(
    ben: Browser, alps: tuple[str, str], typed: str, is_found: bool
) -> None:
    page = ben.get(f"/search?q={typed}&album={alps[0]}").text

    assert captions(page) == ["Ridge at dawn"] * is_found


def test_edited_photo_is_found_in_its_album_by_what_is_true_now(
    aws: Account, anna: Browser, ben: Browser, alps: tuple[str, str]
) -> None:
    photos.edit(anna.user_id, alps[1], caption="Gorge", tags=[])
    assert captions(ben.get(f"/search?q=ridge&album={alps[0]}").text) == []

    deliver(aws)
    assert captions(ben.get(f"/search?q=gorge&album={alps[0]}").text) == ["Gorge"]


def test_a_search_in_an_album_is_four_calls(
    aws: Account, ben: Browser, alps: tuple[str, str]
) -> None:
    path = f"/search?q=ridge+%23rock+summer+2025&album={alps[0]}"
    ben.get(path)  # the process reads its secrets once
    aws.calls.clear()

    assert captions(ben.get(path).text) == ["Ridge at dawn"]

    calls = {name: n for name, n in aws.calls.items() if isinstance(name, str)}
    assert calls == {"BatchGetItem": 3, "Query": 1}


def test_pages_of_an_album_follow_one_another(aws: Account, anna: Browser) -> None:
    album_id = albums.create(anna.user_id, "Alps", Audience("private"))
    for n in range(20):
        taken(anna, f"Photo {n}", at=f"2025-07-01T12:00:{n:02}")
    mine = photos.list_roll(anna.user_id, limit=30).items
    album_photos.add(Person(anna.user_id), album_id, mine)

    for typed in ("photo", ""):
        first = anna.get(f"/search?q={typed}&album={album_id}").text
        older = re.search(r'href="([^"]*before=[^"]+)"', first)[1].replace("&amp;", "&")
        rest = anna.get(older, HX_Request="true").text

        assert captions(first) + captions(rest) == [f"Photo {n}" for n in range(19, -1, -1)]
        assert "More than 15 photos" in first
        assert "20 photos in all" in rest


@pytest.mark.parametrize("path", ["/search", "/search?q=+", "/search?q=%23&before=x"])
def test_nothing_asked_for_is_answered_to_scripts_too(anna: Browser, path: str) -> None:
    assert anna.get(path, HX_Request="true").text.strip() == ""


@pytest.mark.parametrize("query", ["album=x", "album=01JDFAAAAAAAAAAAAAAAAAAAAA"])
def test_no_such_album_is_not_found(anna: Browser, query: str) -> None:
    assert anna.get(f"/search?q=x&{query}").status_code == 404


def test_number_is_exact_or_more_than(aws: Account, anna: Browser) -> None:
    for n in range(30):
        taken(anna, f"Photo {n}", at=f"2025-07-01T12:00:{n:02}")
    taken(anna, "Swim")
    deliver(aws)

    first = anna.get("/search?q=photo").text
    older = re.search(r'href="([^"]*before=[^"]+)"', first)[1].replace("&amp;", "&")

    assert "More than 24 photos" in first
    assert "30 photos in all" in anna.get(older, HX_Request="true").text
    assert "1 photo<" in anna.get("/search?q=swim").text
    for seen in ("-1", "x", "9" * 40, "<b>"):
        page = anna.get(older.replace("seen=24", f"seen={seen}"))
        assert page.status_code == 200
        assert "6 photos in all" in page.text


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
