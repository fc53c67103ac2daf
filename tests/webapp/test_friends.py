from __future__ import annotations

import re

from store import friends, invites
from tests.aws import Account
from tests.webapp.conftest import Browser, text


def create_link(browser: Browser) -> str:
    page = browser.post("/invites")
    return re.search(r'value="https://photos\.example(/invites/[\w-]{43})"', page.text)[1]


def test_link_makes_friends_of_whoever_accepts(anna: Browser, ben: Browser) -> None:
    link = create_link(anna)

    assert "Anna" in text(ben.get(link))
    answer = ben.post(link + "/acceptance")

    assert answer.location == "/feed"
    assert "Ben" in text(anna.get("/friends"))
    assert "Anna" in text(ben.get("/friends"))


def test_signed_out_guest_reads_who_invites_and_comes_back(
    anna: Browser, anonymous: Browser
) -> None:
    link = create_link(anna)

    page = anonymous.get(link)

    assert "Anna" in text(page)
    assert "Accept invite" in page.text
    assert link in page.text  # where to come back to after signing in


def test_link_is_shown_once(anna: Browser) -> None:
    link = create_link(anna)

    assert link not in anna.get("/friends").text


def test_revoked_link_is_not_found(anna: Browser, ben: Browser) -> None:
    link = create_link(anna)
    (invite,) = invites.list_open(anna.user_id)

    assert ben.post(f"/invites/{invite.invite_id}/revocation").status_code == 404
    assert anna.post(f"/invites/{invite.invite_id}/revocation").status_code == 303

    assert ben.get(link).status_code == 404
    assert ben.post(link + "/acceptance").status_code == 404
    assert not friends.are_friends(anna.user_id, ben.user_id)


def test_accepting_takes_four_calls_and_the_session(
    aws: Account, anna: Browser, ben: Browser
) -> None:
    link = create_link(anna)
    aws.calls.clear()

    ben.post(link + "/acceptance")

    assert aws.calls == {
        "BatchGetItem": 1,
        "GetItem": 1,
        "TransactWriteItems": 1,
        "Publish": 1,
        "DeleteItem": 1,
    }


def test_block_and_unblock(anna: Browser, ben: Browser) -> None:
    friends.befriend(anna.user_id, ben.user_id)

    anna.post(f"/friends/{ben.user_id}/block")
    assert not friends.are_friends(anna.user_id, ben.user_id)
    assert ben.post(create_link(anna) + "/acceptance").status_code == 404

    anna.post(f"/friends/{ben.user_id}/unblock")
    assert ben.post(create_link(anna) + "/acceptance").status_code == 303


def test_removing_a_stranger_is_not_found(anna: Browser, ben: Browser) -> None:
    assert anna.post(f"/friends/{ben.user_id}/removal").status_code == 404
