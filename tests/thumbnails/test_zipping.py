"""A zip of chosen photos, from the wish to its parts."""

from __future__ import annotations

import io
from zipfile import ZipFile

import pytest
from PIL import Image

from store import friends, media, photos, zips
from store.errors import Conflict, NotFound
from store.photos import Photo
from tests.aws import Account
from tests.people import ready_photo
from thumbnails import zipping
from thumbnails.handler import handler

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def ben(ben: str, anna: str) -> str:
    friends.befriend(anna, ben)
    return ben


def kept_photo(aws: Account, owner_id: str, colour: str, **more: str) -> Photo:
    """A ready photo whose original is there."""
    photo = ready_photo(owner_id, colour, **more)
    stream = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    Image.new("RGB", (64, 48), colour).save(stream, "JPEG", exif=exif)
    aws.client("s3").put_object(
        Bucket="media", Key=media.original_key(photo.photo_id), Body=stream.getvalue()
    )
    return photo


def work(aws: Account) -> int:
    """Let the image function work until its queue is empty; return how many runs that took."""
    sqs, runs = aws.client("sqs"), 0
    url = sqs.get_queue_url(QueueName="thumbnails")["QueueUrl"]
    while messages := sqs.receive_message(QueueUrl=url).get("Messages"):
        for message in messages:
            record = {"messageId": "m", "body": message["Body"], "attributes": {}}
            assert handler({"Records": [record]}, None) == {"batchItemFailures": []}
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            runs += 1
    return runs


def contents(aws: Account, zip_id: str) -> list[dict[str, bytes]]:
    """The parts' files by name; each part is a zip that tests clean."""
    found = []
    for number in range(1, len(zips.get(zip_id).parts) + 1):
        part = aws.client("s3").get_object(Bucket="media", Key=zips.part_key(zip_id, number))
        archive = ZipFile(io.BytesIO(part["Body"].read()))
        assert archive.testzip() is None
        found.append({name: archive.read(name) for name in archive.namelist()})
    return found


def test_own_photos_come_untouched_others_without_metadata(
    aws: Account, anna: str, ben: str
) -> None:
    mine, theirs = kept_photo(aws, ben, "red"), kept_photo(aws, anna, "blue")

    zip_id = zips.create(ben, [mine.photo_id, theirs.photo_id])
    work(aws)

    (files,) = contents(aws, zip_id)
    with_secrets = [name for name, content in files.items() if b"secret place" in content]
    assert len(files) == 2
    assert [mine.photo_id[-6:].lower() in name for name in with_secrets] == [True]
    assert aws.events()[-1] == {"type": "zip.ready", "zip_id": zip_id, "user_id": ben}


def test_what_the_person_may_not_see_is_not_in_it(aws: Account, anna: str, ben: str) -> None:
    hidden = kept_photo(aws, anna, "red", visibility="private")
    shown = kept_photo(aws, anna, "blue")

    zip_id = zips.create(ben, [hidden.photo_id, shown.photo_id])
    work(aws)

    (files,) = contents(aws, zip_id)
    assert len(files) == 1
    assert zips.get(zip_id).skipped == [hidden.photo_id]


def test_what_no_copy_can_be_made_of_is_not_in_it(aws: Account, anna: str, ben: str) -> None:
    rotten, fresh = kept_photo(aws, anna, "red"), kept_photo(aws, anna, "blue")
    aws.client("s3").put_object(
        Bucket="media", Key=media.original_key(rotten.photo_id), Body=b"rotten"
    )

    for _ in range(2):  # the second time the first attempt has left its note
        zip_id = zips.create(ben, [rotten.photo_id, fresh.photo_id])
        work(aws)

        (files,) = contents(aws, zip_id)
        assert len(files) == 1
        assert zips.get(zip_id).skipped == [rotten.photo_id]


def test_a_right_that_ends_meanwhile_counts(aws: Account, anna: str, ben: str) -> None:
    photo = kept_photo(aws, anna, "red")
    zip_id = zips.create(ben, [photo.photo_id])
    zipping.build(zip_id)  # the copy is made
    friends.remove(anna, ben)

    work(aws)

    assert zips.get(zip_id).is_ready
    assert zips.get(zip_id).parts == []


@pytest.mark.parametrize(("part_bytes", "run_seconds", "expected"), [(1, 30, 4), (10**9, -1, 6)])
def test_large_zip_is_split_and_takes_many_runs(
    aws: Account,
    anna: str,
    monkeypatch: pytest.MonkeyPatch,
    part_bytes: int,
    run_seconds: int,
    expected: int,
) -> None:
    monkeypatch.setattr(zipping, "PART_BYTES", part_bytes)
    monkeypatch.setattr(zipping, "RUN_SECONDS", run_seconds)
    chosen = [kept_photo(aws, anna, colour).photo_id for colour in ("red", "green", "blue")]

    zip_id = zips.create(anna, chosen)
    runs = work(aws)

    parts = contents(aws, zip_id)
    assert [len(files) for files in parts] == [1, 1, 1]
    assert len({name for files in parts for name in files}) == 3
    assert runs == expected


def test_a_message_that_comes_twice_does_the_work_once(aws: Account, anna: str) -> None:
    zip_id = zips.create(anna, [kept_photo(aws, anna, "red").photo_id])
    before = zips.get(zip_id)
    zipping.build(zip_id)

    with pytest.raises(Conflict):
        zips.note_prepared(before, prepared=1, skipped=[])
    work(aws)

    assert len(zips.get(zip_id).parts) == 1


def test_same_photo_chosen_twice_is_once_in_it(aws: Account, anna: str) -> None:
    photo = kept_photo(aws, anna, "red")

    assert zips.get(zips.create(anna, [photo.photo_id] * 2)).photo_ids == [photo.photo_id]


def test_after_a_week_it_is_gone(anna: str, monkeypatch: pytest.MonkeyPatch) -> None:
    zip_id = zips.create(anna, [photos.Photo("01JDFAAAAAAAAAAAAAAAAAAAAA", anna, "", "").photo_id])
    late = zips.get(zip_id).expires_at
    monkeypatch.setattr(zips, "now", lambda: late)

    with pytest.raises(NotFound):
        zips.get(zip_id)
