from __future__ import annotations

import hashlib
from typing import Any

import pytest

from store import grants, photos, uploads
from tests.people import pending_photo, ready_photo
from tests.webapp.conftest import SETTINGS, Browser, text
from webapp.assets import texts


def file(content: str = "a", **changes: Any) -> dict[str, Any]:
    return {
        "name": "a.jpg",
        "type": "image/jpeg",
        "size": 1000,
        "sha256": hashlib.sha256(content.encode()).hexdigest(),
    } | changes


def wish(*files: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"visibility": "friends", "caption": "", "tags": [], "files": list(files)} | changes


def test_grants_come_in_the_order_of_the_files(anna: Browser) -> None:
    answer = anna.post("/uploads", json=wish(file("a"), file("b", size=0), file("c"))).json

    first, second, third = answer["uploads"]
    assert (first["status"], second["status"], third["status"]) == ("granted", "refused", "granted")
    assert 590 < first["expires_in"] <= 600
    assert first["fields"]["key"] == f"incoming/{anna.user_id}/{first['photo_id']}"
    assert second["reason"] == "This file is empty."
    assert first["photo_id"] < third["photo_id"] or first["photo_id"] != third["photo_id"]


def test_grants_are_counted(anna: Browser, log_lines: Any) -> None:
    anna.post("/uploads", json=wish(file("a"), file("b"), file("c", size=0)))

    (line,) = log_lines()
    assert line["UploadsGranted"] == 2


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"size": 0}, "This file is empty."),
        ({"size": 50_000_001}, "This photo is larger than 50 MB."),
        ({"type": "text/plain"}, "This is not a photo."),
        ({"type": "video/mp4"}, "This is not a photo."),
        ({"type": "", "name": "letter.doc"}, "This is not a photo."),
        ({"type": "image/jpeg\r\nx: y"}, "This is not a photo."),
    ],
)
def test_what_cannot_be_a_photo_is_refused_in_words(
    anna: Browser, changes: dict[str, Any], sentence: str
) -> None:
    (answer,) = anna.post("/uploads", json=wish(file(**changes))).json["uploads"]

    assert answer["status"] == "refused"
    assert answer["reason"].startswith(sentence)


def test_heic_without_a_type_is_a_photo(anna: Browser) -> None:
    heic = file(type="", name="IMG_1.HEIC")

    (answer,) = anna.post("/uploads", json=wish(heic)).json["uploads"]

    assert answer["fields"]["Content-Type"] == "image/heic"


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        wish(),
        wish(*[file(str(n)) for n in range(21)]),
        wish(file(sha256="z" * 64)),
        wish(file(size="big")),
        wish(file(), visibility="everybody"),
        wish(file(), tags="alps"),
        wish("file"),
    ],
)
def test_nonsense_is_a_sentence_and_grants_nothing(anna: Browser, body: Any) -> None:
    answer = anna.post("/uploads", json=body)

    assert answer.status_code == 400
    assert answer.json["error"]


def test_already_here(anna: Browser) -> None:
    photo = ready_photo(anna.user_id, "a")

    (answer,) = anna.post("/uploads", json=wish(file("a"))).json["uploads"]

    assert answer == {"status": "already", "photo_id": photo.photo_id}


def test_no_room_left_is_said(anna: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grants, "QUOTA", 10)

    answer = anna.post("/uploads", json=wish(file()))

    assert (answer.status_code, answer.json["error"]) == (
        409,
        "There is no room left for your photos.",
    )


def test_status_tells_ones_own_only(anna: Browser, ben: Browser) -> None:
    ready = ready_photo(anna.user_id, "a")
    waiting, failed = pending_photo(anna.user_id, "b"), pending_photo(anna.user_id, "c")
    uploads.fail(failed, "This is not a photo.")
    path = f"/uploads?ids={ready.photo_id},{waiting.photo_id},{failed.photo_id},nonsense"

    mine, theirs = anna.get(path).json["photos"], ben.get(path).json["photos"]

    assert [photo["status"] for photo in mine] == ["ready", "pending", "failed"]
    assert mine[0]["thumbnail"].startswith("https://")
    assert mine[2]["reason"] == "This is not a photo."
    assert [photo["status"] for photo in theirs] == ["unknown"] * 3


def test_form_goes_to_the_bucket_and_back_here(anna: Browser) -> None:
    page = anna.get("/upload").text

    assert 'action="https://uploads.s3.eu-central-1.amazonaws.com' in page
    assert "https://photos.example/uploads/" in page


def test_photos_shared_without_a_service_worker_are_asked_for_again(
    anna: Browser, anonymous: Browser
) -> None:
    answer = anonymous.client.post(
        "/upload",
        data=bytes(2_000_000),
        content_type="multipart/form-data; boundary=photo",
        base_url=SETTINGS.public_url,
    )

    assert (answer.status_code, answer.location) == (303, "/upload?share=again")
    assert "please share them again" in text(anna.get(answer.location))
    assert "This device has no room" in text(anna.get("/upload?share=full"))


def test_the_service_worker_keeps_every_script_that_an_upload_needs() -> None:
    worker = texts()["service-worker.js"]
    parts = [name.removesuffix(".js") for name in texts() if name.startswith("js/upload/")]

    assert len(parts) > 5
    assert [name for name in parts if f'"{name.removeprefix("js/upload/")}"' not in worker] == []


def test_arrival_follows_the_photo(anna: Browser, ben: Browser) -> None:
    photo = pending_photo(anna.user_id)
    path = f"/uploads/{photo.photo_id}"

    assert "Processing" in text(anna.get(path))
    assert ben.get(path).status_code == 404

    uploads.fail(photo, "This is not a photo.")
    assert "This is not a photo." in text(anna.get(path))


def test_signed_out_scripts_get_a_sentence(anonymous: Browser) -> None:
    answer = anonymous.post("/uploads", json=wish(file()))

    assert answer.status_code == 401
    assert "sign in" in answer.json["error"]
    assert photos
