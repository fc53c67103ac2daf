"""The table: what is in the way of a write for a moment, and lists longer than a page."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from store import keys, table, users
from store.aws import client
from store.errors import Conflict


def error(code: str, *reasons: str) -> ClientError:
    answer: Any = {
        "Error": {"Code": code},
        "CancellationReasons": [{"Code": reason} for reason in reasons],
    }
    make = client("dynamodb").exceptions.from_code(code)
    return make(answer, "Write")


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch):
    """Has calls of that name fail so many times before they go through."""

    def fail(name: str, failure: ClientError, times: int) -> None:
        real, left = getattr(client("dynamodb"), name), [failure] * times

        def call(**arguments: Any) -> Any:
            if left:
                raise left.pop()
            return real(**arguments)

        monkeypatch.setattr(client("dynamodb"), name, call)

    monkeypatch.setattr(table.time, "sleep", lambda seconds: None)
    return fail


def test_a_write_waits_for_another_transaction_to_end(busy: Any, anna: str) -> None:
    busy("update_item", error("TransactionConflictException"), 2)

    table.write(table.update(keys.user(anna), set_={"name": "Ann"}))

    assert users.get(anna).name == "Ann"


@pytest.mark.parametrize("reason", ["TransactionConflict", "ThrottlingError"])
def test_a_transaction_waits_for_another_one_to_end(busy: Any, anna: str, reason: str) -> None:
    busy("transact_write_items", error("TransactionCanceledException", "None", reason), 2)

    table.transact([table.update(keys.user(anna), set_={"name": "Ann"})])

    assert users.get(anna).name == "Ann"


def test_what_never_ends_is_an_error(busy: Any, anna: str) -> None:
    busy("update_item", error("TransactionConflictException"), 99)

    with pytest.raises(ClientError):
        table.write(table.update(keys.user(anna), set_={"name": "Ann"}))


def test_a_condition_that_does_not_hold_is_not_tried_again(busy: Any, anna: str) -> None:
    failed = error("TransactionCanceledException", "ConditionalCheckFailed", "TransactionConflict")
    busy("transact_write_items", failed, 1)

    with pytest.raises(Conflict) as caught:
        table.transact([table.update(keys.user(anna), set_={"name": "Ann"})])

    assert caught.value.failed == (0,)


def test_all_items_are_read_however_many(monkeypatch: pytest.MonkeyPatch, anna: str) -> None:
    monkeypatch.setattr(table, "QUERIED_AT_ONCE", 2)
    wanted = [keys.circle_member("CIRCLE", str(n)) for n in range(5)]
    table.write_many(puts=[key.primary for key in wanted])

    found = table.query_all(*keys.all_of(keys.circle_member, "CIRCLE"))

    assert [item["SK"] for item in found] == ["0", "1", "2", "3", "4"]


@pytest.fixture
def stingy(monkeypatch: pytest.MonkeyPatch):
    """Has batch calls of that name do one thing at a time and leave the rest, as under load."""

    def leave(name: str, rest: str) -> None:
        real = getattr(client("dynamodb"), name)

        def call(RequestItems: dict[str, Any]) -> Any:
            ((where, wanted),) = RequestItems.items()
            is_read = isinstance(wanted, dict)
            first, *later = wanted["Keys"] if is_read else wanted

            def some(these: list[Any]) -> Any:
                return {where: {**wanted, "Keys": these} if is_read else these}

            return real(RequestItems=some([first])) | ({rest: some(later)} if later else {})

        monkeypatch.setattr(client("dynamodb"), name, call)

    monkeypatch.setattr(table.time, "sleep", lambda seconds: None)
    return leave


def test_what_a_batch_left_over_is_asked_for_again(stingy: Any) -> None:
    stingy("batch_write_item", "UnprocessedItems")
    stingy("batch_get_item", "UnprocessedKeys")
    wanted = [keys.circle_member("CIRCLE", str(n)) for n in range(5)]

    table.write_many(puts=[key.primary for key in wanted])
    assert set(table.get_many(wanted)) == set(wanted)
    table.write_many(deletes=wanted)
    assert table.get_many(wanted) == {}


def test_a_batch_that_leaves_something_over_and_over_is_an_error(stingy: Any) -> None:
    stingy("batch_get_item", "UnprocessedKeys")

    with pytest.raises(TimeoutError, match="1 requests"):
        table.get_many(keys.circle_member("CIRCLE", str(n)) for n in range(table.ATTEMPTS + 1))
