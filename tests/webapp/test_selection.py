from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from werkzeug.test import TestResponse

from fanout.handler import handle
from store import album_entries, album_photos, albums, friends, links, media, members, photos, zips
from store.access import Person
from store.audience import Audience
from store.ids import new_id
from tests.aws import Account
from tests.people import ready_photo
from tests.webapp.conftest import Browser, text


def act(browser: Browser, action: str, *photo_ids: str, **form: str):
    return browser.client.post(
        "/selection/result",
        data={"action": action, "photo_id": list(photo_ids), **form},
        headers={"Origin": "https://photos.example", "X-CSRF-Token": browser.csrf_token},
        base_url="https://photos.example",
    )


@pytest.fixture
def three(anna: Browser, ben: Browser) -> list[str]:
    """Two of Anna's photos and one of her friend Ben."""
    friends.befriend(anna.user_id, ben.user_id)
    return [
        ready_photo(anna.user_id, "a", caption="Hut").photo_id,
        ready_photo(anna.user_id, "b", caption="Lake").photo_id,
        ready_photo(ben.user_id, "c", caption="Bike").photo_id,
    ]


def test_tagging_says_what_became_of_each(anna: Browser, three: list[str]) -> None:
    answer = text(act(anna, "tag", *three, new_id(), tags="Summer, alps"))

    assert "2 of 4 done" in answer
    assert answer.count("Tagged") == 2
    assert "It is Ben’s, and stays as it is." in answer
    assert answer.count("It is not there any more.") == 1
    assert [photos.get(each).tags for each in three] == [["alps", "summer"]] * 2 + [["alps"]]


def test_what_would_be_too_many_tags_stays(anna: Browser, three: list[str]) -> None:
    answer = act(anna, "tag", three[0], tags=",".join(f"t{n}" for n in range(20)))

    assert "more than twenty tags" in text(answer)
    assert photos.get(three[0]).tags == ["alps"]


def test_sharing(anna: Browser, three: list[str]) -> None:
    act(anna, "share", *three, visibility="private")

    assert [photos.get(each).visibility for each in three] == ["private", "private", "friends"]


def test_into_an_album(anna: Browser, three: list[str]) -> None:
    album_id = albums.create(anna.user_id, "Alps", Audience("private"))

    first = text(act(anna, "album", *three, album_id=album_id))
    again = text(act(anna, "album", three[0], album_id=album_id))

    assert first.count("Added to Alps") == 2
    assert "It was in Alps already." in again


def test_not_into_somebody_elses_album(anna: Browser, carla: Browser, three: list[str]) -> None:
    album_id = albums.create(carla.user_id, "Secret", Audience("private"))

    assert act(anna, "album", three[0], album_id=album_id).status_code == 404


def test_deleting(anna: Browser, three: list[str]) -> None:
    answer = text(act(anna, "delete", *three))

    assert answer.count("Deleted") == 2
    assert list(photos.get_many(three)) == [three[2]]


def test_stranger_changes_and_sees_nothing(carla: Browser, three: list[str]) -> None:
    for action, form in (
        ("tag", {"tags": "x"}),
        ("share", {"visibility": "private"}),
        ("delete", {}),
    ):
        answer = text(act(carla, action, *three, **form))
        assert "0 of 3 done" in answer
        for caption in ("Hut", "Lake", "Bike", "Anna", "Ben"):
            assert caption not in answer
    assert len(photos.get_many(three)) == 3


@pytest.mark.parametrize(
    ("action", "ids", "form"),
    [
        ("tag", 0, {"tags": "x"}),
        ("tag", 61, {"tags": "x"}),
        ("tag", 1, {"tags": " , "}),
        ("share", 1, {"visibility": "everybody"}),
        ("album", 1, {"album_id": "x"}),
        ("dance", 1, {}),
    ],
)
def test_nonsense_is_refused(anna: Browser, action: str, ids: int, form: dict[str, str]) -> None:
    assert act(anna, action, *(new_id() for _ in range(ids)), **form).status_code == 400


def test_choosing_with_and_without_a_script(aws: Account, anna: Browser, three: list[str]) -> None:
    for event in aws.events():
        if not event["type"].startswith("notice."):
            handle(event)

    page = anna.get("/selection").text
    chosen = anna.post("/selection", photo_id=three[0]).text

    assert all(f'value="{each}"' in page for each in three)
    assert "checked" not in page
    assert f'value="{three[0]}" autocomplete="off" checked' in chosen
    assert three[1] not in chosen


@pytest.fixture
def alps(anna: Browser, ben: Browser, carla: Browser) -> tuple[str, list[str]]:
    """Anna's album and its photos, private elsewhere: one of Anna, one of her friend Ben."""
    album_id = albums.create(anna.user_id, "Alps", Audience("private"))
    ids = []
    for friend in (ben, carla):
        friends.befriend(anna.user_id, friend.user_id)
        members.let_in(anna.user_id, album_id, friend.user_id, "contributor")
    for person in (anna, ben):
        photo = ready_photo(person.user_id, person.user_id, visibility="private")
        album_photos.add(Person(person.user_id), album_id, [photo])
        ids.append(photo.photo_id)
    return album_id, ids


def test_album_page_offers_to_choose(anna: Browser, alps: tuple[str, list[str]]) -> None:
    album_id, ids = alps
    page = anna.get(f"/albums/{album_id}").text
    boxes = anna.get(f"/selection?album={album_id}").text
    chosen = anna.post("/selection", photo_id=ids[1], album=album_id).text

    assert f"/selection?album={album_id}" in page
    for shown in (page, boxes, chosen):
        assert f'<input type="hidden" name="album" value="{album_id}">' in shown
    assert all(f'value="{each}"' in boxes for each in ids)
    assert f'value="{ids[1]}" autocomplete="off" checked' in chosen


def test_one_thing_with_all_of_an_album(
    anna: Browser, ben: Browser, alps: tuple[str, list[str]]
) -> None:
    album_id, ids = alps
    other = albums.create(ben.user_id, "Hills", Audience("private"))

    for action, form in (
        ("tag", {"tags": "ridge"}),
        ("share", {"visibility": "friends"}),
        ("album", {"album_id": other}),
    ):
        answer = text(act(ben, action, *ids, album=album_id, **form))
        assert "1 of 2 done" in answer
        assert "It is Anna’s, and stays as it is." in answer
        assert "Back to the album" in answer

    mine, theirs = photos.get(ids[1]), photos.get(ids[0])
    assert (mine.tags, mine.visibility) == (["alps", "ridge"], "friends")
    assert (theirs.tags, theirs.visibility) == (["alps"], "private")
    assert album_entries.list_of_photo(ids[1]) == sorted([album_id, other])


def test_taking_out_of_the_album(anna: Browser, ben: Browser, alps: tuple[str, list[str]]) -> None:
    album_id, ids = alps

    assert "1 of 2 done" in text(act(ben, "take-out", *ids, album=album_id))
    assert album_entries.list_of_photo(ids[0]) == [album_id]
    assert "2 of 2 done" not in text(act(anna, "take-out", *ids, album=album_id))
    assert album_entries.list_of_photo(ids[0]) == []
    assert len(photos.get_many(ids)) == 2
    assert act(anna, "take-out", *ids).status_code == 400


def test_deleting_from_an_album(ben: Browser, alps: tuple[str, list[str]]) -> None:
    album_id, ids = alps

    answer = text(act(ben, "delete", *ids, album=album_id))

    assert "Deleted" in answer
    assert list(photos.get_many(ids)) == [ids[0]]


def test_zip_of_an_album_takes_what_the_album_shows(
    ben: Browser, browser_of, alps: tuple[str, list[str]]
) -> None:
    album_id, ids = alps
    dora = browser_of("Dora")
    for browser, taken in ((ben, [True, True]), (dora, [False, False])):
        page = browser.client.post(
            "/zips",
            data={"photo_id": ids, "album": album_id},
            headers={"Origin": "https://photos.example", "X-CSRF-Token": browser.csrf_token},
            base_url="https://photos.example",
        ).location
        wanted = zips.get(page.rpartition("/")[2])

        assert [zips.look_at(wanted, each) is not None for each in ids] == taken


def test_stranger_gets_no_album_to_choose_from(browser_of, alps: tuple[str, list[str]]) -> None:
    dora, (album_id, ids) = browser_of("Dora"), alps

    assert dora.get(f"/selection?album={album_id}").status_code == 404
    assert dora.post("/selection", photo_id=ids[0], album=album_id).status_code == 404
    for action in ("tag", "share", "delete", "take-out"):
        form = {"tags": "x", "visibility": "private", "album": album_id}
        assert act(dora, action, *ids, **form).status_code == 404
    assert act(dora, "delete", *ids, album="x").status_code == 404
    assert len(photos.get_many(ids)) == 2


def test_albums_to_add_to_are_those_one_may_add_to(
    carla: Browser, alps: tuple[str, list[str]]
) -> None:
    assert ">Alps</option>" in carla.get("/selection").text
    members.let_go(alps[0], carla.user_id)
    assert ">Alps</option>" not in carla.get("/selection").text


def copies(browser: Browser, *photo_ids: str, **form: str) -> TestResponse:
    return browser.client.post(
        "/selection/copies",
        data={"photo_id": list(photo_ids), **form},
        headers={"Origin": "https://photos.example", "X-CSRF-Token": browser.csrf_token},
        base_url="https://photos.example",
    )


def asked_for(aws: Account) -> set[str]:
    return {message["copy"] for message in aws.events("thumbnails") if "copy" in message}


def test_copies_are_made_once_and_told_when_they_are_there(
    aws: Account, anna: Browser, three: list[str]
) -> None:
    media.write_copy(three[0], b"")
    states = copies(anna, *three).json["copies"]
    assert [states[each]["state"] for each in three] == ["none", "waiting", "waiting"]
    assert asked_for(aws) == set(three[1:])

    media.write_copy(three[2], b"jpeg")
    states = copies(anna, *three, asked="1").json["copies"]

    assert [states[each]["state"] for each in three] == ["none", "waiting", "ready"]
    ready = states[three[2]]
    assert ready["name"] == f"contact-sheet-2026-08-01-{three[2][-6:].lower()}.jpg"
    assert ready["size"] == len(b"jpeg")
    address = urlsplit(ready["address"])
    policy = anna.get("/feed").headers["Content-Security-Policy"]
    (fetched_from,) = re.findall(r"connect-src ([^;]+)", policy)
    assert f"{address.scheme}://{address.netloc}" in fetched_from.split()
    assert address.path == f"/downloads/{three[2]}.jpg"
    assert asked_for(aws) == set()


def test_copies_of_an_album_follow_the_album(
    aws: Account, ben: Browser, browser_of, alps: tuple[str, list[str]]
) -> None:
    (album_id, ids), dora = alps, browser_of("Dora")

    assert set(copies(ben, *ids).json["copies"]) == {ids[1]}
    assert set(copies(ben, *ids, album=album_id).json["copies"]) == set(ids)
    assert copies(dora, *ids, album=album_id).status_code == 404
    assert asked_for(aws) == set(ids)


def test_copies_are_not_for_strangers(aws: Account, carla: Browser, three: list[str]) -> None:
    media.write_copy(three[0], b"jpeg")

    assert copies(carla, *three).json == {"copies": {}}
    assert asked_for(aws) == set()


def test_a_link_gives_no_copies(anna: Browser, browser_of, alps: tuple[str, list[str]]) -> None:
    (album_id, ids), dora = alps, browser_of("Dora")
    rights = ["view", "download"]
    token = links.create(anna.user_id, f"album:{album_id}", label="", rights=rights, watermark=True)
    dora.get(f"/open/{token}", Sec_Fetch_Mode="navigate")
    assert dora.get(f"/albums/{album_id}").status_code == 200

    assert copies(dora, *ids, album=album_id).status_code == 404
    assert copies(dora, *ids).json == {"copies": {}}


def test_copies_of_sixty_cost_a_call_each_and_few_more(aws: Account, anna: Browser) -> None:
    ids = [ready_photo(anna.user_id, str(number)).photo_id for number in range(60)]
    aws.calls.clear()

    assert len(copies(anna, *ids).json["copies"]) == 60

    assert aws.calls == {"BatchGetItem": 3, "HeadObject": 60, "SendMessageBatch": 6}
    for refused in ([], [*ids, new_id()], ["x"]):
        assert copies(anna, *refused).status_code == 400
