"""Picture addresses: the site signs them, the front door checks them as CloudFront would."""

from __future__ import annotations

import io
from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import pytest
import requests
from PIL import Image

from store import aws, secrets, signed_urls
from tests.stack import Stack
from tests.visitor import Visitor


@pytest.fixture
def photo_id(visitor: Visitor, picture: Callable[..., bytes]) -> str:
    visitor.sign_in("door@example.org", "Dora")
    found = visitor.upload(picture(1600, 1200))
    visitor.wait_until_ready(found)
    return found


@pytest.fixture
def sign(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], str]:
    """The site's own signing, with this run's key."""
    for name, value in stack.environment("web").items():
        monkeypatch.setenv(name, value)
    for cached in (aws._client, secrets.load, signed_urls._signed, signed_urls._signing_key):
        cached.cache_clear()
    return signed_urls.picture_url


def get(url: str) -> requests.Response:
    return requests.get(url, timeout=20)


def changed(url: str, **query: str) -> str:
    parts = urlsplit(url)
    values = dict(parse_qsl(parts.query)) | query
    return urlunsplit(parts._replace(query=urlencode(values)))


def test_signed_picture_is_served_and_may_be_kept(photo_id: str, sign: Callable) -> None:
    answer = get(sign(photo_id, "960"))

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/webp"
    assert "max-age" in answer.headers["Cache-Control"]
    assert Image.open(io.BytesIO(answer.content)).size == (960, 720)


def test_addresses_are_the_same_within_a_window(photo_id: str, sign: Callable) -> None:
    first = sign(photo_id, "320")
    signed_urls._signed.cache_clear()

    assert sign(photo_id, "320").split("Expires")[0] == first.split("Expires")[0]


def test_unsigned_is_forbidden(photo_id: str, sign: Callable) -> None:
    assert get(sign(photo_id, "320").split("?")[0]).status_code == 403


@pytest.mark.parametrize(
    "query",
    [{"Expires": "9999999999"}, {"Signature": "AAAA"}, {"Key-Pair-Id": "KOTHER"}, {"Expires": "x"}],
)
def test_changed_signature_is_forbidden(photo_id: str, sign: Callable, query: dict) -> None:
    assert get(changed(sign(photo_id, "320"), **query)).status_code == 403


def test_one_sizes_address_is_none_for_another(photo_id: str, sign: Callable) -> None:
    assert get(sign(photo_id, "320").replace("320.webp", "1920.webp")).status_code == 403


def test_expired_is_forbidden(
    photo_id: str, sign: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = signed_urls.now()
    monkeypatch.setattr(signed_urls, "now", lambda: now - 2 * signed_urls.WINDOW)

    assert get(sign(photo_id, "320")).status_code == 403


def test_no_address_lives_longer_than_ten_minutes(photo_id: str, sign: Callable) -> None:
    expires_at = int(dict(parse_qsl(urlsplit(sign(photo_id, "320")).query))["Expires"])

    assert 0 < expires_at - signed_urls.now() <= 600


@pytest.mark.parametrize(("name", "size"), [("640", (640, 480)), ("square-192", (192, 192))])
def test_picture_on_request_is_made_once_and_kept(
    photo_id: str, sign: Callable, stack: Stack, name: str, size: tuple[int, int]
) -> None:
    first = get(sign(photo_id, name))
    bucket = stack.memory["ids"]["MediaBucket"]
    kept = stack.client("s3").get_object(Bucket=bucket, Key=f"media/{photo_id}/{name}.webp")

    assert Image.open(io.BytesIO(first.content)).size == size
    assert kept["Body"].read() == first.content == get(sign(photo_id, name)).content


@pytest.mark.parametrize("name", ["641", "square-4000", "original", "..%2F320", "320x320"])
def test_what_is_not_on_the_list_is_not_made(photo_id: str, sign: Callable, name: str) -> None:
    assert get(sign(photo_id, name)).status_code in (403, 404)


def test_photo_that_is_not_there_is_not_found(sign: Callable) -> None:
    assert get(sign("01JDFAAAAAAAAAAAAAAAAAAAAA", "640")).status_code == 404
