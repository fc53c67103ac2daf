"""Pictures are served as CloudFront would: to signed addresses, and to no others."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
import requests

from tests.stack import Stack
from tests.visitor import Visitor


@pytest.fixture(scope="module")
def visitor(stack: Stack) -> Visitor:
    ada = Visitor(stack.url)
    ada.sign_in("ada.front@people.example", "Ada")
    return ada


@pytest.fixture
def address(visitor: Visitor, picture: Callable[[], bytes]) -> str:
    """The signed address of a picture of hers."""
    photo_id = visitor.upload(picture())
    visitor.wait_until_ready(photo_id)
    return visitor.pictures(photo_id)[0]


def test_a_signed_address_needs_nothing_else(address: str) -> None:
    answer = requests.get(address, timeout=10)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/webp"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.content[8:12] == b"WEBP"


def test_an_address_stays_the_same_for_a_while(visitor: Visitor, address: str) -> None:
    photo_id = address.split("/media/")[1].split("/")[0]

    assert address in visitor.pictures(photo_id)


@pytest.mark.parametrize(
    ("what", "other"),
    [
        (r"\?.*", ""),
        (r"Signature=....", "Signature=AAAA"),
        (r"Expires=\d+", f"Expires={int(time.time()) + 10**6}"),
        (r"Key-Pair-Id=\w+", "Key-Pair-Id=KOTHER"),
        (r"(?<=/media/).", "7"),
        (r"/1920\.webp", "/960.webp"),
    ],
    ids=[
        "no signature",
        "another",
        "a longer life",
        "another key",
        "another photo",
        "another size",
    ],
)
def test_a_changed_address_is_refused(address: str, what: str, other: str) -> None:
    changed = re.sub(what, other, address, count=1)
    assert changed != address

    assert requests.get(changed, timeout=10).status_code == 403


def test_the_original_has_no_address_here(stack: Stack, address: str) -> None:
    photo_id = address.split("/media/")[1].split("/")[0]

    answer = requests.get(f"{stack.url}/originals/{photo_id}", timeout=10)

    assert answer.status_code == 404
