"""Pushes and e-mails from the event to the wire, and what happens when something is down."""

from __future__ import annotations

import json
from email import message_from_bytes
from email.policy import default
from random import Random
from typing import Any

import pytest

from fanout import webpush
from fanout.handler import handler
from store import bundles, devices, friends, keys, mail, notices, photos, preferences, sent
from store.ids import new_id
from tests.aws import Account
from tests.fanout.clock import Clock
from tests.people import make_friends, person, ready_photo

ARN = "arn:aws:sqs:eu-central-1:123456789012:contact-sheet-production-"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


class Wire:
    """What went out: mails as parsed messages, pushes as (device, message)."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.mails: list[Any] = []
        self.pushes: list[tuple[str, dict[str, str]]] = []
        self.faults: list[Exception] = []
        monkeypatch.setattr(mail, "send", self._send_mail)
        monkeypatch.setattr(webpush, "send", self._send_push)

    def _send_mail(self, raw: bytes, **_: str) -> None:
        self._fail()
        self.mails.append(message_from_bytes(raw, policy=default))

    def _send_push(self, device: Any, message: dict[str, str], **_: str) -> None:
        self._fail()
        self.pushes.append((device.endpoint, message))

    def _fail(self) -> None:
        if self.faults:
            raise self.faults.pop()


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    return Wire(monkeypatch)


@pytest.fixture
def news(anna: str, ben: str) -> tuple[str, str]:
    """Two friends; Ben takes pushes on a phone, and mail as it happens."""
    make_friends(anna, ben)
    take_everything(ben)
    return anna, ben


def take_everything(user_id: str, mail_mode: str = "each", **quiet: str) -> None:
    preferences.save(
        user_id,
        off=set(),
        mail=mail_mode,
        quiet=(quiet.get("start", ""), quiet.get("end", "")),
        zone="UTC",
        language="en",
    )
    preferences.set_address(user_id, f"{user_id.lower()}@people.example")
    add_device(user_id, "phone")


def add_device(user_id: str, name: str) -> None:
    endpoint = f"https://fcm.googleapis.com/{user_id}/{name}"
    devices.add(user_id, endpoint=endpoint, p256dh="B" * 87, auth="a" * 22, label=name)


def run(queue: str, *messages: dict[str, Any]) -> list[str]:
    """Hand messages to the function as its mapping does; return the ids of what comes again."""
    records = [
        {"messageId": str(n), "body": json.dumps(message), "eventSourceARN": ARN + queue}
        for n, message in enumerate(messages)
    ]
    answer = handler({"Records": records}, None)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def tell(aws: Account) -> None:
    """Let the in-app channel work off what happened."""
    while waiting := aws.events():
        assert run("fanout", *waiting) == []


def flush(aws: Account, clock: Clock, *queues: str) -> None:
    """Let the window close, and the channels work off what waits for them."""
    tell(aws)
    clock.move(bundles.LONGEST + 1)
    for queue in queues or ("push", "mail"):
        assert run(queue, *aws.events(queue)) == []


def test_a_burst_is_one_push_and_one_mail(
    aws: Account, clock: Clock, wire: Wire, news: tuple[str, str]
) -> None:
    anna, _ = news
    for n in range(14):
        ready_photo(anna, str(n))

    flush(aws, clock)

    ((_, push),) = wire.pushes
    (mailed,) = wire.mails
    assert push["title"] == mailed["Subject"] == "Anna added 14 photos"


def test_tenfold_shuffled_and_late_deliveries_make_no_difference(
    aws: Account, clock: Clock, wire: Wire, anna: str
) -> None:
    readers = [person(f"Friend {n}") for n in range(2)]
    for reader in readers:
        make_friends(anna, reader)
        take_everything(reader)
    for n in range(2):
        ready_photo(anna, str(n))
    random = Random(8)
    events = aws.events() * 10
    random.shuffle(events)
    assert run("fanout", *events) == []
    tell(aws)
    clock.move(bundles.LONGEST + 1)
    assert run("fanout", *events[:10]) == []  # an hour late
    for queue in ("push", "mail"):
        waiting = aws.events(queue)
        assert len(waiting) > 10
        random.shuffle(waiting)
        assert run(queue, *waiting) == []

    assert len(wire.pushes) == len(wire.mails) == 2
    assert {mailed["Subject"] for mailed in wire.mails} == {"Anna added 2 photos"}
    assert [len(notices.list_notices(reader).items) for reader in readers] == [1] * 2


def test_what_comes_too_early_goes_round_until_its_window_closes(
    aws: Account, clock: Clock, wire: Wire, news: tuple[str, str]
) -> None:
    anna, _ = news
    ready_photo(anna)
    tell(aws)
    (early,) = aws.events("push")

    assert run("push", early) == []

    assert wire.pushes == []
    attributes = aws.client("sqs").get_queue_attributes(
        QueueUrl=aws.client("sqs").get_queue_url(QueueName="push")["QueueUrl"],
        AttributeNames=["ApproximateNumberOfMessagesDelayed"],
    )["Attributes"]
    assert attributes["ApproximateNumberOfMessagesDelayed"] == "1"


def test_what_was_read_in_the_app_is_not_told_again(
    aws: Account, clock: Clock, wire: Wire, news: tuple[str, str]
) -> None:
    anna, ben = news
    ready_photo(anna)
    tell(aws)
    notices.mark_all_read(ben)

    flush(aws, clock)

    assert wire.pushes == wire.mails == []


@pytest.mark.parametrize("ending", ["private", "deleted", "unfriended"])
def test_the_right_to_see_is_asked_at_delivery(
    aws: Account, clock: Clock, wire: Wire, news: tuple[str, str], ending: str
) -> None:
    anna, ben = news
    photo = ready_photo(anna)
    tell(aws)
    match ending:
        case "private":
            photos.set_visibility(anna, photo.photo_id, "private")
        case "deleted":
            photos.delete(anna, photo.photo_id)
        case "unfriended":
            friends.remove(anna, ben)

    flush(aws, clock)

    assert wire.pushes == wire.mails == []


def test_quiet_hours_hold_it_back_until_they_end(
    aws: Account, clock: Clock, wire: Wire, anna: str, ben: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_friends(anna, ben)
    take_everything(ben)
    ends = clock.now() + bundles.LONGEST + 3600
    monkeypatch.setattr(
        preferences.Preferences, "quiet_until", lambda _, now: ends if now < ends else None
    )
    ready_photo(anna)
    flush(aws, clock)
    assert wire.pushes == wire.mails == []
    assert handler({"sweep": {}}, None) == {"due": 0}

    clock.move(3600)
    assert handler({"sweep": {}}, None) == {"due": 2}
    for queue in ("push", "mail"):
        assert run(queue, *aws.events(queue)) == []

    assert len(wire.pushes) == len(wire.mails) == 1
    assert handler({"sweep": {}}, None) == {"due": 0}


def test_a_channel_that_is_down_delays_only_itself_and_loses_nothing(
    aws: Account, clock: Clock, wire: Wire, news: tuple[str, str]
) -> None:
    anna, ben = news
    ready_photo(anna)
    tell(aws)
    clock.move(bundles.LONGEST + 1)
    pushes, mails = aws.events("push"), aws.events("mail")

    wire.faults = [webpush.Unavailable("503")]
    assert run("push", *pushes) == ["0"]
    assert run("mail", *mails) == []
    assert (len(wire.mails), wire.pushes) == (1, [])

    assert run("push", *pushes) == []
    assert len(wire.pushes) == 1


def test_one_browser_that_is_down_does_not_make_the_other_ring_twice(
    aws: Account, clock: Clock, wire: Wire, news: tuple[str, str]
) -> None:
    anna, ben = news
    add_device(ben, "laptop")
    ready_photo(anna)
    tell(aws)
    clock.move(bundles.LONGEST + 1)
    pushes = aws.events("push")
    wire.faults = [webpush.Unavailable("timeout")]

    assert run("push", *pushes) == ["0"]
    assert run("push", *pushes) == []

    endpoints = [endpoint.rpartition("/")[2] for endpoint, _ in wire.pushes]
    assert sorted(endpoints) == ["laptop", "phone"]


def test_one_persons_trouble_does_not_keep_the_others_waiting(
    aws: Account, clock: Clock, wire: Wire, anna: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers = [person(f"Friend {n}") for n in range(3)]
    for reader in readers:
        make_friends(anna, reader)
        take_everything(reader)
    ready_photo(anna)
    tell(aws)
    clock.move(bundles.LONGEST + 1)
    waiting = aws.events("mail")
    poison = preferences.get(readers[1]).address
    send = mail.send

    def refuse_one(raw: bytes, **about: str) -> None:
        if about["address"] == poison:
            raise RuntimeError("poison")
        send(raw, **about)

    monkeypatch.setattr(mail, "send", refuse_one)
    for _ in range(5):
        assert run("mail", *waiting) == ["0"]

    assert len(wire.mails) == 2


def test_a_crash_between_claim_and_sending_is_made_up_for(
    aws: Account, clock: Clock, wire: Wire, news: tuple[str, str]
) -> None:
    anna, _ = news
    ready_photo(anna)
    tell(aws)
    clock.move(bundles.LONGEST + 1)
    waiting = aws.events("mail")
    (ben_is_told,) = waiting[0]["user_ids"]
    assert sent._claim(keys.sent(ben_is_told, waiting[0]["bundle_id"], "mail"))  # and dies

    assert run("mail", *waiting) == ["0"]  # perhaps it is still at it
    clock.move(sent.CLAIM + 1)
    assert run("mail", *waiting) == []

    assert len(wire.mails) == 1


def test_a_browser_that_is_gone_is_forgotten(
    aws: Account, clock: Clock, wire: Wire, news: tuple[str, str]
) -> None:
    anna, ben = news
    ready_photo(anna)
    wire.faults = [webpush.Gone("410")]

    flush(aws, clock, "push")

    assert devices.list_devices(ben) == []


def test_poison_is_reported_and_nothing_else_is(wire: Wire) -> None:
    answer = handler(
        {
            "Records": [
                {"messageId": "broken", "body": "{", "eventSourceARN": ARN + "mail"},
                {"messageId": "alien", "body": "{}", "eventSourceARN": ARN + "push"},
                {
                    "messageId": "old",
                    "body": json.dumps({"bundle_id": new_id(), "user_ids": []}),
                    "eventSourceARN": ARN + "push",
                },
            ]
        },
        None,
    )

    failed = [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
    assert failed == ["broken", "alien"]


def test_a_mail_has_both_parts_one_click_to_stop_and_no_picture_in_it(
    aws: Account, clock: Clock, wire: Wire, news: tuple[str, str]
) -> None:
    anna, ben = news
    photo = ready_photo(anna)

    flush(aws, clock, "mail")

    (mailed,) = wire.mails
    plain, html = (mailed.get_body((kind,)).get_content() for kind in ("plain", "html"))
    (notice,) = notices.list_notices(ben).items
    leads_to = f"https://photos.example/notifications/{notice.bundle_id}"
    links = mailed["List-Unsubscribe"].strip("<>")
    assert mailed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert links.startswith("https://photos.example/mail/")
    assert leads_to in plain
    assert leads_to in html
    assert links in plain
    assert f"{links}/{photo.photo_id}" in html
    assert [part.get_content_type() for part in mailed.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    assert links.rpartition("/")[2] not in json.dumps(aws.items(), default=str)


def test_hostile_names_stay_text_in_mail(aws: Account, clock: Clock, wire: Wire, ben: str) -> None:
    mallory = person("<script>alert(1)</script>")
    make_friends(mallory, ben)
    take_everything(ben)
    ready_photo(mallory)

    flush(aws, clock, "mail")

    html = wire.mails[0].get_body(("html",)).get_content()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_the_daily_mail_has_all_that_is_unread_and_comes_every_day(
    aws: Account, clock: Clock, wire: Wire, anna: str, ben: str
) -> None:
    make_friends(anna, ben)
    take_everything(ben, "daily")
    ready_photo(anna)
    flush(aws, clock)
    assert wire.mails == []

    for _ in range(2):
        clock.move(86400)
        assert handler({"sweep": {}}, None) == {"due": 1}
        waiting = aws.events("mail")
        assert run("mail", *waiting, *waiting) == []

    assert len(wire.mails) <= 1, "the second day brought nothing new"


def test_daily_mail_comes_again_when_there_is_a_sender_again(
    aws: Account, clock: Clock, ben: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_everything(ben, "daily")
    with monkeypatch.context() as without:
        without.delenv("MAIL_FROM")
        clock.move(86400)
        assert handler({"sweep": {}}, None) == {"due": 1}
        assert aws.events("mail") == []

    clock.move(86400)
    assert handler({"sweep": {}}, None) == {"due": 1}

    assert aws.events("mail") == [{"type": "daily.due", "user_id": ben}]


def test_daily_mail_goes_on_while_there_is_no_address(
    aws: Account, clock: Clock, wire: Wire, ben: str
) -> None:
    take_everything(ben, "daily")
    preferences.set_address(ben, "")

    for _ in range(2):
        clock.move(86400)
        assert handler({"sweep": {}}, None) == {"due": 1}
        assert run("mail", *aws.events("mail")) == []

    assert wire.mails == []


def test_daily_mail_ends_with_the_wish_for_it(
    aws: Account, clock: Clock, wire: Wire, ben: str
) -> None:
    take_everything(ben, "daily")
    preferences.stop_mail(ben)
    clock.move(86400)
    handler({"sweep": {}}, None)

    assert run("mail", *aws.events("mail")) == []

    clock.move(86400)
    assert handler({"sweep": {}}, None) == {"due": 0}


@pytest.mark.parametrize(
    ("feedback", "mode"),
    [
        ({"eventType": "Bounce", "bounce": {"bounceType": "Permanent"}}, "off"),
        ({"eventType": "Bounce", "bounce": {"bounceType": "Transient"}}, "each"),
        ({"eventType": "Complaint", "complaint": {}}, "off"),
        ({"eventType": "Delivery"}, "each"),
    ],
)
def test_bounces_and_complaints_turn_the_address_off(
    ben: str, feedback: dict[str, Any], mode: str
) -> None:
    take_everything(ben)
    recipients = [{"emailAddress": preferences.get(ben).address}]
    for name, list_name in (("bounce", "bouncedRecipients"), ("complaint", "complainedRecipients")):
        if name in feedback:
            feedback = feedback | {name: feedback[name] | {list_name: recipients}}

    assert run("mail", feedback | {"mail": {"tags": {"user_id": [ben]}}}) == []

    assert preferences.get(ben).mail == mode


def test_what_is_off_for_a_channel_is_not_sent_there(
    aws: Account, clock: Clock, wire: Wire, news: tuple[str, str]
) -> None:
    anna, ben = news
    preferences.save(
        ben, off={"photos:push"}, mail="each", quiet=("", ""), zone="UTC", language="de"
    )
    ready_photo(anna)

    flush(aws, clock)

    assert wire.pushes == []
    assert [mailed["Subject"] for mailed in wire.mails] == ["Anna hat ein Foto hinzugefügt"]
