"""News in a real browser: the count, the bar, a push in the service worker, a mail's way out."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.person import PHONE, Person
from tests.stack import Stack
from tests.visitor import Visitor
from tests.waiting import eventually

pytestmark = pytest.mark.browser

# A browser that cannot reach its maker's push service gets its subscription from the stand-in.
SUBSCRIBE = """
PushManager.prototype.subscribe = async (options) => {
  const { userVisibleOnly, applicationServerKey } = options;
  if (!userVisibleOnly || applicationServerKey.length !== 87) throw new Error("no key");
  const given = await (await fetch("/local/push/new", { method: "POST" })).json();
  return { toJSON: () => given };
};
"""


MANY = {"unread": 150, "photos": ""}
# Looks for news at once, and remembers how many ms it was to wait for each. After twelve of them
# somebody turns to another tab.
IMPATIENT = """
const { setTimeout: later } = window;
const pauses = window.pauses = [];
Object.defineProperty(document, "hidden", { get: () => pauses.length > 12 });
window.setTimeout = (act, pause, ...more) => {
  if (act.name !== "ask") return later(act, pause, ...more);
  if (pauses.push(pause) < 20) return later(act, 0);
};
"""


def befriended(stack: Stack, name: str, reader: Person) -> Visitor:
    """Return somebody new who is the reader's friend."""
    friend = Visitor(stack.url)
    friend.sign_in(f"{name}.{secrets.token_hex(6)}@people.example", name)
    token = reader.create_invite().rpartition("/")[2]
    friend.post(f"/invites/{token}/acceptance")
    reader.open("/feed")
    return friend


def test_a_friends_photo_rings_the_bell_and_raises_the_bar(
    somebody: Callable[..., Person], stack: Stack, picture: Callable[[], bytes]
) -> None:
    ben = somebody("Ben")
    ben.context.add_init_script(
        "navigator.setAppBadge = async (count) => { window.badge = count; }"
    )
    anna = befriended(stack, "Anna", ben)
    bell = ben.page.get_by_role("link", name="Notifications")
    bar = ben.page.get_by_role("link", name="1 new photo")
    expect(bar).to_be_hidden()

    anna.wait_until_ready(anna.upload(picture()))

    expect(bell).to_have_accessible_name(re.compile("2"), timeout=30_000)
    assert ben.page.evaluate("badge") == 2  # on the app's icon
    expect(bar).to_be_visible()
    bar.click()
    expect(ben.page.locator("article")).to_have_count(1)
    bell.click()
    ben.page.get_by_role("link", name="Anna added a photo").click()
    expect(ben.page).to_have_url(re.compile("/photos/"))
    expect(bell).to_have_accessible_name(re.compile("1"))

    ben.context.add_init_script(IMPATIENT)
    ben.page.route("**/notifications/news*", lambda it: it.fulfill(json=MANY))
    ben.page.reload()
    expect(bell).to_have_accessible_name(re.compile(r"99\+"))
    pauses = ben.page.wait_for_function("() => pauses.length === 20 && pauses").json_value()
    assert pauses[:4] == [5000, 5000, 7500, 11250]  # they grow while nothing new happens
    assert (max(pauses[:12]), max(pauses)) == (60_000, 600_000)


def test_somebody_muted_is_seen_and_not_heard(
    somebody: Callable[..., Person], stack: Stack, picture: Callable[[], bytes]
) -> None:
    ben = somebody("Ben")
    anna = befriended(stack, "Anna", ben)
    accepted = ben.page.get_by_text("Anna accepted your invite")
    eventually(lambda: ben.open("/notifications") and accepted.count())
    ben.open_menu()
    ben.page.get_by_role("button", name="Mute", exact=True).click()
    ben.page.get_by_role("dialog").get_by_role("button", name="Mute").click()
    muted = ben.page.get_by_role("region", name="Muted").get_by_role("listitem")
    expect(muted).to_contain_text("Anna")

    anna.wait_until_ready(anna.upload(picture()))

    ben.wait_for_photos(1)
    ben.open("/notifications")
    expect(accepted).to_be_visible()
    expect(ben.page.get_by_text("Anna added a photo")).to_have_count(0)

    ben.open("/notifications/preferences")
    muted.get_by_role("button", name="Unmute").click()
    expect(muted).to_have_count(0)


@pytest.mark.chromium("its driver reaches the service worker in Chromium only")
def test_a_push_is_shown_by_the_service_worker_and_leads_to_the_photo(
    whole_browser: Browser, stack: Stack, picture: Callable[[], bytes]
) -> None:
    ben = Person(whole_browser, stack.url, PHONE)
    ben.sign_in(f"ben.{secrets.token_hex(6)}@people.example", "Ben")
    anna = befriended(stack, "Anna", ben)
    ben.context.grant_permissions(["notifications"], origin=stack.url)
    ben.page.add_init_script(SUBSCRIBE)
    ben.page.goto(f"{stack.url}/notifications/preferences")
    assert ben.page.evaluate("Notification.permission") == "granted"
    ben.page.get_by_role("button", name="Turn on for this device").click()
    expect(ben.page.get_by_role("button", name="Turn off")).to_be_visible()

    photo_id = anna.upload(picture())
    anna.wait_until_ready(photo_id)
    pushed = eventually(lambda: push_saying(stack, "Anna added a photo"), 60)

    shown = deliver(ben, pushed)

    assert [each["title"] for each in shown] == ["Anna added a photo"]
    followed = click_notification(ben)
    assert len(followed) == 1
    ben.page.goto(followed[0])
    expect(ben.page).to_have_url(f"{stack.url}/photos/{photo_id}")
    assert ben.complaints == []


def click_notification(person: Person) -> list[str]:
    """Click the notification that is shown; return what the service worker opens.

    Only a real click may open a window, so that the address is taken down instead.
    """
    opened: list[str] = person.context.service_workers[0].evaluate(
        """async () => {
          const opened = [];
          clients.openWindow = async (url) => opened.push(url);
          const [notification] = await registration.getNotifications();
          dispatchEvent(new NotificationEvent("notificationclick", { notification }));
          return opened;
        }"""
    )
    assert notifications(person) == []
    return opened


@pytest.mark.chromium("its driver reaches the service worker in Chromium only")
def test_a_subscription_that_the_browser_changed_is_told_to_the_site(
    somebody: Callable[..., Person], stack: Stack
) -> None:
    ben = somebody("Ben")
    ben.page.add_init_script(SUBSCRIBE)
    ben.context.grant_permissions(["notifications"], origin=stack.url)
    ben.page.goto(f"{stack.url}/notifications/preferences")
    ben.page.get_by_role("button", name="Turn on for this device").click()
    turn_off = ben.page.get_by_role("button", name="Turn off")
    expect(turn_off).to_have_count(1)

    worker = eventually(lambda: ben.context.service_workers)[0]
    worker.evaluate(SUBSCRIBE + 'dispatchEvent(new Event("pushsubscriptionchange"))')

    def listed() -> int:
        ben.page.reload()
        return turn_off.count()

    assert eventually(lambda: listed() == 2)


def push_saying(stack: Stack, title: str) -> str | None:
    """Return the body of a push of that title, once there is one that the stand-in could read."""
    for file in sorted((stack.folder / "outbox").glob("*.push")):
        message = json.loads(file.read_text())["message"]
        if message["title"] == title:
            return json.dumps(message)
    return None


def deliver(person: Person, message: str) -> list[dict[str, Any]]:
    """Hand a pushed message to the service worker as the browser does, over its debugger.

    Return the notifications that it shows. A worker that is just waking up loses the message, and
    one that is shown already is replaced, so it is handed over until it shows.
    """
    session = person.context.new_cdp_session(person.page)
    found: list[dict[str, Any]] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(event["registrations"]),
    )
    session.send("ServiceWorker.enable")
    origin = person.page.url.split("/notifications")[0]

    def shown() -> list[dict[str, Any]]:
        before = notifications(person)
        for each in found:
            if each["scopeURL"] == f"{origin}/" and not each["isDeleted"] and not before:
                push = {"origin": origin, "registrationId": each["registrationId"], "data": message}
                session.send("ServiceWorker.deliverPushMessage", push)
        return before

    return eventually(shown, 40)


def notifications(person: Person) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = person.page.evaluate(
        """async () => {
          const registration = await navigator.serviceWorker.ready;
          const shown = await registration.getNotifications();
          return shown.map(({ title, data, tag }) => ({ title, data, tag }));
        }"""
    )
    return found


def test_mail_comes_and_is_stopped_from_the_mail(
    somebody: Callable[..., Person], stack: Stack, picture: Callable[[], bytes]
) -> None:
    email = f"carla.{secrets.token_hex(6)}@people.example"
    carla = somebody()
    carla.sign_in(email, "Carla")
    anna = befriended(stack, "Anna", carla)
    carla.page.goto(f"{stack.url}/notifications/preferences")
    carla.page.get_by_label("E-mail", exact=True).select_option("As it happens, grouped")
    carla.page.get_by_role("button", name="Save").click()
    carla.fill_in_sign_in(email, "")
    expect(carla.page.get_by_text("It goes to")).to_be_visible()

    anna.wait_until_ready(anna.upload(picture()))
    mailed = eventually(lambda: mail_to(stack, email), 60)

    carla.page.goto(mailed["List-Unsubscribe"].strip("<>"))
    carla.page.get_by_role("button", name="Stop these e-mails").click()
    expect(carla.page.get_by_role("heading", name="No more e-mails")).to_be_visible()
    carla.page.goto(f"{stack.url}/notifications/preferences")
    expect(carla.page.get_by_label("E-mail", exact=True)).to_have_value("off")


def mail_to(stack: Stack, email: str) -> Any:
    for file in sorted((stack.folder / "outbox").glob("*.eml")):
        message = message_from_bytes(file.read_bytes(), policy=default)
        if message["To"] == email:
            return message
    return None


@pytest.mark.chromium("Firefox tells of what a mail's own policy blocks")
def test_the_outbox_shows_what_left(
    somebody: Callable[..., Person], stack: Stack, picture: Callable[[], bytes]
) -> None:
    anyone = somebody()
    anyone.page.goto(f"{stack.url}/local/outbox")
    expect(anyone.page.get_by_role("heading", name="Outbox")).to_be_visible()
