from __future__ import annotations

from datetime import datetime

import pytest

from store import bundles, friends, preferences
from store.bundles import Bundle
from store.preferences import APP, MAIL, PUSH, Preferences
from tests.aws import Account
from tests.people import ready_photo
from tests.store.test_notices import deliver, told


def moment(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def quiet(start: str, end: str, zone: str = "Europe/Berlin") -> Preferences:
    return Preferences("anna", quiet_from=start, quiet_to=end, zone=zone)


@pytest.mark.parametrize(
    ("hours", "at", "until"),
    [
        (("22:00", "07:00"), "2026-11-23T23:30+01:00", "2026-11-24T07:00+01:00"),
        (("22:00", "07:00"), "2026-11-23T06:59+01:00", "2026-11-23T07:00+01:00"),
        (("22:00", "07:00"), "2026-11-23T07:00+01:00", None),
        (("22:00", "07:00"), "2026-11-23T21:59+01:00", None),
        (("13:00", "15:00"), "2026-11-23T13:00+01:00", "2026-11-23T15:00+01:00"),
        (("13:00", "15:00"), "2026-11-23T15:00+01:00", None),
        (("08:00", "08:00"), "2026-11-23T08:00+01:00", None),
        (("", ""), "2026-11-23T03:00+01:00", None),
        # the night in which the clocks go forward, and the one in which they go back
        (("22:00", "07:00"), "2026-03-28T23:00+01:00", "2026-03-29T07:00+02:00"),
        (("22:00", "07:00"), "2026-10-24T23:00+02:00", "2026-10-25T07:00+01:00"),
    ],
)
def test_quiet_hours_are_on_the_persons_own_clock(
    hours: tuple[str, str], at: str, until: str | None
) -> None:
    assert quiet(*hours).quiet_until(moment(at)) == (moment(until) if until else None)


@pytest.mark.parametrize(
    ("chosen", "at", "due"),
    [
        (quiet("", ""), "2026-11-23T07:59+01:00", "2026-11-23T08:00+01:00"),
        (quiet("", ""), "2026-11-23T08:00+01:00", "2026-11-24T08:00+01:00"),
        (quiet("22:00", "09:30"), "2026-11-23T12:00+01:00", "2026-11-24T09:30+01:00"),
        (quiet("", "", "Pacific/Auckland"), "2026-11-23T00:00+00:00", "2026-11-23T19:00+00:00"),
        (quiet("", "", "No/Where"), "2026-11-23T00:00+00:00", "2026-11-23T08:00+00:00"),
    ],
)
def test_the_daily_mail_comes_at_eight_or_after_quiet_hours(
    chosen: Preferences, at: str, due: str
) -> None:
    assert chosen.digest_at(moment(at)) == moment(due)


def test_what_is_off_or_muted_is_not_wanted() -> None:
    chosen = Preferences(
        "anna",
        off=frozenset({"likes:push"}),
        muted=frozenset({"person:ben", "album:alps"}),
    )

    def wants(channel: str, **about: object) -> bool:
        return chosen.wants(Bundle("id", changed_at=0, **about), channel)

    assert not wants(PUSH, kind=bundles.LIKES, actors={"person:carla"})
    assert wants(APP, kind=bundles.LIKES, actors={"person:carla"})
    assert not wants(MAIL, kind=bundles.PHOTOS, actors={"person:ben"})
    assert wants(MAIL, kind=bundles.LIKES, actors={"person:ben", "person:carla"})
    assert not wants(MAIL, kind=bundles.PHOTOS, actors={"person:carla"}, album_id="alps")
    assert wants(MAIL, kind=bundles.ROOM)


def test_somebody_muted_is_heard_again_when_unmuted(aws: Account, anna: str, ben: str) -> None:
    friends.befriend(anna, ben)
    preferences.mute(ben, f"person:{anna}", muted=True)
    ready_photo(anna, "1")
    deliver(aws)
    assert told(ben) == []

    preferences.mute(ben, f"person:{anna}", muted=False)
    bundle_id = bundles.add(bundles.Event("other", bundles.ROOM, "other", audience=ben))[0]
    assert preferences.get(ben).wants(bundles.get(bundle_id), APP)
    assert preferences.get(ben).muted == frozenset()


def test_mutes_are_bounded(ben: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preferences, "MUTES", 2)

    for n in range(4):
        preferences.mute(ben, f"person:{n}", muted=True)

    assert len(preferences.get(ben).muted) == 2


def test_a_bounce_of_an_old_address_leaves_the_new_one(ben: str) -> None:
    preferences.save(ben, off=set(), mail="each", quiet=("", ""), zone="UTC", language="en")
    preferences.set_address(ben, "new@people.example")

    preferences.stop_mail(ben, address="old@people.example")
    assert preferences.get(ben).mail == "each"

    preferences.stop_mail(ben, address="new@people.example")
    assert (preferences.get(ben).mail, preferences.get(ben).address) == ("off", "")


def test_everything_can_be_turned_on_again(anna: str) -> None:
    choices = {"mail": "off", "quiet": ("", ""), "zone": "UTC", "language": "en"}
    preferences.save(anna, off={"likes:push"}, **choices)

    assert preferences.save(anna, off=set(), **choices).off == frozenset()
