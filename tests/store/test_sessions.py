from __future__ import annotations

import pytest

from store import clock, sessions
from store.clock import DAY
from tests.aws import Account


def later(monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    at = clock.now() + seconds
    monkeypatch.setattr(sessions, "now", lambda: at)


def test_table_knows_the_hash_only(aws: Account, anna: str) -> None:
    token, _ = sessions.start("identity", anna)

    assert sessions.check(token).user_id == anna
    assert token not in str(aws.items())


def test_unknown_token_is_nobody(anna: str) -> None:
    assert sessions.check("guess") is None


def test_check_is_one_call(aws: Account, anna: str) -> None:
    token, _ = sessions.start("identity", anna)
    aws.calls.clear()

    sessions.check(token)

    assert aws.calls == {"BatchGetItem": 1}


def test_unused_session_ends_after_seven_days(anna: str, monkeypatch: pytest.MonkeyPatch) -> None:
    token, _ = sessions.start("identity", anna)

    later(monkeypatch, 7 * DAY)

    assert sessions.check(token) is None


def test_used_session_ends_after_thirty_days(anna: str, monkeypatch: pytest.MonkeyPatch) -> None:
    token, _ = sessions.start("identity", anna)
    start = clock.now()
    for day in range(1, 30):
        monkeypatch.setattr(sessions, "now", lambda day=day: start + day * DAY)
        assert sessions.check(token), f"day {day}"

    monkeypatch.setattr(sessions, "now", lambda: start + 30 * DAY)

    assert sessions.check(token) is None


def test_signing_out_ends_this_one(anna: str) -> None:
    here, session = sessions.start("identity", anna)
    there, _ = sessions.start("identity", anna)

    sessions.end(session)

    assert sessions.check(here) is None
    assert sessions.check(there)


def test_signing_out_everywhere_ends_all_of_this_person(anna: str, ben: str) -> None:
    tokens = [sessions.start("identity", anna)[0] for _ in range(3)]
    other, _ = sessions.start("identity", ben)

    sessions.end_all(anna)

    assert [sessions.check(token) for token in tokens] == [None] * 3
    assert sessions.check(other)
