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
    waiting = {
        key for key, arrived_at in media.list_uploads() if arrived_at <= now() - minimum_age_seconds
    }
    for key in waiting:
        queues.requeue_upload(key)
    failed = 0
    for photo in uploads.list_overdue():
        if media.incoming_key(photo.user_id, photo.photo_id) not in waiting:
            uploads.fail(photo, NEVER_CAME)
            failed += 1
    return {"requeued": len(waiting), "failed": failed}
