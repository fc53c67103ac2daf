from __future__ import annotations

import pytest

from store import albums, preferences
from store.audience import PRIVATE, Audience
from store.ids import new_id
from tests.aws import Account
from tests.webapp.conftest import Browser, text

PATH = "/notifications/preferences"


@pytest.fixture(autouse=True)
def mail_is_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_FROM", "news@photos.example")


def save(browser: Browser, **form: object):
    return browser.post(PATH, **({"zone": "Europe/Berlin", "mail": "off"} | form))


def test_at_first_everything_is_on_but_mail(anna: Browser) -> None:
    page = anna.get(PATH).text

    assert page.count(" checked") == 30
    assert '<option value="off" selected>' in page


def test_choices_are_kept(anna: Browser) -> None:
    answer = save(anna, on=["photos:app", "likes:push"], quiet_from="22:00", quiet_to="07:30")

    assert answer.location == PATH
    kept = preferences.get(anna.user_id)
    assert len(kept.off) == 28
    assert "photos:app" not in kept.off
    assert (kept.quiet_from, kept.quiet_to, kept.zone) == ("22:00", "07:30", "Europe/Berlin")
    assert anna.get(PATH).text.count(" checked") == 2


@pytest.mark.parametrize(
    "bad",
    [
        {"zone": "Mars/Olympus"},
        {"zone": "../../etc/passwd"},
        {"zone": ""},
        {"quiet_from": "25:00"},
        {"quiet_from": "7"},
        {"mail": "hourly"},
    ],
)
def test_nonsense_is_refused(anna: Browser, bad: dict[str, str]) -> None:
    assert save(anna, **bad).status_code == 400


def test_turning_mail_on_leads_to_where_the_address_is_confirmed(anna: Browser) -> None:
    assert save(anna, mail="each").location == "/auth/address"

    preferences.set_address(anna.user_id, "anna@people.example")
    assert save(anna, mail="daily").location == PATH
    assert "anna@people.example" in anna.get(PATH).text


def test_mail_is_not_offered_where_none_is_set_up(
    anna: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MAIL_FROM")

    assert 'name="mail"' not in anna.get(PATH).text


def test_muting_and_hearing_again(anna: Browser, ben: Browser) -> None:
    anna.post(f"/notifications/mutes/person/{ben.user_id}")
    assert "Ben Unmute" in text(anna.get(PATH))

    anna.post(f"/notifications/mutes/person/{ben.user_id}/removal")
    assert "Unmute" not in text(anna.get(PATH))


def test_the_title_of_an_album_that_one_may_not_see_is_not_told(anna: Browser) -> None:
    anna.post(f"/notifications/mutes/album/{new_id()}")

    assert "– Unmute" in text(anna.get(PATH))


def test_muted_albums_are_looked_up_together(aws: Account, anna: Browser) -> None:
    titles = ["Alps", "Lake", "Wedding"]
    for title in titles:
        album_id = albums.create(anna.user_id, title, Audience(PRIVATE))
        anna.post(f"/notifications/mutes/album/{album_id}")
    aws.calls.clear()

    page = text(anna.get(PATH))

    assert all(f"{title} Unmute" in page for title in titles)
    assert aws.calls["BatchGetItem"] == 3  # session, preferences, albums
    assert aws.calls["GetItem"] == 0


@pytest.mark.parametrize("path", ["person/x", "album/..", "photo/01JDFAAAAAAAAAAAAAAAAAAAAA"])
def test_only_people_and_albums_can_be_muted(anna: Browser, path: str) -> None:
    assert anna.post(f"/notifications/mutes/{path}").status_code in (404, 405)
