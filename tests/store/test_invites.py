from __future__ import annotations

import pytest

from store import clock, friends, guests, invites, links
from store.errors import NotFound
from tests.aws import Account


def test_accepting_makes_friends_and_tells_the_fan_out(aws: Account, anna: str, ben: str) -> None:
    token = invites.create(anna)

    invites.accept(invites.get(token), ben)

    assert friends.are_friends(anna, ben)
    assert friends.are_friends(ben, anna)
    assert aws.events() == [{"type": "friendship.made", "user_ids": [anna, ben]}]


def test_one_link_serves_many(anna: str, ben: str, carla: str) -> None:
    token = invites.create(anna)

    invites.accept(invites.get(token), ben)
    invites.accept(invites.get(token), carla)

    assert friends.are_friends(anna, ben)
    assert friends.are_friends(anna, carla)


def test_table_never_sees_the_token(aws: Account, anna: str) -> None:
    token = invites.create(anna)

    assert token not in str(aws.items())


def test_revoked_link_is_gone_even_for_who_has_it_open(anna: str, ben: str) -> None:
    open_page = invites.get(invites.create(anna))
    invites.revoke(anna, open_page.invite_id)

    with pytest.raises(NotFound):
        invites.accept(open_page, ben)
    assert not friends.are_friends(anna, ben)


def test_stranger_cannot_revoke(anna: str, ben: str) -> None:
    token = invites.create(anna)

    with pytest.raises(NotFound):
        invites.revoke(ben, invites.get(token).invite_id)

    assert invites.get(token)


def test_expired_link_is_gone(anna: str, ben: str, monkeypatch: pytest.MonkeyPatch) -> None:
    token = invites.create(anna)
    open_page = invites.get(token)
    late = clock.now() + invites.LIFETIME
    monkeypatch.setattr(invites, "now", lambda: late)

    with pytest.raises(NotFound):
        invites.get(token)
    with pytest.raises(NotFound):
        invites.accept(open_page, ben)
    assert invites.list_open(anna) == []


def test_nobody_befriends_themselves(anna: str) -> None:
    with pytest.raises(NotFound):
        invites.accept(invites.get(invites.create(anna)), anna)


def test_blocked_person_reads_the_same_as_for_a_dead_link(anna: str, ben: str) -> None:
    friends.block(anna, ben)

    with pytest.raises(NotFound):
        invites.accept(invites.get(invites.create(anna)), ben)


def test_open_links_are_listed_newest_first(anna: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for second in (1, 2, 3):
        at = clock.now() + second
        monkeypatch.setattr(invites, "now", lambda at=at: at)
        invites.create(anna)

    created = [invite.created_at for invite in invites.list_open(anna)]

    assert created == sorted(created, reverse=True)
    assert len(created) == 3


def test_who_is_a_friend_already_may_accept_again(aws: Account, anna: str, ben: str) -> None:
    friends.befriend(anna, ben)
    aws.events()

    invites.accept(invites.get(invites.create(anna)), ben)

    assert aws.events() == []


def test_a_guests_invite_is_for_one_person(anna: str, ben: str, carla: str) -> None:
    guest_id = guest_of(anna)
    token = invites.create(anna, guest_id=guest_id)
    invites.accept(invites.get(token), ben)

    with pytest.raises(NotFound):
        invites.accept(invites.get(token), carla)

    invites.accept(invites.get(token), ben)
    assert guests.get_own(anna, guest_id).friend_id == ben
    assert not friends.are_friends(anna, carla)


def test_a_friend_who_was_a_guest_keeps_what_they_added(anna: str, ben: str) -> None:
    friends.befriend(anna, ben)
    guest_id = guest_of(anna)

    invites.accept(invites.get(invites.create(anna, guest_id=guest_id)), ben)

    assert guests.get_own(anna, guest_id).friend_id == ben


def guest_of(owner_id: str) -> str:
    """Return the id of somebody who has come by a link of that person's."""
    link = links.find(links.fingerprint(links.create(owner_id, "photo:", label="", rights=[])))
    _, session = guests.open_link(None, link)
    guests.introduce(session, link, "Dora")
    return session.guest_ids[owner_id]
