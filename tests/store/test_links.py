from __future__ import annotations

import pytest

from store import access, clock, guests, links, photos
from store.access import Guest
from store.errors import NotFound
from tests.aws import Account
from tests.people import ready_photo


def link_to(owner: str, photo_id: str, **how: object) -> links.Link:
    token = links.create(
        owner, f"photo:{photo_id}", **{"label": "for Grandma", "rights": ["view"], **how}
    )
    return links.find(links.fingerprint(token))


def opened(link: links.Link) -> Guest:
    _token, session = guests.open_link(None, link)
    return Guest(
        link.link_id,
        session.guest_ids[link.user_id],
        unlocked=bool(session.passes[link.target]["unlocked"]),
    )


def test_table_knows_neither_token_nor_passcode(aws: Account, anna: str) -> None:
    photo = ready_photo(anna)
    token = links.create(
        anna, f"photo:{photo.photo_id}", label="", rights=["view"], passcode="sesame street"
    )

    assert token not in str(aws.items())
    assert "sesame street" not in str(aws.items())


def test_a_link_shows_its_photo_and_no_other(anna: str) -> None:
    photo, other = ready_photo(anna, "a", visibility="private"), ready_photo(anna, "b")
    guest = opened(link_to(anna, photo.photo_id))

    assert photos.look_at(guest, photo.photo_id)[2] == {"view"}
    with pytest.raises(NotFound):
        photos.look_at(guest, other.photo_id)


def test_a_link_to_somebody_elses_photo_shows_nothing(anna: str, ben: str) -> None:
    photo = ready_photo(anna)
    guest = opened(link_to(ben, photo.photo_id))

    with pytest.raises(NotFound):
        photos.look_at(guest, photo.photo_id)


def test_revoked_link_shows_nothing_to_who_has_it_open(anna: str) -> None:
    photo = ready_photo(anna)
    link = link_to(anna, photo.photo_id)
    guest = opened(link)

    links.revoke(anna, link.link_id)

    with pytest.raises(NotFound):
        photos.look_at(guest, photo.photo_id)


def test_expired_link_shows_nothing_to_who_has_it_open(
    anna: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = ready_photo(anna)
    guest = opened(link_to(anna, photo.photo_id, lifetime=60))
    late = clock.now() + 60
    monkeypatch.setattr(access, "now", lambda: late)

    with pytest.raises(NotFound):
        photos.look_at(guest, photo.photo_id)


def test_passcode_is_needed_for_the_bytes(anna: str) -> None:
    photo = ready_photo(anna)
    link = link_to(anna, photo.photo_id, passcode="sesame")

    with pytest.raises(NotFound):
        photos.look_at(opened(link), photo.photo_id)
    assert not links.check_passcode(link, "Sesame")
    assert links.check_passcode(link, "sesame")


def test_passcode_can_be_tried_ten_times_in_a_quarter_of_an_hour(
    anna: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = link_to(anna, ready_photo(anna).photo_id, passcode="sesame")
    monkeypatch.setattr(links, "_stretch", lambda passcode, salt: f"{salt}${passcode}")
    for _ in range(links.TRIES):
        links.check_passcode(link, "guess")

    with pytest.raises(links.TooManyTries):
        links.check_passcode(link, "sesame")

    late = clock.now() + links.TRIES_WINDOW
    monkeypatch.setattr(links, "now", lambda: late)
    assert not links.check_passcode(link, "guess")


def test_a_banned_guest_who_says_another_name_stays_banned(anna: str) -> None:
    link = link_to(anna, ready_photo(anna).photo_id)
    _token, session = guests.open_link(None, link)
    guest_id = session.guest_ids[anna]
    guests.introduce(session, link, "Mallory")
    guests.ban(anna, guest_id, banned=True)

    guests.introduce(session, link, "Granny")

    guest = guests.get_own(anna, guest_id)
    assert (guest.name, guest.banned) == ("Mallory", True)


def test_two_owners_know_the_same_browser_by_different_names(anna: str, ben: str) -> None:
    _token, session = guests.open_link(None, link_to(anna, ready_photo(anna).photo_id))
    _none, session = guests.open_link(session, link_to(ben, ready_photo(ben).photo_id))

    assert session.guest_ids[anna] != session.guest_ids[ben]


def test_opening_again_keeps_guest_and_passcode(anna: str) -> None:
    link = link_to(anna, ready_photo(anna).photo_id, passcode="sesame")
    token, session = guests.open_link(None, link)
    guests.unlock(session, link)

    no_token, again = guests.open_link(guests.check(token), link)

    assert no_token is None
    assert again.guest_ids == session.guest_ids
    assert again.passes[link.target]["unlocked"]


def test_list_says_when_and_how_often(anna: str) -> None:
    link = link_to(anna, ready_photo(anna).photo_id)
    for _ in range(3):
        links.count_opening(link)

    (listed,) = links.list_own(anna)

    assert (listed.label, listed.times_opened) == ("for Grandma", 3)
    assert listed.opened_at


def test_all_are_revoked_at_once(anna: str, ben: str) -> None:
    photo = ready_photo(anna)
    for _ in range(3):
        link_to(anna, photo.photo_id)
    kept = link_to(ben, ready_photo(ben).photo_id)

    links.revoke_all(anna)

    assert links.list_own(anna) == []
    assert links.find(kept.link_id)


def test_stranger_cannot_revoke(anna: str, ben: str) -> None:
    link = link_to(anna, ready_photo(anna).photo_id)

    with pytest.raises(NotFound):
        links.revoke(ben, link.link_id)
    assert links.find(link.link_id)


def test_guests_session_ends(anna: str, monkeypatch: pytest.MonkeyPatch) -> None:
    token, _session = guests.open_link(None, link_to(anna, ready_photo(anna).photo_id))
    late = clock.now() + guests.LIFETIME
    monkeypatch.setattr(guests, "now", lambda: late)

    assert guests.check(token) is None
