"""The deployed site does the whole main job, out of the zips, under the functions' own roles."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from playwright.sync_api import Browser, FilePayload, Page, expect, sync_playwright

from tests.deploy.cloud import PROJECT
from tests.deploy.deployment import PASSWORD, Deployment
from tests.waiting import eventually

pytestmark = [pytest.mark.deployed, pytest.mark.browser]

FUNCTION = f"{PROJECT}-production"
PICTURE = "article img[srcset]"


@pytest.fixture(scope="module")
def browser(deployment: Deployment) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=[
                "--no-sandbox",
                f"--host-resolver-rules=MAP {deployment.host} 127.0.0.1:{deployment.door_port}",
            ],
        )
        yield chromium
        chromium.close()


@pytest.fixture
def newcomer(deployment: Deployment, browser: Browser) -> Iterator[Callable[[str], Page]]:
    """Somebody new with a phone of their own, signed in by the hosted pages."""
    contexts = []

    def enter(name: str) -> Page:
        email = f"{name.lower()}-{time.monotonic_ns()}@example.org"
        deployment.new_account(email)
        context = browser.new_context(
            ignore_https_errors=True, viewport={"width": 390, "height": 844}
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(deployment.url)
        page.get_by_role("link", name="Sign in").first.click()
        page.locator("#username").fill(email)
        page.locator("[type=password]").fill(PASSWORD)
        page.locator("[type=submit]").click()
        page.get_by_label("Display name").fill(name)
        page.get_by_role("button", name="Continue").click()
        expect(page).to_have_url(re.compile("/feed"))
        return page

    yield enter
    for context in contexts:
        context.close()


def upload(page: Page, photo: Path | FilePayload) -> None:
    page.goto("/upload") if page.url.startswith("/") else page.goto(_site(page) + "/upload")
    page.get_by_label("Choose photos").set_input_files(photo)
    expect(page.get_by_text("Ready").first).to_be_visible(timeout=60_000)


def _site(page: Page) -> str:
    return "/".join(page.url.split("/")[:3])


def befriend(one: Page, other: Page) -> None:
    one.goto(_site(one) + "/friends")
    one.get_by_role("button", name="Create invite link").click()
    other.goto(one.get_by_label("Invite link").input_value())
    other.get_by_role("button", name="Accept invite").click()
    expect(other).not_to_have_url(re.compile("/invites/"))


def test_friend_sees_a_photo_and_a_stranger_does_not(
    deployment: Deployment, newcomer: Callable[[str], Page], photos: Path
) -> None:
    anna, ben, carl = newcomer("Anna"), newcomer("Ben"), newcomer("Carl")
    befriend(anna, ben)

    upload(anna, photos / "phones" / "IMG_2682.heic")

    def arrived() -> bool:
        ben.goto(deployment.url + "/feed")
        return ben.locator(PICTURE).count() > 0

    eventually(arrived)
    picture = ben.locator(PICTURE).first
    ben.wait_for_function(
        "image => image.complete && image.naturalWidth > 0", arg=picture.element_handle()
    )
    address = str(ben.locator("article a[href*='/photos/']").first.get_attribute("href"))
    stranger = carl.goto(deployment.url + address)
    assert stranger is not None
    assert stranger.status == 404

    signed = unescape(str(picture.get_attribute("srcset"))).split()[0]
    assert deployment.get(signed).status_code == 200
    assert deployment.get(signed).headers["Content-Type"] == "image/webp"
    assert deployment.get(signed.split("?")[0]).status_code == 403
    other = re.sub(
        r"/(\d+)\.webp", lambda m: "/1920.webp" if m[1] != "1920" else "/320.webp", signed
    )
    assert deployment.get(other).status_code == 403
    later = re.sub(r"Expires=(\d+)", lambda m: f"Expires={int(m[1]) + 60}", signed)
    assert deployment.get(later).status_code == 403
    path = urlsplit(signed).path
    assert deployment.get(sign(deployment, path)).status_code == 200
    assert deployment.get(sign(deployment, path, seconds=-60)).status_code == 403

    photo_id = address.split("/photos/")[1][:26]
    made = deployment.get(sign(deployment, f"/media/{photo_id}/square-96.webp"))
    kept = deployment.client("s3").list_objects_v2(
        Bucket=deployment.outputs["MediaBucket"], Prefix=f"media/{photo_id}/square-96"
    )
    assert (made.status_code, made.headers["Content-Type"]) == (200, "image/webp")
    assert kept["KeyCount"] == 1
    unlisted = sign(deployment, f"/media/{photo_id}/square-97.webp")
    assert deployment.get(unlisted).status_code in (403, 404)


def sign(deployment: Deployment, path: str, *, seconds: int = 300) -> str:
    """Sign an address for so long from now, with the site's own key, as no page would."""
    function = deployment.client("lambda").get_function_configuration(FunctionName=FUNCTION)
    variables = function["Environment"]["Variables"]
    secret = deployment.client("ssm").get_parameter(
        Name=variables["SECRETS_PARAMETER"], WithDecryption=True
    )
    key = load_pem_private_key(
        json.loads(secret["Parameter"]["Value"])["signing_key"].encode(), None
    )
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    expires, url = int(time.time()) + seconds, variables["MEDIA_URL"] + path
    until = {"DateLessThan": {"AWS:EpochTime": expires}}
    policy = {"Statement": [{"Resource": url, "Condition": until}]}
    signature = key.sign(
        json.dumps(policy, separators=(",", ":")).encode(), ec.ECDSA(hashes.SHA256())
    )
    text = base64.b64encode(signature).decode().translate(str.maketrans("+=/", "-_~"))
    return (
        f"{url}?Expires={expires}&Signature={text}"
        f"&Key-Pair-Id={variables['SIGNING_KEY_ID']}&Hash-Algorithm=SHA256"
    )


def test_sign_out_ends_the_session(newcomer: Callable[[str], Page]) -> None:
    page = newcomer("Dora")

    page.goto(_site(page) + "/you")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_role("link", name="Sign in").first.wait_for()

    assert page.context.cookies(page.url) == [] or "__Host-sid" not in str(page.context.cookies())


def test_api_called_directly_answers_403(deployment: Deployment) -> None:
    api = deployment.client("apigateway").get_rest_apis()["items"][0]["id"]
    direct = f"{deployment.cloud.endpoint}/_aws/execute-api/{api}/production/"
    headers = {"X-Origin-Verify": "guess", "X-Forwarded-Host": deployment.host}

    import requests

    assert requests.get(direct, timeout=30).status_code == 403
    assert requests.get(direct, headers=headers, timeout=30).status_code == 403


@pytest.mark.parametrize(
    "header",
    [
        "X-Forwarded-Host",
        "X-Forwarded-Prefix",
        "Forwarded",
        "X-Original-URL",
        "X-Rewrite-URL",
    ],
)
def test_what_a_client_claims_changes_nothing(deployment: Deployment, header: str) -> None:
    claims = {header: "host=evil.example" if header == "Forwarded" else "evil.example"}
    honest = deployment.get(deployment.url + "/auth/sign-in")
    claimed = deployment.get(deployment.url + "/auth/sign-in", headers=claims)

    def target(location: str) -> str:
        return re.sub(r"(state|nonce|code_challenge)=[^&]+", "", location)

    assert target(claimed.headers["Location"]) == target(honest.headers["Location"])
    assert "evil" not in claimed.text + str(claimed.headers)


def test_static_files_are_kept_for_a_year_and_pages_are_not(deployment: Deployment) -> None:
    page = deployment.get(deployment.url + "/")
    stylesheet = re.search(r'href="(/static/[^"]+\.css)"', page.text)
    assert stylesheet

    file = deployment.get(deployment.url + stylesheet[1])

    assert file.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert page.headers["Cache-Control"] == "private, no-store"
    assert page.headers["Strict-Transport-Security"].startswith("max-age=63072000")


def test_plain_http_is_sent_to_https(deployment: Deployment) -> None:
    answer = deployment.get(deployment.url + "/", headers={"X-Forwarded-Proto": "http"})

    assert answer.status_code == 301
    assert answer.headers["Location"].startswith("https://")


@contextmanager
def without_right(
    deployment: Deployment, component: str, statement: str, action: str
) -> Iterator[None]:
    """Take one right from a function's role for as long as the block lasts."""
    iam = deployment.client("iam")
    role = deployment.outputs[f"{component.capitalize()}Role"].rsplit("/", 1)[1]
    whole = iam.get_role_policy(RoleName=role, PolicyName=component)["PolicyDocument"]
    less = json.loads(json.dumps(whole))
    (found,) = [entry for entry in less["Statement"] if entry["Sid"] == statement]
    found["Action"].remove(action)
    iam.put_role_policy(RoleName=role, PolicyName=component, PolicyDocument=json.dumps(less))
    try:
        yield
    finally:
        iam.put_role_policy(RoleName=role, PolicyName=component, PolicyDocument=json.dumps(whole))


def test_without_a_right_of_its_role_a_page_fails(
    deployment: Deployment, newcomer: Callable[[str], Page]
) -> None:
    page = newcomer("Emil")

    with without_right(deployment, "web", "Table", "dynamodb:Query"):
        refused = page.goto(deployment.url + "/feed")
    again = page.goto(deployment.url + "/feed")

    assert refused is not None
    assert refused.status == 500
    assert again is not None
    assert again.status == 200


def test_without_a_right_of_its_role_a_function_gives_its_work_back(
    deployment: Deployment, newcomer: Callable[[str], Page], picture: Callable[[], bytes]
) -> None:
    upload(newcomer("Gerd"), {"name": "g.jpg", "mimeType": "image/jpeg", "buffer": picture()})
    kept = deployment.client("s3").list_objects_v2(
        Bucket=deployment.outputs["MediaBucket"], Prefix="originals/"
    )
    photo_id = max(entry["Key"] for entry in kept["Contents"]).split("/")[1]  # ids are in order

    for component, statement, action, message in (
        ("thumbnails", "WritePictures", "s3:PutObject", {"remake": photo_id}),
        ("fanout", "Table", "dynamodb:Query", {"type": "photo.ready", "photo_id": photo_id}),
    ):
        function = f"{FUNCTION}-{component}"
        with without_right(deployment, component, statement, action):
            assert given_back(deployment, function, message) == [{"itemIdentifier": "one"}]
        assert given_back(deployment, function, message) == []
        eventually(partial(logged, deployment, function, f"not authorized to perform: {action}"))


def given_back(deployment: Deployment, function: str, message: dict[str, str]) -> object:
    """Hand a message to a function as its queue does; return what it wants to be sent again."""
    record = {
        "messageId": "one",
        "body": json.dumps(message),
        "attributes": {"ApproximateReceiveCount": "1"},
    }
    answer = deployment.client("lambda").invoke(
        FunctionName=function, Payload=json.dumps({"Records": [record]})
    )
    return json.load(answer["Payload"])["batchItemFailures"]


def logged(deployment: Deployment, function: str, text: str = "") -> list[str]:
    """Return the lines with that text in a function's log."""
    logs, group = deployment.client("logs"), f"/aws/lambda/{function}"
    streams = [
        each["logStreamName"]
        for each in logs.describe_log_streams(logGroupName=group)["logStreams"]
    ]
    return [
        event["message"]
        for stream in streams
        for event in logs.get_log_events(logGroupName=group, logStreamName=stream)["events"]
        if text in event["message"]
    ]


def test_logs_are_json_with_request_ids_and_without_people(
    deployment: Deployment, newcomer: Callable[[str], Page]
) -> None:
    newcomer("Friederike")

    shown = '"endpoint": "feed.feed", "status": 200'
    written = eventually(partial(logged, deployment, FUNCTION, shown))
    entry = json.loads(written[-1])

    assert entry["request_id"]
    assert entry["FeedMilliseconds"] > 0
    assert entry["AwsCalls"] > 0
    assert entry["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "ContactSheet"
    assert not re.search(r"(?i)friederike|@example", "".join(logged(deployment, FUNCTION)))
