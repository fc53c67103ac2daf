"""What becomes of an upload in the real stack, with its rights, queues and workers."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image

from tests.stack import Stack
from tests.visitor import Visitor, send
from tests.waiting import eventually


@pytest.fixture(scope="module")
def ada(stack: Stack) -> Visitor:
    visitor = Visitor(stack.url)
    visitor.sign_in("ada.functional@people.example", "Ada")
    return visitor


def test_a_photo_becomes_ready_and_its_upload_goes(
    stack: Stack, ada: Visitor, picture: Callable[[], bytes]
) -> None:
    photo_id = ada.upload(picture())

    ada.wait_until_ready(photo_id)

    eventually(lambda: incoming(stack, photo_id) == [])
    assert len(kept(stack, photo_id)) == 4  # the original, and three pictures of it


def test_bytes_that_changed_on_the_way_are_refused_in_words(
    stack: Stack, ada: Visitor, picture: Callable[[], bytes]
) -> None:
    promised = picture()
    grant = ada.grant(promised)

    send(grant, promised[:-3] + b"\x00\xff\xd9")

    assert reason(ada, grant["photo_id"]) == "The file changed on its way here. Please try again."
    eventually(lambda: incoming(stack, grant["photo_id"]) == [])
    assert kept(stack, grant["photo_id"]) == []


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda photo: b"Dear Ada, this is a letter.", "This file is not a photo."),
        (lambda photo: photo[: len(photo) // 2], "This file is incomplete"),
        (lambda photo: b"\xff\x0a" + bytes(100), "JPEG XL pictures cannot be shared yet"),
        (lambda photo: huge(), "megapixels"),
    ],
    ids=["no photo", "truncated", "JPEG XL", "too many pixels"],
)
def test_what_cannot_be_a_photo_leaves_a_sentence_and_nothing_else(
    stack: Stack,
    ada: Visitor,
    picture: Callable[..., bytes],
    make: Callable[[bytes], bytes],
    sentence: str,
) -> None:
    photo_id = ada.upload(make(picture(640, 480)))

    assert sentence in reason(ada, photo_id)
    eventually(lambda: incoming(stack, photo_id) == [])
    assert kept(stack, photo_id) == []


def test_a_photo_that_failed_may_be_sent_again(ada: Visitor, picture: Callable[[], bytes]) -> None:
    file = picture()
    grant = ada.grant(file)
    send(grant, file[:-3] + b"\x00\xff\xd9")
    reason(ada, grant["photo_id"])

    again = ada.upload(file)

    ada.wait_until_ready(again)


def test_the_same_bytes_twice_are_one_photo(ada: Visitor, picture: Callable[[], bytes]) -> None:
    file = picture()
    photo_id = ada.upload(file)
    ada.wait_until_ready(photo_id)

    again = ada.grant(file)

    assert again == {"status": "already", "photo_id": photo_id}


def test_a_friend_has_the_photo_on_the_feed_and_a_stranger_has_not(
    stack: Stack, ada: Visitor, picture: Callable[[], bytes]
) -> None:
    bert, sam = Visitor(stack.url), Visitor(stack.url)
    bert.sign_in("bert.functional@people.example", "Bert")
    sam.sign_in("sam.functional@people.example", "Sam")
    befriend(ada, bert)

    photo_id = ada.upload(picture())

    eventually(lambda: f"/photos/{photo_id}" in bert.get("/feed").text)
    assert f"/photos/{photo_id}" not in sam.get("/feed").text
    assert bert.get(f"/photos/{photo_id}").status_code == 200
    assert sam.get(f"/photos/{photo_id}").status_code == 404


def befriend(one: Visitor, other: Visitor) -> None:
    page = one.post("/invites").text
    link = page.split('id="invite-link" value="')[1].split('"')[0]
    other.post(f"{link}/acceptance")


def reason(visitor: Visitor, photo_id: str) -> str:
    """Wait for the failure of an upload and return its sentence."""
    eventually(lambda: visitor.status(photo_id)["status"] == "failed")
    return str(visitor.status(photo_id)["reason"])


def incoming(stack: Stack, photo_id: str) -> list[str]:
    return _objects(stack, stack.environment("web")["UPLOAD_BUCKET"], photo_id)


def kept(stack: Stack, photo_id: str) -> list[str]:
    return _objects(stack, stack.environment("web")["MEDIA_BUCKET"], photo_id)


def _objects(stack: Stack, bucket: str, photo_id: str) -> list[str]:
    pages = stack.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket)
    keys = [it["Key"] for page in pages for it in page.get("Contents", [])]
    return [key for key in keys if photo_id in key]


def huge() -> bytes:
    """A small file with far too many pixels."""
    file = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(file, "PNG")
    return file.getvalue()
