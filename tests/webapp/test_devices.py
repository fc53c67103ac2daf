from __future__ import annotations

import pytest

from store import devices
from tests.webapp.conftest import Browser

KEYS = {"p256dh": "B" * 87, "auth": "a" * 22}


def subscribe(browser: Browser, endpoint: object = "https://fcm.googleapis.com/x", keys=KEYS):
    return browser.post("/notifications/devices", json={"endpoint": endpoint, "keys": keys})


def test_a_browser_is_added_once_and_can_be_removed(anna: Browser, monkeypatch) -> None:
    monkeypatch.setenv("PUSH_KEY", "B" * 87)
    assert subscribe(anna).status_code == subscribe(anna).status_code == 204
    (device,) = devices.list_devices(anna.user_id)
    page = anna.get("/notifications/preferences").text
    assert f"/notifications/devices/{device.device_id}/removal" in page
    assert 'data-push="BBB' in page

    anna.post(f"/notifications/devices/{device.device_id}/removal")

    assert devices.list_devices(anna.user_id) == []


def test_nobody_removes_anothers_browser(anna: Browser, ben: Browser) -> None:
    subscribe(anna)
    (device,) = devices.list_devices(anna.user_id)

    ben.post(f"/notifications/devices/{device.device_id}/removal")

    assert devices.list_devices(anna.user_id) == [device]


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://169.254.169.254/latest/meta-data",
        "https://169.254.169.254/",
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://fcm.googleapis.com@evil.example/x",
        "https://evil.example/.push.services.mozilla.com",
        "https://evil.example#.push.apple.com",
        "https://x.push.apple.com:22/",
        "https://u@x.push.apple.com/",
        "https://[::1/",
        "file:///etc/passwd",
        "",
        None,
        7,
        "https://fcm.googleapis.com/" + "x" * 1000,
    ],
)
def test_our_functions_call_push_services_and_nothing_else(anna: Browser, endpoint) -> None:
    assert subscribe(anna, endpoint).status_code == 400
    assert devices.list_devices(anna.user_id) == []


@pytest.mark.parametrize("name", ["web.push.apple.com", "updates.push.services.mozilla.com"])
def test_every_browsers_push_service_is_known(anna: Browser, name: str) -> None:
    assert subscribe(anna, f"https://{name}/x").status_code == 204


@pytest.mark.parametrize(
    "keys", [{}, None, [], {"p256dh": "B", "auth": "a" * 22}, {**KEYS, "auth": "é" * 22}]
)
def test_keys_must_be_keys(anna: Browser, keys) -> None:
    assert subscribe(anna, keys=keys).status_code == 400


def test_of_too_many_the_oldest_go(anna: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(1, 99))
    monkeypatch.setattr(devices, "now", lambda: next(clock))

    for letter in "abcdefghijkl":
        subscribe(anna, f"https://fcm.googleapis.com/{letter}")

    endpoints = [device.endpoint[-1] for device in devices.list_devices(anna.user_id)]
    assert sorted(endpoints) == list("cdefghijkl")
