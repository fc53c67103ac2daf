"""S3's rules for browser uploads with POST, written from AWS's documentation and nothing else.

Sources: "Authenticating Requests in Browser-Based Uploads Using POST (AWS Signature Version 4)",
"POST Policy" and "POST Object" in the Amazon S3 API Reference. It shares no code with the product
or with any stand-in, so that a rule which both forget would still be missed here.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

# "Each form field that you specify in a form (except x-amz-signature, file, policy, and field names
# that have an x-ignore- prefix) must appear in the list of conditions."
NEEDS_NO_CONDITION = {"x-amz-signature", "file", "policy"}


class Refused(Exception):
    """What S3 would answer."""

    def __init__(self, status: int, code: str, why: str) -> None:
        super().__init__(f"{status} {code}: {why}")
        self.status = status
        self.code = code


def check(bucket: str, fields: Mapping[str, str], body: bytes, secrets: Mapping[str, str]) -> None:
    """Raise Refused unless S3 would store `body` in `bucket` for a form with these fields.

    `secrets` are the known secret keys by access key.
    """
    form = {name.lower(): value for name, value in fields.items()}
    if "policy" not in form:
        raise Refused(403, "AccessDenied", "an anonymous post")
    _check_signature(form, secrets)
    policy = json.loads(base64.b64decode(form["policy"]))
    _check_expiration(policy["expiration"])
    _check_conditions(policy["conditions"], form | {"bucket": bucket}, len(body))
    _check_checksum(form, body)


def _check_signature(form: Mapping[str, str], secrets: Mapping[str, str]) -> None:
    if form.get("x-amz-algorithm") != "AWS4-HMAC-SHA256":
        raise Refused(400, "InvalidArgument", "no Signature Version 4")
    access_key, day, region, service, end = form["x-amz-credential"].split("/")
    if access_key not in secrets:
        raise Refused(403, "InvalidAccessKeyId", access_key)
    if (service, end) != ("s3", "aws4_request") or not form["x-amz-date"].startswith(day):
        raise Refused(400, "InvalidArgument", "a credential of another scope")
    key = f"AWS4{secrets[access_key]}".encode()
    for part in (day, region, service, end):
        key = hmac.digest(key, part.encode(), hashlib.sha256)
    expected = hmac.digest(key, form["policy"].encode(), hashlib.sha256).hex()
    if not hmac.compare_digest(expected, form.get("x-amz-signature", "")):
        raise Refused(403, "SignatureDoesNotMatch", "signed otherwise")


def _check_expiration(expiration: str) -> None:
    if datetime.fromisoformat(expiration) <= datetime.now(UTC):
        raise Refused(403, "AccessDenied", "the policy has expired")


def _check_conditions(conditions: list[Any], form: Mapping[str, str], size: int) -> None:
    covered = set(NEEDS_NO_CONDITION) | {"bucket"}
    for condition in conditions:
        if isinstance(condition, dict):  # {"name": "value"} is short for ["eq", "$name", "value"]
            ((name, value),) = condition.items()
            condition = ["eq", f"${name}", value]
        kind = condition[0].lower()
        if kind == "content-length-range":
            _, smallest, largest = condition
            if size < int(smallest):
                raise Refused(400, "EntityTooSmall", f"{size} bytes")
            if size > int(largest):
                raise Refused(400, "EntityTooLarge", f"{size} bytes")
            continue
        name, wanted = condition[1].removeprefix("$").lower(), condition[2]
        value = form.get(name, "")
        covered.add(name)
        if not (value == wanted if kind == "eq" else value.startswith(wanted)):
            raise Refused(403, "AccessDenied", f"{name} is {value!r}")
        if name not in form:
            raise Refused(403, "AccessDenied", f"{name} is missing")
    for name in form:
        if name not in covered and not name.startswith("x-ignore-"):
            raise Refused(403, "AccessDenied", f"{name} stands in no condition")


def _check_checksum(form: Mapping[str, str], body: bytes) -> None:
    wanted = form.get("x-amz-checksum-sha256")
    if wanted is not None and base64.b64encode(hashlib.sha256(body).digest()).decode() != wanted:
        raise Refused(400, "BadDigest", "other bytes than were promised")
