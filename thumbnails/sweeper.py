"""What got lost is found: an event can be lost and a queue can be down, but an object in
`incoming/` cannot be overlooked."""

from __future__ import annotations

from store import media, queues, uploads
from store.clock import now

NEVER_CAME = "The file never arrived. Please try again."


def sweep(minimum_age_seconds: int = uploads.GIVE_UP_AFTER) -> dict[str, int]:
    """Queue again every upload that has lain unhandled that long; fail grants that nobody used.

    Return how many of each.
    """
    overdue = list(uploads.list_overdue())  # first: what arrives meanwhile is then in the listing
    arrived = dict(media.list_uploads())
    waiting = [key for key, moment in arrived.items() if moment <= now() - minimum_age_seconds]
    for key in waiting:
        queues.requeue_upload(key)
    unused = [
        photo
        for photo in overdue
        if media.incoming_key(photo.user_id, photo.photo_id) not in arrived
    ]
    for photo in unused:
        uploads.fail(photo, NEVER_CAME)
    return {"requeued": len(waiting), "failed": len(unused)}
