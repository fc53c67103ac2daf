from __future__ import annotations

import re
from email import message_from_bytes
from email.policy import default

import pytest

from fanout import mailing
from store import album_photos, albums, friends, mail, members, notices, photos, preferences
from store.access import Person
from store.audience import PRIVATE, Audience
from tests.aws import Account
from tests.people import finish, make_friends, pending_photo, ready_photo
from tests.store.test_notices import deliver
from tests.webapp.conftest import SETTINGS, Browser, text


@pytest.fixture
def link(ben: Browser) -> str:
    preferences.save(ben.user_id, off=set(), mail="each", quiet=("", ""), zone="UTC", language="en")
    return f"/mail/{mail.create_links(ben.user_id, {})}"


def test_one_click_stops_it_without_session_or_token(
    anonymous: Browser, ben: Browser, link: str
) -> None:
    answer = anonymous.client.post(
        link,
        data={"List-Unsubscribe": "One-Click"},
        headers={"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"},
        base_url=SETTINGS.public_url,
    )

    assert answer.status_code == 200
    assert preferences.get(ben.user_id).mail == "off"


def test_looking_at_the_link_stops_nothing(anonymous: Browser, ben: Browser, link: str) -> None:
    page = anonymous.get(link)

    assert "Stop the e-mails?" in text(page)
    assert preferences.get(ben.user_id).mail == "each"
    assert page.headers["Referrer-Policy"] == "same-origin"


def test_a_guessed_or_old_link_is_nothing(
    anonymous: Browser, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert anonymous.get("/mail/" + "x" * 43).status_code == 404
    monkeypatch.setattr(mail, "now", lambda: 2**40)
    assert anonymous.get(link).status_code == 404
    assert anonymous.post(link).status_code == 404


def test_a_picture_of_a_mail_is_there_as_long_as_its_reader_may_see_it(
    anonymous: Browser, anna: Browser, ben: Browser
) -> None:
    friends.befriend(anna.user_id, ben.user_id)
    shown, other = (ready_photo(anna.user_id, str(n)).photo_id for n in range(2))
    link = f"/mail/{mail.create_links(ben.user_id, {shown: ''})}"

    answer = anonymous.get(f"{link}/{shown}")
    assert answer.status_code == 303
    assert answer.location.startswith(f"https://photos.example/media/{shown}/960.webp?")
    assert anonymous.get(f"{link}/{other}").status_code == 404

    photos.set_visibility(anna.user_id, shown, "private")
    assert anonymous.get(f"{link}/{shown}").status_code == 404


def test_a_picture_of_an_album_is_there_as_long_as_its_reader_may_see_the_album(
    anonymous: Browser, anna: Browser, ben: Browser
) -> None:
    friends.befriend(anna.user_id, ben.user_id)
    album_id = albums.create(anna.user_id, "Alps", Audience(PRIVATE))
    members.let_in(anna.user_id, album_id, ben.user_id, "viewer")
    photo = ready_photo(anna.user_id, visibility="private")
    album_photos.add(Person(anna.user_id), album_id, [photo])
    link = f"/mail/{mail.create_links(ben.user_id, {photo.photo_id: album_id})}"

    assert anonymous.get(f"{link}/{photo.photo_id}").status_code == 303

    members.let_go(album_id, ben.user_id)
    assert anonymous.get(f"{link}/{photo.photo_id}").status_code == 404


def test_the_pictures_of_a_mail_are_the_latest_where_its_reader_may_see_them(
    aws: Account, anonymous: Browser, anna: Browser, ben: Browser
) -> None:
    make_friends(anna.user_id, ben.user_id)
    album_id = albums.create(anna.user_id, "Alps", Audience(PRIVATE))
    members.let_in(anna.user_id, album_id, ben.user_id, "viewer")
    in_album, alone = ({"visibility": "private", "album_id": album_id}, {})
    sent = [pending_photo(anna.user_id, str(n), **to) for n, to in enumerate([in_album, alone] * 2)]
    for pending in sent:
        finish(pending)
    deliver(aws)
    told = notices.list_notices(ben.user_id).items

    raw = mailing.compose(preferences.get(ben.user_id), told, "News")

    html = message_from_bytes(raw, policy=default).get_body(("html",)).get_content()
    pictures = re.findall(r"(/mail/[^/\s]+/(\w{26}))\b", html)
    assert {photo_id for _, photo_id in pictures} == {each.photo_id for each in sent[2:]}
    for path, photo_id in pictures:
        assert f"/media/{photo_id}/" in anonymous.get(path).location
