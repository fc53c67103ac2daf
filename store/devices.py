"""Browsers that take pushes for a person (Web Push subscriptions)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from store import keys, table
from store.clock import as_datetime, now

LIMIT = 10  # devices a person
# The push services of the browsers there are. Whatever a browser says it subscribed to is called by
# us later, so anything else would let people have our functions call addresses of their choice.
SERVICES = (
    "https://fcm.googleapis.com,https://*.push.services.mozilla.com,"
    "https://*.notify.windows.com,https://*.push.apple.com"
)


@dataclass(frozen=True, slots=True)
class Device:
    """A subscription: where to post, and the browser's public key and secret in base64url."""

    device_id: str
    endpoint: str
    p256dh: str
    auth: str
    label: str
    created_at: datetime

    @classmethod
    def from_item(cls, item: table.Item) -> Device:
        created_at = as_datetime(item["created_at"])
        return cls(
            **{name: item[name] for name in cls.__slots__ if name != "created_at"},
            created_at=created_at,
        )


def is_push_service(endpoint: str) -> bool:
    """Say whether the address belongs to a push service that we know."""
    try:
        parts = urlsplit(endpoint)
        origin, host = f"{parts.scheme}://{parts.netloc}", parts.netloc
    except ValueError:
        return False
    for known in os.environ.get("PUSH_SERVICES", SERVICES).split(","):
        scheme, _, name = known.partition("://")
        if origin == known:
            return True
        if name.startswith("*.") and parts.scheme == scheme and host.endswith(name[1:]):
            return "@" not in host and ":" not in host
    return False


def add(user_id: str, *, endpoint: str, p256dh: str, auth: str, label: str) -> None:
    """Note the browser; of more than LIMIT the oldest are dropped."""
    device_id = keys.fingerprint(endpoint)[:32]
    item = {
        **keys.device(user_id, device_id).primary,
        "device_id": device_id,
        "endpoint": endpoint,
        "p256dh": p256dh,
        "auth": auth,
        "label": label,
        "created_at": now(),
    }
    table.write(table.put(item))
    others = [each for each in list_devices(user_id) if each.device_id != device_id]
    too_many = max(0, len(others) + 1 - LIMIT)
    for oldest in sorted(others, key=lambda each: each.created_at)[:too_many]:
        remove(user_id, oldest.device_id)


def list_devices(user_id: str) -> list[Device]:
    """Return the person's browsers, in one call."""
    page = table.query(*keys.all_of(keys.device, user_id), limit=2 * LIMIT)
    return [Device.from_item(item) for item in page.items]


def remove(user_id: str, device_id: str) -> None:
    """Forget a browser; one that is not there is no error."""
    table.write(table.delete(keys.device(user_id, device_id)))


def remove_all(user_id: str) -> None:
    """Forget every browser of the person."""
    found = list_devices(user_id)
    table.write_many(deletes=[keys.device(user_id, device.device_id) for device in found])
