"""`make demo`: six people move in, make friends and share their photos, as people would.

It runs as a process with the web function's rights and goes the real way: invites are accepted,
uploads are granted and posted to S3, and the workers do the rest.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import requests
from ulid import ULID

from local.demo.life import live
from local.demo.people import FRIENDS, PEOPLE
from local.demo.pictures import paint
from local.demo.shots import SHOTS, Shot
from local.login.names import ISSUER
from local.login.tokens import subject
from store import invites, photos, presigned, users
from store.photos import Photo

PHOTOS = Path(__file__).parents[3] / "shared" / "photos"
SIZES = ((1600, 1067), (1200, 1500), (1600, 1200), (1920, 1080), (1400, 1400), (1067, 1600))
PATIENCE = 600  # seconds for the workers to finish


def main() -> None:
    """Bring everybody and everything in, newest photos first, and say when it is done."""
    today = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    ids = {email.split("@")[0]: _move_in(email, name) for email, name in PEOPLE.items()}
    for one, other in FRIENDS:
        invite = invites.get(invites.create(ids[one]))
        invites.accept(invite, ids[other])
        invites.revoke(ids[one], invite.invite_id)
    shared = [_share(shot, number, ids[shot.person], today) for number, shot in enumerate(SHOTS)]
    live(ids, _developed(shared))
    print(f"The demo is complete: {len(PEOPLE)} people, {len(shared)} photos.", flush=True)


def _move_in(email: str, name: str) -> str:
    return users.sign_up(users.identity_id(ISSUER, subject(email)), name)


def _share(shot: Shot, number: int, user_id: str, today: datetime) -> str:
    """Post one photo as the upload page's plain form does; return its id.

    A photo's id begins with the time of its upload, which is how these come from different days.
    """
    taken_at = min(
        today.replace(hour=0) - timedelta(days=shot.days_ago) + timedelta(hours=shot.hour),
        today - timedelta(minutes=number),
    )
    photo_id = str(ULID.from_datetime(taken_at + timedelta(minutes=20)))
    form = presigned.grant_form(user_id, photo_id, redirect_to="http://127.0.0.1/")
    words_and_audience = {
        "x-amz-meta-visibility": shot.visibility,
        "x-amz-meta-caption": shot.caption.encode(),
        "x-amz-meta-tags": shot.tags,
    }
    answer = requests.post(
        form.url,
        data=form.fields | words_and_audience,
        files={"file": _picture(shot, number, taken_at)},
        allow_redirects=False,
        timeout=60,
    )
    answer.raise_for_status()
    return photo_id


def _picture(shot: Shot, number: int, taken_at: datetime) -> bytes:
    file = PHOTOS / shot.file
    if shot.file and file.exists():
        return file.read_bytes()
    return paint(shot.scene, number, SIZES[number % len(SIZES)], taken_at)


def _developed(photo_ids: list[str]) -> list[Photo]:
    """Wait for the workers; return the photos that are ready, in that order."""
    deadline = time.monotonic() + PATIENCE
    done: dict[str, Photo] = {}
    while time.monotonic() < deadline and len(done) < len(photo_ids):
        time.sleep(1)
        found = photos.get_many(photo_ids)
        done = {each: it for each, it in found.items() if it.status != photos.PENDING}
    return [done[each] for each in photo_ids if each in done and done[each].status == photos.READY]
