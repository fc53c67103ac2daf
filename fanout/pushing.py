"""Pushes: a line and where it leads, encrypted for each of a person's browsers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from fanout import channels, webpush
from store import devices, sent, wording
from store.aws import variable
from store.devices import Device
from store.notices import Notice
from store.preferences import PUSH, Preferences

AT_ONCE = 5


def handle(message: dict[str, Any]) -> None:
    """Push a bundle to those of its people who have a browser for it."""
    channels.deliver(message, PUSH, push, lambda chosen: True)


def push(chosen: Preferences, notice: Notice) -> None:
    """Push the notice to each of the person's browsers, once each, at the same time.

    Raises the first error; the others are sent all the same.
    """
    found = devices.list_devices(chosen.user_id)
    message = {
        "title": wording.sentence(notice, chosen.language),
        "url": f"{variable('PUBLIC_URL')}/notifications/{notice.bundle_id}",
        "tag": notice.bundle_id,
    }
    with ThreadPoolExecutor(AT_ONCE) as pool:
        attempts = [
            pool.submit(partial(_push_to, device, chosen.user_id, message)) for device in found
        ]
    for attempt in attempts:
        attempt.result()


def _push_to(device: Device, user_id: str, message: dict[str, str]) -> None:
    with sent.once(user_id, message["tag"], f"push#{device.device_id}") as mine:
        if not mine:
            return
        try:
            webpush.send(device, message, subject=variable("PUBLIC_URL"), topic=message["tag"])
        except webpush.Gone:
            devices.remove(user_id, device.device_id)
