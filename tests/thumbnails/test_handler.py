"""The image function from S3 event to ready photo, with repeats, faults and lost events."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from threading import Barrier
from typing import Any
from urllib.parse import quote_plus

import pytest
from PIL import Image

from store import clock, downloads, grants, media, photos, uploads, users
from store.ids import new_id
from store.photos import Photo
from tests.aws import Account
from tests.people import pending_photo, ready_photo
from thumbnails import __main__ as reprocess
from thumbnails import handler as module
from thumbnails import sweeper, uploaded
from thumbnails.handler import handler
from thumbnails.transforms import transform

pytestmark = pytest.mark.usefixtures("aws")


def jpeg(colour: str = "orange") -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(stream, "JPEG")
    return stream.getvalue()


def granted(user_id: str, content: bytes) -> Photo:
    file = grants.File("image/jpeg", len(content), hashlib.sha256(content).hexdigest())
    (answer,) = grants.grant(user_id, [file], visibility="friends", caption="", tags=[])
    return photos.get(answer.photo_id)


def send(aws: Account, photo: Photo, content: bytes, **metadata: str) -> str:
    key = media.incoming_key(photo.user_id, photo.photo_id)
    aws.client("s3").put_object(Bucket="uploads", Key=key, Body=content, Metadata=metadata)
    return key


def message(key: str, message_id: str = "m1", received: int = 1) -> dict[str, Any]:
    event = {"Records": [{"s3": {"object": {"key": quote_plus(key)}}}]}
    return record(event, message_id, received)


def record(body: Any, message_id: str = "m1", received: int = 1) -> dict[str, Any]:
    return {
        "messageId": message_id,
        "body": json.dumps(body),
        "attributes": {"ApproximateReceiveCount": str(received)},
    }


def run(*messages: dict[str, Any]) -> list[str]:
    answer = handler({"Records": list(messages)}, None)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def names(aws: Account, bucket: str) -> set[str]:
    found = aws.client("s3").list_objects_v2(Bucket=bucket)
    return {entry["Key"] for entry in found.get("Contents", [])}


def test_upload_becomes_a_ready_photo(aws: Account, anna: str) -> None:
    photo = granted(anna, jpeg())

    assert run(message(send(aws, photo, jpeg()))) == []

    ready = photos.get(photo.photo_id)
    assert (ready.status, ready.width, ready.height) == ("ready", 640, 480)
    assert ready.placeholder
    assert names(aws, "uploads") == set()
    assert names(aws, "media") == {
        f"originals/{photo.photo_id}",
        *(f"media/{photo.photo_id}/{size}.webp" for size in media.SIZES),
    }
    assert aws.events() == [{"type": "photo.ready", "photo_id": photo.photo_id}]


def test_ready_photo_is_counted_and_timed(aws: Account, anna: str, log_lines: Any) -> None:
    photo = granted(anna, jpeg())
    sent = message(send(aws, photo, jpeg()))
    log_lines()

    run(sent, sent)

    processed, timed, end = log_lines()
    assert (processed["PhotosProcessed"], processed["photo_id"]) == (1, photo.photo_id)
    assert (timed["SecondsToReady"] >= 0, timed["photo_id"]) == (True, photo.photo_id)
    assert end["AwsCalls"] > 0


def test_failed_photo_is_counted_with_its_reason(aws: Account, anna: str, log_lines: Any) -> None:
    photo = granted(anna, b"no picture")
    sent = message(send(aws, photo, b"no picture"))
    log_lines()

    run(sent, sent)

    failed, _ = log_lines()
    assert (failed["PhotosFailed"], failed["photo_id"]) == (1, photo.photo_id)
    assert failed["reason"] == photos.get(photo.photo_id).reason


def test_original_is_kept_byte_for_byte(aws: Account, anna: str) -> None:
    photo = granted(anna, jpeg())
    run(message(send(aws, photo, jpeg())))

    kept = aws.client("s3").get_object(Bucket="media", Key=media.original_key(photo.photo_id))

    assert kept["Body"].read() == jpeg()


def test_pictures_and_original_are_stored_at_the_same_time(
    aws: Account, anna: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = granted(anna, jpeg())
    sent = message(send(aws, photo, jpeg()))
    all_begun = Barrier(len(media.SIZES) + 1, timeout=10)  # breaks, and raises, if one is missing
    for name in ("write_picture", "keep_original"):
        store = getattr(media, name)
        monkeypatch.setattr(media, name, lambda *of, store=store: (all_begun.wait(), store(*of)))

    assert run(sent) == []

    assert photos.get(photo.photo_id).status == "ready"


def test_a_repeated_message_changes_nothing(aws: Account, anna: str) -> None:
    photo = granted(anna, jpeg())
    sent = message(send(aws, photo, jpeg()))
    run(sent)
    before = aws.items()

    assert run(sent, sent) == []

    assert aws.items() == before


@pytest.mark.parametrize("step", ["keep_original", "delete_upload"])
def test_a_crash_at_any_step_is_finished_by_the_next_delivery(
    aws: Account, anna: str, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    photo = granted(anna, jpeg())
    sent = message(send(aws, photo, jpeg()))
    with monkeypatch.context() as broken:
        broken.setattr(media, step, lambda *_: 1 / 0)
        assert run(sent) == ["m1"]

    assert run(sent) == []

    assert photos.get(photo.photo_id).status == "ready"
    assert users.get(anna).photo_count == 1
    assert names(aws, "uploads") == set()
    assert aws.events()[-1]["photo_id"] == photo.photo_id


def test_one_broken_message_does_not_hold_up_the_others(
    aws: Account, anna: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = granted(anna, jpeg("red")), granted(anna, jpeg("blue"))
    messages = [
        message(send(aws, bad, jpeg("red")), "bad"),
        message(send(aws, good, jpeg("blue")), "good"),
    ]
    keep = media.keep_original
    monkeypatch.setattr(
        media, "keep_original", lambda up: 1 / 0 if up.photo_id == bad.photo_id else keep(up)
    )

    assert run(*messages) == ["bad"]

    assert photos.get(good.photo_id).status == "ready"
    assert photos.get(bad.photo_id).status == "pending"


def test_the_last_delivery_tells_the_owner(
    aws: Account, anna: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = granted(anna, jpeg())
    key = send(aws, photo, jpeg())
    monkeypatch.setattr(media, "keep_original", lambda *_: 1 / 0)

    assert run(message(key, received=module.LAST_DELIVERY)) == ["m1"]

    assert photos.get(photo.photo_id).reason == module.BROKEN


def test_the_queue_gives_up_when_we_say_so() -> None:
    from pathlib import Path

    template = Path(__file__).parents[2] / "deploy" / "template.yaml"

    assert f"maxReceiveCount: {module.LAST_DELIVERY}" in template.read_text()


def test_test_event_and_foreign_names_are_nothing(aws: Account) -> None:
    aws.client("s3").put_object(Bucket="uploads", Key="incoming/a b/ü+.jpg", Body=b"x")

    assert run(record({"Event": "s3:TestEvent"}), message("incoming/a b/ü+.jpg")) == []


def test_not_a_photo_fails_in_words_and_leaves_nothing(aws: Account, anna: str) -> None:
    photo = granted(anna, b"not a photo")

    run(message(send(aws, photo, b"not a photo")))

    assert photos.get(photo.photo_id).status == "failed"
    assert photos.get(photo.photo_id).reason.endswith(".")
    assert names(aws, "uploads") | names(aws, "media") == set()
    assert users.get(anna).bytes_used == 0


def test_other_bytes_than_promised_are_refused(aws: Account, anna: str) -> None:
    photo = granted(anna, jpeg("red"))

    run(message(send(aws, photo, jpeg("blue"))))

    assert photos.get(photo.photo_id).reason == uploaded.CHANGED


def test_plain_form_photo_takes_its_words_from_the_form(aws: Account, anna: str) -> None:
    form = Photo(new_id(), anna, "friends", "pending")

    run(
        message(
            send(aws, form, jpeg(), visibility="friends", caption="=?UTF-8?Q?H=C3=BCtte?=", tags="")
        )
    )

    ready = photos.get(form.photo_id)
    assert (ready.status, ready.visibility, ready.caption) == ("ready", "friends", "Hütte")


def test_plain_form_with_known_bytes_is_already_here(aws: Account, anna: str) -> None:
    first = granted(anna, jpeg())
    run(message(send(aws, first, jpeg())))
    again = Photo(new_id(), anna, "friends", "pending")

    run(message(send(aws, again, jpeg())))

    assert photos.get(again.photo_id).duplicate_of == first.photo_id
    assert users.get(anna).photo_count == 1
    assert not [name for name in names(aws, "media") if again.photo_id in name]


def test_no_room_for_a_plain_form_photo_is_said(
    aws: Account, anna: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grants, "QUOTA", 10)
    form = Photo(new_id(), anna, "friends", "pending")

    run(message(send(aws, form, jpeg())))

    assert photos.get(form.photo_id).reason == uploaded.NO_ROOM
    assert names(aws, "uploads") == set()


def test_a_photo_deleted_while_it_was_made_stays_deleted(
    aws: Account, anna: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = granted(anna, jpeg())
    key = send(aws, photo, jpeg())
    keep = media.keep_original

    def withdraw(upload: media.Upload) -> None:
        keep(upload)
        uploads.fail(photo, "withdrawn")

    monkeypatch.setattr(media, "keep_original", withdraw)

    assert run(message(key)) == []

    assert photos.get(photo.photo_id).reason == "withdrawn"
    assert names(aws, "media") == set()
    assert aws.events() == []


def queued(aws: Account) -> list[dict[str, Any]]:
    sqs = aws.client("sqs")
    url = sqs.get_queue_url(QueueName="thumbnails")["QueueUrl"]
    found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [record(json.loads(each["Body"])) for each in found]


def test_sweep_finds_an_upload_whose_event_was_lost(aws: Account, anna: str) -> None:
    photo = granted(anna, jpeg())
    send(aws, photo, jpeg())

    assert handler({"sweep": {"minimum_age_seconds": 0}}, None) == {"requeued": 1, "failed": 0}
    run(*queued(aws))

    assert photos.get(photo.photo_id).status == "ready"


def test_sweep_finds_an_upload_whose_reservation_was_lost(aws: Account, anna: str) -> None:
    lost = Photo(new_id(), anna, "friends", "pending")
    send(aws, lost, jpeg())

    handler({"sweep": {"minimum_age_seconds": 0}}, None)
    run(*queued(aws))

    assert photos.get(lost.photo_id).status == "ready"
    assert photos.get(lost.photo_id).visibility == "private"


def test_sweep_leaves_fresh_uploads_to_their_event(aws: Account, anna: str) -> None:
    send(aws, granted(anna, jpeg()), jpeg())

    assert handler({"sweep": {}}, None) == {"requeued": 0, "failed": 0}


def test_sweep_fails_grants_that_nobody_used(
    aws: Account, anna: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    unused, done = pending_photo(anna, "unused"), ready_photo(anna, "done")
    late = clock.now() + uploads.GIVE_UP_AFTER + 1
    monkeypatch.setattr(uploads, "now", lambda: late)

    assert handler({"sweep": {}}, None) == {"requeued": 0, "failed": 1}

    assert photos.get(unused.photo_id).reason == sweeper.NEVER_CAME
    assert photos.get(done.photo_id).status == "ready"


def test_sweep_leaves_an_upload_alone_that_came_late(
    aws: Account, anna: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrived = clock.now()
    monkeypatch.setattr(grants, "now", lambda: arrived - 6 * clock.MINUTE)
    photo = granted(anna, jpeg())
    key = send(aws, photo, jpeg())
    for each in (uploads, sweeper):
        monkeypatch.setattr(each, "now", lambda: arrived + 10 * clock.MINUTE)

    assert handler({"sweep": {}}, None) == {"requeued": 0, "failed": 0}
    run(message(key, received=2))

    assert photos.get(photo.photo_id).status == "ready"


def test_copy_to_take_home_is_made_from_the_original(aws: Account, anna: str) -> None:
    photo = granted(anna, jpeg())
    run(message(send(aws, photo, jpeg())))

    assert run(record({"copy": photo.photo_id})) == []

    copy = aws.client("s3").get_object(Bucket="media", Key=media.copy_key(photo.photo_id))
    picture = Image.open(io.BytesIO(copy["Body"].read()))
    assert (picture.format, picture.size) == ("JPEG", (640, 480))


def test_copy_that_cannot_be_made_is_noted_and_not_tried_again(aws: Account, anna: str) -> None:
    photo = ready_photo(anna)
    aws.client("s3").put_object(
        Bucket="media", Key=media.original_key(photo.photo_id), Body=b"rotten"
    )

    assert run(record({"copy": photo.photo_id})) == []

    with pytest.raises(downloads.NoCopy):
        downloads.find_copy(photo)


def test_photo_that_cannot_be_made_anew_keeps_its_pictures(aws: Account, anna: str) -> None:
    photo = granted(anna, jpeg())
    run(message(send(aws, photo, jpeg())))
    aws.client("s3").put_object(
        Bucket="media", Key=media.original_key(photo.photo_id), Body=b"rotten"
    )
    before = names(aws, "media")

    assert run(record({"remake": photo.photo_id})) == []

    assert names(aws, "media") == before


def test_photo_is_made_anew_in_place(aws: Account, anna: str) -> None:
    photo = granted(anna, jpeg())
    run(message(send(aws, photo, jpeg())))
    before = names(aws, "media")
    media.write_picture(photo.photo_id, "320", b"an old preset's")
    media.write_picture(photo.photo_id, "640", b"made on request")

    assert run(record({"remake": photo.photo_id})) == []

    assert names(aws, "media") == before
    assert media.read_picture(photo.photo_id, "320") != b"an old preset's"
    assert photos.get(photo.photo_id).status == "ready"


def test_no_picture_is_missing_while_it_is_made_anew(
    aws: Account, anna: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = granted(anna, jpeg())
    run(message(send(aws, photo, jpeg())))
    before = names(aws, "media")
    seen: list[set[str]] = []
    for name in ("write_picture", "delete_made_on_request"):
        do = getattr(media, name)
        monkeypatch.setattr(
            media, name, lambda *of, do=do: (do(*of), seen.append(names(aws, "media")))
        )

    run(record({"remake": photo.photo_id}))

    assert len(seen) == len(media.SIZES) + 1
    assert all(there >= before for there in seen)


def test_a_photo_deleted_while_it_is_made_anew_leaves_nothing(
    aws: Account, anna: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = granted(anna, jpeg())
    run(message(send(aws, photo, jpeg())))
    forget = media.delete_made_on_request

    def delete(photo_id: str) -> None:
        photos.delete(anna, photo_id)
        forget(photo_id)

    monkeypatch.setattr(media, "delete_made_on_request", delete)

    assert run(record({"remake": photo.photo_id})) == []

    assert names(aws, "media") == set()


def test_a_photo_that_is_not_ready_keeps_its_original(aws: Account, anna: str) -> None:
    photo = pending_photo(anna)
    aws.client("s3").put_object(Bucket="media", Key=media.original_key(photo.photo_id), Body=jpeg())

    assert run(record({"remake": photo.photo_id})) == []

    assert media.original_key(photo.photo_id) in names(aws, "media")


@pytest.mark.parametrize("task", ["copy", "remake"])
def test_work_on_what_is_gone_is_no_error(task: str) -> None:
    assert run(record({task: new_id()})) == []


def test_reprocessing_takes_all_in_order_and_goes_on_where_it_ended(
    aws: Account, anna: str, capsys: pytest.CaptureFixture[str]
) -> None:
    made = []
    for colour in ("red", "green", "blue"):
        photo = granted(anna, jpeg(colour))
        run(message(send(aws, photo, jpeg(colour))))
        made.append(photo.photo_id)

    assert reprocess.run(media.list_originals(), by_queue=False) == 0
    assert [line.split()[:4] for line in capsys.readouterr().out.splitlines()[:3]] == [
        [str(number), "of", "3", photo_id] for number, photo_id in enumerate(made, 1)
    ]

    reprocess.run(media.list_originals(after=made[0]), by_queue=True)
    assert sorted(json.loads(each["body"])["remake"] for each in queued(aws)) == made[1:]


def test_pictures_come_back_from_the_original_with_table_and_bucket_alone(
    aws: Account, anna: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = granted(anna, jpeg())
    run(message(send(aws, photo, jpeg())))
    whole = names(aws, "media")
    for name in whole - {media.original_key(photo.photo_id)}:
        aws.client("s3").delete_object(Bucket="media", Key=name)
    for variable in ("UPLOAD_BUCKET", "TOPIC_ARN", "THUMBNAILS_QUEUE_URL"):
        monkeypatch.delenv(variable)

    assert reprocess.run([photo.photo_id], by_queue=False) == 0

    assert names(aws, "media") == whole


def test_reprocessing_lets_uploads_go_first(
    aws: Account, anna: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Work is handed out only while the queue is short."""
    monkeypatch.setattr(reprocess, "MOST_WAITING", 2)
    slept: list[list[dict[str, Any]]] = []
    monkeypatch.setattr(reprocess.time, "sleep", lambda _: slept.append(queued(aws)))

    assert reprocess.run([new_id() for _ in range(5)], by_queue=True) == 0

    assert [len(done) for done in slept] == [2, 2]


def test_reprocessing_goes_on_after_what_it_cannot_read(
    aws: Account, anna: str, capsys: pytest.CaptureFixture[str]
) -> None:
    made = []
    for colour in ("red", "green"):
        photo = granted(anna, jpeg(colour))
        run(message(send(aws, photo, jpeg(colour))))
        made.append(photo.photo_id)
    aws.client("s3").put_object(Bucket="media", Key=media.original_key(made[0]), Body=b"rotten")
    before = names(aws, "media")

    assert reprocess.run(made, by_queue=False) == 1

    first, second, last = capsys.readouterr().out.splitlines()
    assert f"{made[0]} failed: " in first
    assert second.endswith(f"{made[1]} made anew")
    assert last == "done, 1 failed"
    assert names(aws, "media") == before


def request(path: str) -> dict[str, Any]:
    return handler({"version": "2.0", "rawPath": path}, None)


def test_picture_on_request_is_made_and_kept(aws: Account, anna: str) -> None:
    photo = granted(anna, jpeg())
    run(message(send(aws, photo, jpeg())))

    answer = request(f"/media/{photo.photo_id}/square-96.webp")

    picture = base64.b64decode(answer["body"])
    assert Image.open(io.BytesIO(picture)).size == (96, 96)
    assert media.read_picture(photo.photo_id, "square-96") == picture


def test_portrait_is_made_for_the_square_that_its_owner_has_chosen(aws: Account, anna: str) -> None:
    photo = granted(anna, jpeg())
    run(message(send(aws, photo, jpeg())))
    path = f"/media/{photo.photo_id}/portrait-"

    assert request(f"{path}10-20-100.webp")["statusCode"] == 404
    users.set_picture(anna, photo.photo_id, (10, 20, 100))
    answer = request(f"{path}10-20-100.webp")
    assert Image.open(io.BytesIO(base64.b64decode(answer["body"]))).size == (192, 192)
    for other in ("10-20-101", "50-50-100", "", "10-20", "../10-20-100"):
        assert request(f"{path}{other}.webp")["statusCode"] == 404

    users.forget_picture(anna)
    assert request(f"{path}10-20-100.webp")["statusCode"] == 404


def test_watermark_bears_the_name_that_its_owner_has_now(aws: Account, anna: str) -> None:
    photo = granted(anna, jpeg())
    run(message(send(aws, photo, jpeg())))
    path = f"/media/{photo.photo_id}/"
    before = media.marked_name("marked-960", users.get(anna).name)

    first = request(f"{path}{before}.webp")
    choices = {"language": "", "time_zone": "", "may_be_asked": True}
    users.set_up(anna, name="Annabel", shows_mutual=False, shows_camera=False, **choices)
    after = media.marked_name("marked-960", "Annabel")

    assert first["body"] != request(f"{path}{after}.webp")["body"]
    assert media.read_picture(photo.photo_id, after)
    assert request(f"{path}{before}.webp")["statusCode"] == 404
    assert request(f"{path}marked-960.webp")["statusCode"] == 404


def test_picture_on_request_does_not_outlive_its_photo(
    aws: Account, anna: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = granted(anna, jpeg())
    run(message(send(aws, photo, jpeg())))
    write = media.write_picture

    def delete(photo_id: str, *picture: Any) -> None:
        photos.delete(anna, photo_id)
        media.delete_kept(photo_id)
        write(photo_id, *picture)

    monkeypatch.setattr(media, "write_picture", delete)

    assert request(f"/media/{photo.photo_id}/640.webp")["statusCode"] == 404

    assert names(aws, "media") == set()


def test_picture_on_request_is_made_of_the_newest(
    aws: Account, anna: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = granted(anna, jpeg())
    run(message(send(aws, photo, jpeg())))
    write = media.write_picture
    media.write_picture(photo.photo_id, "1920", transform(jpeg("red"), "640"))

    def remade(photo_id: str, *picture: Any) -> None:
        monkeypatch.setattr(media, "write_picture", write)
        run(record({"remake": photo_id}))
        write(photo_id, *picture)

    monkeypatch.setattr(media, "write_picture", remade)

    answer = request(f"/media/{photo.photo_id}/640.webp")

    picture = Image.open(io.BytesIO(base64.b64decode(answer["body"])))
    assert picture.getpixel((9, 9))[1] > 100  # orange, not red
    assert base64.b64decode(answer["body"]) == media.read_picture(photo.photo_id, "640")


def test_copy_does_not_outlive_its_photo(
    aws: Account, anna: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = granted(anna, jpeg())
    run(message(send(aws, photo, jpeg())))
    write = media.write_copy

    def delete(photo_id: str, copy: bytes) -> None:
        photos.delete(anna, photo_id)
        write(photo_id, copy)

    monkeypatch.setattr(media, "write_copy", delete)

    assert run(record({"copy": photo.photo_id})) == []

    assert names(aws, "media") == set()


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/media/x/640.webp",
        "/media/{id}/641.webp",
        "/media/{id}/640.webp/..",
        "/media/{id}/1920.webp",
        "/media/01JDFAAAAAAAAAAAAAAAAAAAAA/640.webp",
    ],
)
def test_what_is_not_on_the_list_asks_for_nothing(aws: Account, anna: str, path: str) -> None:
    photo = granted(anna, jpeg())
    run(message(send(aws, photo, jpeg())))
    before = names(aws, "media")

    assert request(path.replace("{id}", photo.photo_id))["statusCode"] == 404

    assert names(aws, "media") == before
