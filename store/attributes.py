"""Items in DynamoDB's typed form: {"S": "text"}, {"N": "1"}, {"L": []}, {"M": {}}, {"SS": []}.

boto3's own codec makes a Decimal of each number and looks for the method of each type by its name,
and importing boto3 for it costs ten milliseconds at every cold start.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def to_dynamo(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the item with typed values. Raises TypeError for what we do not store: fractions."""
    return {name: _typed(value) for name, value in item.items()}


def from_dynamo(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return the item with plain values."""
    return {name: _plain(value) for name, value in raw.items()}


def _typed(value: Any) -> dict[str, Any]:
    match value:
        case str():
            return {"S": value}
        case bool():  # before int, which it is too
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case None:
            return {"NULL": True}
        case list() | tuple():
            return {"L": [_typed(each) for each in value]}
        case Mapping():
            return {"M": to_dynamo(value)}
        case set() | frozenset():
            return {"SS": sorted(value)}
        case bytes():
            return {"B": value}
    raise TypeError(f"{type(value).__name__} is nothing that an item holds.")


def _plain(typed: Mapping[str, Any]) -> Any:
    ((kind, value),) = typed.items()
    match kind:
        case "N":
            return int(value)
        case "L":
            return [_plain(each) for each in value]
        case "M":
            return from_dynamo(value)
        case "SS":
            return set(value)
        case "NULL":
            return None
    return value  # "S", "BOOL", "B"
