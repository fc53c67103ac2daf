"""botocore's descriptions of services, cut down to what we call: reading them is a good part of the
first request after a cold start.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from typing import Any

from botocore import xform_name

# Operations that botocore itself asks for: to sign a form, to find a bucket's region.
_ITS_OWN = {"s3": {"CreateBucket", "CreateSession", "HeadBucket"}}


def trim_service(description: bytes, words: set[str]) -> bytes:
    """Return a service-2.json.gz unpacked, without prose and without operations that nobody names.

    `words` are all words of the sources that call it: `get_item` keeps GetItem.
    """
    service = _without_prose(json.loads(gzip.decompress(description)))
    own = _ITS_OWN.get(service["metadata"]["endpointPrefix"], set())
    service["operations"] = {
        name: operation
        for name, operation in service["operations"].items()
        if xform_name(name) in words or name in own
    }
    needed: set[str] = set()
    open_ends = list(_shapes(service["operations"]))
    while open_ends:
        if (name := open_ends.pop()) not in needed:
            needed.add(name)
            open_ends += _shapes(service["shapes"][name])
    # Clients have a class for each error of the service, whether an operation names it or not.
    service["shapes"] = {
        name: shape
        for name, shape in service["shapes"].items()
        if name in needed or shape.get("exception")
    }
    return json.dumps(service).encode()


def trim_endpoints(endpoints: bytes, services: tuple[str, ...]) -> bytes:
    """Return endpoints.json with these services alone; the regions stay."""
    kept = {*services, "email"}  # what SES is called there
    found = json.loads(endpoints)
    for partition in found["partitions"]:
        partition["services"] = {
            name: service for name, service in partition["services"].items() if name in kept
        }
    return json.dumps(found).encode()


def _shapes(node: Any) -> Iterator[str]:
    """Yield the names of all shapes that a part of a description refers to."""
    if isinstance(node, dict):
        if isinstance(node.get("shape"), str):
            yield node["shape"]
        for value in node.values():
            yield from _shapes(value)
    elif isinstance(node, list):
        for value in node:
            yield from _shapes(value)


def _without_prose(node: Any) -> Any:
    if isinstance(node, dict):
        # Some of it is read, so it becomes empty; a member of that name is no text, and stays.
        return {
            key: "" if key == "documentation" and isinstance(value, str) else _without_prose(value)
            for key, value in node.items()
        }
    return [_without_prose(value) for value in node] if isinstance(node, list) else node
