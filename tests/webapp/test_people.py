from __future__ import annotations

import re

import pytest

from fanout.handler import handle
from store import album_photos, albums, clock, friends, members, photos, requests, users
from store.access import Person
from store.audience import Audience
from tests.aws import Account
from tests.people import ready_photo
from tests.webapp.conftest import Browser, text


def deliver(aws: Account) -> None:
    while events := aws.events():
        for event in events:
            if not event["type"].startswith("notice."):
                handle(event)


def captions(page: str) -> list[str]:
    return re.findall(r'alt="(\w[^"]*)"', page)


def save(browser: Browser, **form: str):
    return browser.post("/settings", **({"display_name": "Anna"} | form))


@pytest.fixture
def album(anna: Browser, ben: Browser, carla: Browser) -> str:
    """Anna's album, in which her friends Ben and Carla meet."""
    album_id = albums.create(anna.user_id, "Alps", Audience("private"))
    for friend in (ben, carla):
        friends.befriend(anna.user_id, friend.user_id)
        members.let_in(anna.user_id, album_id, friend.user_id, "contributor")
    return album_id


def test_friend_sees_name_and_photos_a_stranger_nothing(
    aws: Account, anna: Browser, ben: Browser, carla: Browser
) -> None:
    friends.befriend(anna.user_id, ben.user_id)
    ready_photo(anna.user_id, "a", caption="Hut")
    ready_photo(anna.user_id, "b", caption="Gift", visibility="private")
    deliver(aws)
    path = f"/people/{anna.user_id}"

    assert captions(ben.get(path).text) == ["Hut"]
    assert captions(anna.get(path).text) == ["Gift", "Hut"]
    assert carla.get(path).status_code == 404
    assert carla.get(path + "/mutual").status_code == 404


def test_stranger_reads_the_same_for_who_exists_and_who_does_not(
    anna: Browser, carla: Browser
) -> None:
    answers = [
        carla.get(f"/people/{each}") for each in (anna.user_id, "01JDFAAAAAAAAAAAAAAAAAAAAA")
    ]

    assert text(answers[0]) == text(answers[1])
    assert {answer.status_code for answer in answers} == {404}


def test_a_persons_page_is_four_calls(aws: Account, anna: Browser, ben: Browser) -> None:
    friends.befriend(anna.user_id, ben.user_id)
    ready_photo(anna.user_id)
    deliver(aws)
    ben.get("/feed")
    aws.calls.clear()

    ben.get(f"/people/{anna.user_id}")

    calls = {name: n for name, n in aws.calls.items() if isinstance(name, str)}
    assert calls == {"BatchGetItem": 3, "Query": 1}


def test_asked_and_accepted(aws: Account, ben: Browser, carla: Browser, album: str) -> None:
    path = f"/people/{carla.user_id}"
    assert "Ask to be friends" in text(ben.get(f"{path}?album={album}"))

    assert ben.post(path + "/request", album=album).status_code == 303
    assert "You have asked" in text(ben.get(f"{path}?album={album}"))
    assert "Ben" in text(carla.get("/friends")).partition("Would like to be your friends")[2]
    assert "would like to be your friend" in text(carla.get(f"/people/{ben.user_id}"))

    carla.post(f"/people/{ben.user_id}/request/acceptance")
    assert friends.are_friends(ben.user_id, carla.user_id)
    assert friends.are_friends(carla.user_id, ben.user_id)
    assert "Would like" not in text(carla.get("/friends"))


def test_the_way_to_ask_leads_from_a_photo_in_the_album(
    anna: Browser, ben: Browser, carla: Browser, browser_of, album: str
) -> None:
    photo = ready_photo(carla.user_id, visibility="private")
    album_photos.add(Person(carla.user_id), album, [photo])
    dora = browser_of("Dora")
    friends.befriend(anna.user_id, dora.user_id)
    albums.set_audience(anna.user_id, album, Audience("friends"))
    path, link = (
        f"/albums/{album}/photos/{photo.photo_id}",
        f"/people/{carla.user_id}?album={album}",
    )

    assert link in ben.get(path).text
    assert "Ask to be friends" in ben.get(link).text
    assert ben.get(path).status_code == dora.get(path).status_code == 200
    assert link not in dora.get(path).text  # who only looks on is nobody to ask
    assert link not in carla.get(path).text


def test_declined_is_not_told_and_not_asked_again(
    aws: Account, ben: Browser, carla: Browser, album: str
) -> None:
    path = f"/people/{carla.user_id}"
    ben.post(path + "/request", album=album)
    aws.events()

    carla.post(f"/people/{ben.user_id}/request/refusal")
    ben.post(path + "/request", album=album)

    assert "You have asked" in text(ben.get(f"{path}?album={album}"))
    assert "Would like" not in text(carla.get("/friends"))
    assert not [event for event in aws.events() if event["type"] == "friend.asked"]
    assert carla.post(f"/people/{ben.user_id}/request/acceptance").status_code == 404
    assert carla.get(f"/people/{ben.user_id}").status_code == 404


def test_both_ask_and_are_friends(ben: Browser, carla: Browser, album: str) -> None:
    ben.post(f"/people/{carla.user_id}/request", album=album)
    carla.post(f"/people/{ben.user_id}/request", album=album)

    assert friends.are_friends(ben.user_id, carla.user_id)


def test_request_that_an_invite_has_overtaken_is_answered(
    ben: Browser, carla: Browser, album: str
) -> None:
    ben.post(f"/people/{carla.user_id}/request", album=album)
    friends.befriend(carla.user_id, ben.user_id)

    carla.post(f"/people/{ben.user_id}/request/acceptance")

    assert "Would like" not in text(carla.get("/friends"))


def test_request_may_be_made_again_when_it_was_forgotten(
    aws: Account, monkeypatch: pytest.MonkeyPatch, ben: Browser, carla: Browser, album: str
) -> None:
    path, late = f"/people/{carla.user_id}", clock.now() + requests.LIFETIME + clock.MINUTE
    ben.post(path + "/request", album=album)
    carla.post(f"/people/{ben.user_id}/request/refusal")
    aws.events()
    monkeypatch.setattr(requests, "now", lambda: late)  # and DynamoDB has yet to delete it

    assert "Ask to be friends" in text(ben.get(f"{path}?album={album}"))
    ben.post(path + "/request", album=album)

    assert "You have asked" in text(ben.get(f"{path}?album={album}"))
    assert [event["type"] for event in aws.events()] == ["friend.asked"]


def test_no_shared_album_no_request(
    anna: Browser, ben: Browser, carla: Browser, album: str
) -> None:
    members.let_go(album, ben.user_id)

    for album_id in (album, "01JDFAAAAAAAAAAAAAAAAAAAAA", "x"):
        assert ben.post(f"/people/{carla.user_id}/request", album=album_id).status_code == 404
        assert ben.get(f"/people/{carla.user_id}?album={album_id}").status_code == 404


def test_who_does_not_want_to_be_asked_is_not(ben: Browser, carla: Browser, album: str) -> None:
    save(carla, display_name="Carla")

    assert "Ask to be friends" not in ben.get(f"/people/{carla.user_id}?album={album}").text
    assert ben.post(f"/people/{carla.user_id}/request", album=album).status_code == 404


@pytest.mark.parametrize("blocker", ["ben", "carla"])
def test_a_block_hides_the_page_and_refuses_the_request(
    ben: Browser, carla: Browser, album: str, blocker: str
) -> None:
    pair = (ben.user_id, carla.user_id)
    friends.block(*(pair if blocker == "ben" else reversed(pair)))

    assert ben.get(f"/people/{carla.user_id}?album={album}").status_code == 404
    assert ben.post(f"/people/{carla.user_id}/request", album=album).status_code == 404


def test_block_after_the_request_beats_it(ben: Browser, carla: Browser, album: str) -> None:
    ben.post(f"/people/{carla.user_id}/request", album=album)
    friends.block(ben.user_id, carla.user_id)

    assert carla.post(f"/people/{ben.user_id}/request/acceptance").status_code == 404
    assert not friends.are_friends(ben.user_id, carla.user_id)


@pytest.mark.parametrize("allowing", [(), ("ben",), ("anna",), ("anna", "ben")])
def test_mutual_friends_only_if_both_allow_it(
    anna: Browser, ben: Browser, carla: Browser, allowing: tuple[str, ...]
) -> None:
    for one, other in ((anna, ben), (anna, carla), (ben, carla)):
        friends.befriend(one.user_id, other.user_id)
    for name, browser in (("anna", anna), ("ben", ben)):
        if name in allowing:
            save(browser, display_name=name, shows_mutual="yes")

    page = text(anna.get(f"/people/{ben.user_id}/mutual"))

    assert ("Carla" in page) == (len(allowing) == 2)


def test_new_name_is_shown_and_found(aws: Account, anna: Browser, ben: Browser) -> None:
    friends.befriend(anna.user_id, ben.user_id)
    ready_photo(anna.user_id, caption="Hut")
    deliver(aws)

    save(anna, display_name="  Annika\x00 ")
    deliver(aws)

    assert captions(ben.get("/search?q=annika").text) == ["Hut"]
    assert captions(ben.get("/search?q=anna").text) == []
    assert "Annika" in text(ben.get("/feed"))


def test_language_and_time_zone_are_the_persons(anna: Browser) -> None:
    save(anna, language="de", time_zone="America/New_York")

    page = anna.get("/settings", Accept_Language="en-GB").text

    assert '<html lang="de"' in page
    assert "Einstellungen" in page
    assert "<option selected>America/New_York</option>" in page


@pytest.mark.parametrize(
    ("form", "code"),
    [({"language": "xx"}, 400), ({"time_zone": "Mars/Base"}, 400), ({"display_name": " "}, 400)],
)
def test_nonsense_is_refused(anna: Browser, form: dict[str, str], code: int) -> None:
    assert save(anna, **form).status_code == code
    assert users.get(anna.user_id).name == "Anna"


def test_own_photo_becomes_the_picture(aws: Account, anna: Browser, ben: Browser) -> None:
    friends.befriend(anna.user_id, ben.user_id)
    photo = ready_photo(anna.user_id, visibility="private")

    anna.post("/settings/picture", photo_id=photo.photo_id)
    shown = f"/media/{photo.photo_id}/portrait-50-50-100.webp"
    assert shown in ben.get(f"/people/{anna.user_id}").text
    assert shown in ben.get("/friends").text

    anna.post("/settings/picture", photo_id=photo.photo_id, across="0", down="100", zoom="250")
    moved = f"/media/{photo.photo_id}/portrait-0-100-250.webp"
    assert moved in ben.get(f"/people/{anna.user_id}").text
    assert shown not in ben.get(f"/people/{anna.user_id}").text

    photos.delete(anna.user_id, photo.photo_id)
    deliver(aws)
    assert 'class="portrait"' not in ben.get(f"/people/{anna.user_id}").text


def test_picture_stands_beside_what_one_says_and_likes(anna: Browser, ben: Browser) -> None:
    friends.befriend(anna.user_id, ben.user_id)
    path = f"/photos/{ready_photo(anna.user_id).photo_id}"
    portrait = ready_photo(ben.user_id, visibility="private")
    ben.post("/settings/picture", photo_id=portrait.photo_id)
    ben.post(path + "/comments", text="What a hut!")
    ben.post(path + "/like")

    for page in (path, path + "/comments", path + "/likes"):
        assert f"/media/{portrait.photo_id}/portrait-50-50-100.webp" in anna.get(page).text
    friends.block(ben.user_id, anna.user_id)
    assert portrait.photo_id not in anna.get(path).text


def test_choosing_the_picture_and_its_square(anna: Browser) -> None:
    photo = ready_photo(anna.user_id, caption="Me")
    anna.post("/settings/picture", photo_id=photo.photo_id, across="10", down="20", zoom="130")

    assert f"/settings/picture?photo_id={photo.photo_id}" in anna.get("/settings/picture").text
    page = anna.get(f"/settings/picture?photo_id={photo.photo_id}").text
    values = dict(re.findall(r'name="(\w+)" type="range"[^>]* value="(\d+)"', page))
    assert values == {"across": "10", "down": "20", "zoom": "130"}


@pytest.mark.parametrize(
    "cut", [{"across": "101"}, {"down": "-1"}, {"zoom": "99"}, {"zoom": "401"}, {"zoom": "1.5"}]
)
def test_square_outside_the_photo_is_refused(anna: Browser, cut: dict[str, str]) -> None:
    photo = ready_photo(anna.user_id)

    assert anna.post("/settings/picture", photo_id=photo.photo_id, **cut).status_code == 400
    assert users.get(anna.user_id).portrait == ""


def test_somebody_elses_photo_cannot_be_the_picture(anna: Browser, ben: Browser) -> None:
    photo = ready_photo(anna.user_id)

    assert ben.post("/settings/picture", photo_id=photo.photo_id).status_code == 404
    assert ben.get(f"/settings/picture?photo_id={photo.photo_id}").status_code == 404


def test_hostile_name_is_shown_as_text(browser_of, anna: Browser) -> None:
    mallory = browser_of("<script>alert(1)</script>")
    friends.befriend(anna.user_id, mallory.user_id)

    for page in (f"/people/{mallory.user_id}", "/friends"):
        assert "<script>alert" not in anna.get(page).text
    assert "<script>alert" not in mallory.get("/settings").text
