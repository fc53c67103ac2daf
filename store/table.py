"""The one table: reading, writing and paging, and the one place that knows ClientError.

Items are plain dicts of str, int, bool, list and dict; DynamoDB's typed form stays in here.
"""

from __future__ import annotations

import contextlib
import random
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Generic, TypeVar

from store.aws import client, variable
from store.errors import Conflict, NotFound
from store.keys import Key

Item = dict[str, Any]
Operation = dict[str, dict[str, Any]]
T = TypeVar("T")

INDEX = "GSI1"
BATCH_READ = 100  # BatchGetItem's limit of keys a call
QUERIED_AT_ONCE = 1000
BATCH_WRITE = 25  # BatchWriteItem's limit of requests a call
ATTEMPTS = 6
RETRIES = 7
# Reasons why a transaction was cancelled that are over in a moment: another one on the same item,
# or a burst. botocore tries none of them again.
IN_THE_WAY = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of a longer list. `cursor` is the sort key to go on from, None at the end."""

    items: list[T]
    cursor: str | None = None


def get(key: Key) -> Item | None:
    """Return the item as of now (a strongly consistent read), or None."""
    answer = client("dynamodb").get_item(
        TableName=variable("TABLE_NAME"), Key=_key(key), ConsistentRead=True
    )
    return _from_dynamo(answer["Item"]) if "Item" in answer else None


def get_many(keys: Iterable[Key], *, known: Mapping[Key, Item] | None = None) -> dict[Key, Item]:
    """Return the items that exist, by key, as of now: one call for each hundred different keys.

    What this request has read before, `known`, is not read again.
    """
    wanted_keys = dict.fromkeys(keys)
    found = {key: item for key, item in (known or {}).items() if key in wanted_keys}
    table = variable("TABLE_NAME")
    for chunk in chunks((key for key in wanted_keys if key not in found), BATCH_READ):
        wanted: list[dict[str, Any]] = [_key(key) for key in chunk]

        def read(wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
            answer = client("dynamodb").batch_get_item(
                RequestItems={table: {"Keys": wanted, "ConsistentRead": True}}
            )
            for raw in answer["Responses"].get(table, []):
                item = _from_dynamo(raw)
                found[Key.of(item)] = item
            unprocessed = answer.get("UnprocessedKeys", {}).get(table)
            return list(unprocessed["Keys"]) if unprocessed else []

        _until_processed(read, wanted)
    return found


def query(
    pk: str,
    prefix: str = "",
    *,
    limit: int,
    before: str | None = None,
    after: str | None = None,
    index: bool = False,
    newest_first: bool = False,
) -> Page[Item]:
    """Return up to `limit` items of one partition by sort key, in one call.

    `prefix` keeps to sort keys that begin so; `keys.all_of` gives both. `before` and `after` are
    exclusive cursors, each for its direction of reading. A query of the index is eventually
    consistent.
    """
    sort_key = "GSI1SK" if index else "SK"
    conditions = ["GSI1PK = :pk" if index else "PK = :pk"]
    values = {":pk": pk}
    if before is not None:
        conditions.append(f"{sort_key} < :before")
        values[":before"] = before
    elif after is not None:
        # A sort key takes one condition only: "\uffff" sorts after every character that we use.
        conditions.append(f"{sort_key} BETWEEN :after AND :end")
        values |= {":after": after + "\x00", ":end": prefix + "\uffff"}
    elif prefix:
        conditions.append(f"begins_with({sort_key}, :prefix)")
        values[":prefix"] = prefix
    arguments: dict[str, Any] = {"IndexName": INDEX} if index else {"ConsistentRead": True}
    answer = client("dynamodb").query(
        TableName=variable("TABLE_NAME"),
        KeyConditionExpression=" AND ".join(conditions),
        ExpressionAttributeValues=_to_dynamo(values),
        Limit=limit,
        ScanIndexForward=not newest_first,
        **arguments,
    )
    items = [_from_dynamo(raw) for raw in answer["Items"]]
    return Page(items, items[-1][sort_key] if items and "LastEvaluatedKey" in answer else None)


def query_all(pk: str, prefix: str = "", *, index: bool = False) -> Iterator[Item]:
    """Yield all items of one partition by sort key: a call for each QUERIED_AT_ONCE, if they fit
    into the megabyte that a call reads."""
    after: str | None = None
    while True:
        page = query(pk, prefix, after=after, limit=QUERIED_AT_ONCE, index=index)
        yield from page.items
        if page.cursor is None:
            return
        after = page.cursor


def query_range(
    pk: str,
    *,
    low: str,
    high: str,
    limit: int,
    containing: Iterable[str] = (),
    either: bool = False,
    index: bool = False,
) -> Page[Item]:
    """Look at up to `limit` items of one partition from `high` down to `low`, in one call.

    Return those whose attribute `terms` holds every string of `containing`, or with `either` one
    of them: fewer than were looked at, or none. The cursor says how far down this was, None at the
    end.
    """
    values = {":pk": pk, ":low": low, ":high": high}
    values |= {f":term{n}": string for n, string in enumerate(containing)}
    conditions = [f"contains(terms, {name})" for name in values if name.startswith(":term")]
    expression = (" OR " if either else " AND ").join(conditions)
    arguments: dict[str, Any] = {"FilterExpression": expression} if conditions else {}
    arguments |= {"IndexName": INDEX} if index else {}
    partition, sort_key = ("GSI1PK", "GSI1SK") if index else ("PK", "SK")
    answer = client("dynamodb").query(
        TableName=variable("TABLE_NAME"),
        KeyConditionExpression=f"{partition} = :pk AND {sort_key} BETWEEN :low AND :high",
        ExpressionAttributeValues=_to_dynamo(values),
        Limit=limit,
        ScanIndexForward=False,
        **arguments,
    )
    last = answer.get("LastEvaluatedKey")
    items = [_from_dynamo(raw) for raw in answer["Items"]]
    return Page(items, last[sort_key]["S"] if last else None)


def put(item: Item, *, condition: str = "", values: Mapping[str, Any] | None = None) -> Operation:
    """Describe the writing of a whole item. In conditions `#name` stands for the attribute name."""
    return {"Put": {"Item": _to_dynamo(item), **_conditional(condition, values or {})}}


def update(
    key: Key,
    *,
    set_: Mapping[str, Any] | None = None,
    add: Mapping[str, int | set[str]] | None = None,
    discard: Mapping[str, set[str]] | None = None,
    remove: Iterable[str] = (),
    condition: str = "",
    values: Mapping[str, Any] | None = None,
) -> Operation:
    """Describe a change of some attributes: set, add a number or to a set, discard from a set,
    remove."""
    clauses, set_, add, discard = [], set_ or {}, add or {}, discard or {}
    if set_:
        clauses.append("SET " + ", ".join(f"#{name} = :{name}" for name in set_))
    if add:
        clauses.append("ADD " + ", ".join(f"#{name} :{name}" for name in add))
    if discard:
        clauses.append("DELETE " + ", ".join(f"#{name} :{name}" for name in discard))
    if remove := list(remove):
        clauses.append("REMOVE " + ", ".join(f"#{name}" for name in remove))
    changed = {f":{name}": value for name, value in {**set_, **add, **discard}.items()}
    expression = " ".join(clauses)
    return {
        "Update": {
            "Key": _key(key),
            "UpdateExpression": expression,
            **_conditional(condition, {**changed, **(values or {})}, expression),
        }
    }


def delete(key: Key, *, condition: str = "", values: Mapping[str, Any] | None = None) -> Operation:
    """Describe the removal of an item; one that is not there is no error without a condition."""
    return {"Delete": {"Key": _key(key), **_conditional(condition, values or {})}}


def check(key: Key, *, condition: str, values: Mapping[str, Any] | None = None) -> Operation:
    """Describe a condition on an item that a transaction does not change."""
    return {"ConditionCheck": {"Key": _key(key), **_conditional(condition, values or {})}}


def write(operation: Operation) -> None:
    """Do one operation. Raises Conflict if its condition does not hold."""
    ((kind, arguments),) = operation.items()
    dynamodb, table = client("dynamodb"), variable("TABLE_NAME")
    call: dict[str, Callable[..., object]] = {
        "Put": dynamodb.put_item,
        "Update": dynamodb.update_item,
        "Delete": dynamodb.delete_item,
    }
    for attempt in range(ATTEMPTS):
        try:
            call[kind](TableName=table, **arguments)
            return
        except dynamodb.exceptions.ConditionalCheckFailedException:
            raise Conflict((0,)) from None
        except dynamodb.exceptions.TransactionConflictException:  # as IN_THE_WAY
            if attempt == ATTEMPTS - 1:
                raise
            _back_off(attempt)


@contextmanager
def must_exist(what: str = "") -> Iterator[None]:
    """Turn Conflict into NotFound, where the conditions say what must be there, and be theirs."""
    try:
        yield
    except Conflict:
        raise NotFound(what) from None


def write_existing(operation: Operation) -> None:
    """Do one operation whose condition says what must be there. Raises NotFound."""
    with must_exist():
        write(operation)


def transact(operations: list[Operation]) -> None:
    """Do all operations (at most 100, each on its own item) or none.

    Raises Conflict with the positions of those whose condition does not hold.
    """
    dynamodb, table = client("dynamodb"), variable("TABLE_NAME")
    items: Any = [
        {kind: {"TableName": table, **arguments}}
        for operation in operations
        for kind, arguments in operation.items()
    ]
    for attempt in range(ATTEMPTS):
        try:
            dynamodb.transact_write_items(TransactItems=items)
            return
        except dynamodb.exceptions.TransactionCanceledException as error:
            codes = [reason.get("Code") for reason in error.response["CancellationReasons"]]
            failed = tuple(n for n, code in enumerate(codes) if code == "ConditionalCheckFailed")
            if failed:
                raise Conflict(failed) from None
            if IN_THE_WAY.isdisjoint(codes) or attempt == ATTEMPTS - 1:
                raise
            _back_off(attempt)


def retry_on_conflict(act: Callable[[], T]) -> T:
    """Do what reads, and writes on condition that this has not changed since; again if it has.

    Raises Conflict if that goes on.
    """
    for _ in range(RETRIES):
        with contextlib.suppress(Conflict):
            return act()
    return act()


def write_many(puts: Iterable[Item] = (), deletes: Iterable[Key] = ()) -> None:
    """Write and remove items without conditions, not as one: a call for each twenty-five."""
    requests: list[Any] = [{"PutRequest": {"Item": _to_dynamo(item)}} for item in puts]
    requests += [{"DeleteRequest": {"Key": _key(key)}} for key in deletes]
    table = variable("TABLE_NAME")

    def write_some(some: list[Any]) -> list[Any]:
        answer = client("dynamodb").batch_write_item(RequestItems={table: some})
        return list(answer.get("UnprocessedItems", {}).get(table, []))

    for chunk in chunks(requests, BATCH_WRITE):
        _until_processed(write_some, chunk)


def _until_processed(call: Callable[[list[Any]], list[Any]], wanted: list[Any]) -> None:
    """Repeat a batch call for what DynamoDB left over, waiting longer each time."""
    for attempt in range(ATTEMPTS):
        wanted = call(wanted)
        if not wanted:
            return
        _back_off(attempt)
    raise TimeoutError(f"DynamoDB left {len(wanted)} requests of a batch unprocessed")


def _back_off(attempt: int) -> None:
    time.sleep(random.uniform(0, 0.05 * 2**attempt))


def chunks(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield the values in lists of at most `size`."""
    rest = list(values)
    return (rest[start : start + size] for start in range(0, len(rest), size))


def _conditional(condition: str, values: Mapping[str, Any], *others: str) -> dict[str, Any]:
    """Return the expression arguments; attribute names are read off the expressions themselves."""
    arguments: dict[str, Any] = {"ConditionExpression": condition} if condition else {}
    names = {
        name for expression in (condition, *others) for name in re.findall(r"#\w+", expression)
    }
    if names:
        arguments["ExpressionAttributeNames"] = {name: name[1:] for name in names}
    if values:
        arguments["ExpressionAttributeValues"] = _to_dynamo(values)
    return arguments


def _key(key: Key) -> dict[str, Any]:
    return {"PK": {"S": key.pk}, "SK": {"S": key.sk}}


def _to_dynamo(item: Mapping[str, Any]) -> dict[str, Any]:
    serialize = _types().TypeSerializer().serialize
    return {name: serialize(value) for name, value in item.items()}


def _from_dynamo(raw: Mapping[str, Any]) -> Item:
    deserialize = _types().TypeDeserializer().deserialize
    return {name: _plain(deserialize(value)) for name, value in raw.items()}


def _plain(value: Any) -> Any:
    """Turn the Decimals of DynamoDB's numbers back into ints (we store no fractions)."""
    if isinstance(value, Decimal):
        return int(value)
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return value


@cache
def _types() -> Any:
    """Return boto3's type codec, imported late like boto3 itself."""
    import boto3.dynamodb.types

    return boto3.dynamodb.types
