"""Long rolls without long uploads: copies of photos that are there already."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from ulid import ULID

from tests.stack import Stack
from tests.waiting import eventually


def copy_photos(stack: Stack, photo_ids: list[str], count: int, *, searched: bool = False) -> None:
    """Make copies of the photos in their owner's feed, in turn, each half an hour older.

    They are found by a search only if they are to be `searched`; a hundred or more are for phones.
    """
    database, s3 = stack.client("dynamodb"), stack.client("s3")
    names = stack.environment("web")
    table, bucket = names["TABLE_NAME"], names["MEDIA_BUCKET"]
    originals = []
    for photo_id in photo_ids:
        photo = _get(database, table, f"PHOTO#{photo_id}", "PHOTO")
        entry = _get(database, table, f"FEED#{photo['user_id']['S']}", photo_id)
        postings = eventually(partial(_postings, database, table, photo_id)) if searched else []
        originals.append((photo_id, photo, entry, *postings))
    pictures = ["media/{}/320.webp", "media/{}/960.webp"]
    # A phone never fetches the largest, and five hundred copies of it would take seconds.
    if count < 100:
        pictures += ["media/{}/1920.webp", "originals/{}"]
    puts = []
    for number in range(1, count + 1):
        photo_id, *items = originals[number % len(originals)]
        added = datetime.now(UTC) - timedelta(minutes=30 * number)
        copy = str(ULID.from_datetime(added))
        for item in items:
            new = json.loads(json.dumps(item).replace(photo_id, copy))
            if item["PK"]["S"].startswith(
                "INDEX#"
            ):  # postings stand by the time, and go when it is not the photo's
                new["SK"] = {"S": f"{added:%Y-%m-%dT%H:%M:%S}#{copy}"}
            puts.append({"PutRequest": {"Item": new}})
        for key in pictures:
            source = {"Bucket": bucket, "Key": key.format(photo_id)}
            s3.copy_object(Bucket=bucket, Key=key.format(copy), CopySource=source)
    for start in range(0, len(puts), 25):
        database.batch_write_item(RequestItems={table: puts[start : start + 25]})


def _get(database: Any, table: str, pk: str, sk: str) -> dict[str, Any]:
    found = database.get_item(TableName=table, Key={"PK": {"S": pk}, "SK": {"S": sk}})
    item: dict[str, Any] = found["Item"]
    return item


def _postings(database: Any, table: str, photo_id: str) -> list[dict[str, Any]]:
    pages = database.get_paginator("scan").paginate(
        TableName=table,
        FilterExpression="begins_with(PK, :index) AND contains(SK, :photo_id)",
        ExpressionAttributeValues={":index": {"S": "INDEX#"}, ":photo_id": {"S": photo_id}},
    )
    return [item for page in pages for item in page["Items"]]
