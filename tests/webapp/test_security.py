from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask, session
from itsdangerous import TimestampSigner

from store import clock, devices, secrets, sessions
from store.errors import Conflict
from tests.aws import Account
from tests.people import person, ready_photo
from tests.webapp.conftest import SETTINGS, Browser, sign_in
from webapp import create_app, viewers

PUBLIC = {
    "auth.callback",
    "auth.sign_in",
    "auth.welcome",
    "device.manifest",
    "device.offline",
    "device.service_worker",
    "friends.invite",
    "home.home",
    "links.open_link",
    "links.passcode",
    "mail.picture",
    "mail.show",
    "static",
}


# A mail program's one click: the token in the address is the leave. What the phone's share sheet
# posts without a service worker only leads to a page.
WITHOUT_TOKEN = {"mail.stop", "uploads.share"}


def paths(app: Flask, method: str) -> list[str]:
    """Return an example address for every route that takes the method."""
    examples = {"invite_id": "0" * 64, "token": "x" * 43, "version": "0", "filename": "x.css"}
    examples |= {"what": "person", "number": "1"}
    any_id = "01JDFAAAAAAAAAAAAAAAAAAAAA"
    with app.test_request_context(base_url=SETTINGS.public_url):
        adapter = app.create_url_adapter(None) or app.url_map.bind("photos.example")
        return [
            adapter.build(
                rule.endpoint, {name: examples.get(name, any_id) for name in rule.arguments}
            )
            for rule in app.url_map.iter_rules()
            if method in rule.methods
            and rule.endpoint not in (PUBLIC if method == "GET" else WITHOUT_TOKEN)
        ]


def test_every_private_page_sends_strangers_to_sign_in(app: Flask, anonymous: Browser) -> None:
    answers = {path: anonymous.get(path) for path in paths(app, "GET")}

    assert answers
    for path, answer in answers.items():
        assert answer.status_code == 303, path
        assert answer.location.startswith("/auth/sign-in?next="), path


def test_every_post_needs_a_session(app: Flask, anonymous: Browser) -> None:
    for path in paths(app, "POST"):
        assert anonymous.post(path).status_code == 401, path


def test_every_post_needs_the_token(app: Flask, anna: Browser) -> None:
    anna.csrf_token = "wrong"

    for path in paths(app, "POST"):
        assert anna.post(path).status_code == 403, path


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://photos.example.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_every_post_must_come_from_here(app: Flask, anna: Browser, headers: dict[str, str]) -> None:
    for path in paths(app, "POST"):
        answer = anna.client.post(
            path,
            headers={"X-CSRF-Token": anna.csrf_token, **headers},
            base_url=SETTINGS.public_url,
        )
        assert answer.status_code == 403, path


def test_another_sessions_token_does_not_do(app: Flask, anna: Browser, ben: Browser) -> None:
    anna.csrf_token = ben.csrf_token

    assert anna.post("/invites").status_code == 403


def test_token_in_a_form_field_does(anna: Browser) -> None:
    token, anna.csrf_token = anna.csrf_token, ""

    assert anna.post("/invites", csrf_token=token).status_code == 200


def test_pages_are_not_kept_and_carry_the_policy(anna: Browser) -> None:
    for path in ("/feed", "/you", "/photos/01JDFAAAAAAAAAAAAAAAAAAAAA", "/nothing"):
        headers = anna.get(path).headers
        assert headers["Cache-Control"] == "private, no-store"
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
        assert "HX-Request" in headers["Vary"]


def test_session_cookie_is_locked_down(app: Flask, aws: Account) -> None:
    newcomer = sign_in(app, None)

    answer = newcomer.post("/welcome", display_name="Anna", next="/friends")

    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-sid=")
    for attribute in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert attribute in cookie
    assert "Domain" not in cookie
    assert answer.location == "/friends"


def test_choosing_a_name_makes_a_new_session(app: Flask, aws: Account) -> None:
    newcomer = sign_in(app, None)
    old = newcomer.client.get_cookie("__Host-sid", domain="photos.example").value

    newcomer.post("/welcome", display_name="Anna")

    assert sessions.check(old) is None
    assert newcomer.get("/feed").status_code == 200


@pytest.mark.parametrize("name", ["", "   ", "\x00\n"])
def test_a_name_is_needed(app: Flask, aws: Account, name: str) -> None:
    answer = sign_in(app, None).post("/welcome", display_name=name)

    assert answer.status_code == 400
    assert "Please enter the name" in answer.text


def test_nameless_newcomer_is_led_to_the_question(app: Flask, aws: Account) -> None:
    assert sign_in(app, None).get("/feed").location == "/welcome?next=/feed"


@pytest.mark.parametrize(
    "bad",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "",
        "/a\r\nSet-Cookie: x=y",
    ],
)
def test_next_never_leads_away(app: Flask, aws: Account, bad: str) -> None:
    answer = sign_in(app, None).post("/welcome", display_name="Anna", next=bad)

    assert answer.location == "/feed"


@pytest.mark.parametrize(("seconds", "kept"), [(60, {"next": "/you"}), (601, {})])
def test_a_sign_in_that_was_left_for_long_is_forgotten(
    app: Flask, monkeypatch: pytest.MonkeyPatch, seconds: int, kept: dict[str, str]
) -> None:
    app.secret_key = secrets.load().cookie_key
    signed = app.session_interface.get_signing_serializer(app).dumps({"next": "/you"})
    at = clock.now() + seconds
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: at)

    cookie = {"Cookie": f"__Host-login={signed}"}
    with app.test_request_context("/auth/callback", headers=cookie):
        assert dict(session) == kept


def test_the_cookies_of_two_sites_on_one_loopback_have_names_of_their_own(aws: Account) -> None:
    names = set()
    for port in (8000, 8001):
        app = create_app(replace(SETTINGS, public_url=f"http://127.0.0.1:{port}"))
        with app.test_request_context():
            answer = app.make_response("")
            viewers.set_cookie(answer, "token")
            names.add(answer.headers["Set-Cookie"].partition("=")[0])

    assert len(names) == 2


def test_signing_out_ends_the_session_and_clears_the_device(app: Flask, aws: Account) -> None:
    user_id = person("Anna")
    here, there = sign_in(app, user_id), sign_in(app, user_id)

    answer = here.post("/auth/sign-out")

    assert answer.location.startswith("https://login.example/logout?client_id=client&logout_uri=")
    assert "storage" in answer.headers["Clear-Site-Data"]
    assert here.get("/feed").status_code == 303
    assert there.get("/feed").status_code == 200


def test_signing_out_everywhere(app: Flask, aws: Account) -> None:
    user_id = person("Anna")
    here, there = sign_in(app, user_id), sign_in(app, user_id)
    for browser in "ab":
        endpoint = f"https://fcm.googleapis.com/{browser}"
        devices.add(user_id, endpoint=endpoint, p256dh="", auth="", label="")

    here.post("/auth/sign-out-everywhere")

    assert here.get("/feed").status_code == there.get("/feed").status_code == 303
    assert devices.list_devices(user_id) == []


@pytest.mark.parametrize("headers", [{}, {"HX_Request": "true"}])
def test_who_was_second_reads_what_to_do(
    anna: Browser, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
) -> None:
    def second(*_: object, **__: object) -> None:
        raise Conflict

    monkeypatch.setattr("store.feed.read", second)

    answer = anna.get("/feed", **headers)

    assert answer.status_code == 409
    assert "Somebody changed this at the same moment" in answer.text
    assert ("<html" in answer.text) == (not headers)


def test_a_fault_shows_a_sentence_and_no_traceback(
    anna: Browser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("store.feed.read", lambda *a, **k: 1 / 0)

    answer = anna.get("/feed")

    assert answer.status_code == 500
    assert "Traceback" not in answer.text
    assert "ZeroDivisionError" not in answer.text
    assert "ZeroDivisionError" in caplog.text


def test_one_session_lookup_a_page(aws: Account, anna: Browser) -> None:
    ready_photo(anna.user_id)
    anna.get("/you")  # the process reads its secrets once
    aws.calls.clear()

    anna.get("/you")

    assert aws.calls == {"BatchGetItem": 1, "GetItem": 1, "Query": 1}
