"""What waits for a time: news held back by quiet hours, daily mails, and events that may not have
reached the topic.

A scheduled sweep asks for what is due. For minutes a queue's own delay is exact and costs nothing
to wait; for hours a message would go round every fifteen minutes.
"""

from __future__ import annotations

from typing import Any

from store import keys, queues, table
from store.clock import DAY, now

A_CALL = 100


def wait(channel: str, message: dict[str, Any], *, due_at: int, user_id: str, what: str) -> None:
    """Have the message put into the channel's queue at that time; asking twice is asking once."""
    table.write(table.put(item(channel, message, due_at=due_at, whose=user_id, what=what)))


def item(
    channel: str, message: dict[str, Any], *, due_at: int, whose: str, what: str
) -> table.Item:
    """Return what waits as an item, for a transaction; `whose` and `what` tell it from others."""
    return {**keys.due(due_at, whose, what).primary, "channel": channel, "message": message}


def forget(item: table.Item) -> None:
    """Let it wait no longer; one that is not there is no error."""
    table.write(table.delete(keys.Key.of(item)))


def send_what_is_due() -> int:
    """Put what is due into its queue and forget it; return how much that was.

    It is forgotten last: what breaks off is sent again, and the channels send nothing twice.
    """
    count = 0
    while True:
        page = table.query(*keys.all_of(keys.due), before=str(now() + 1), limit=A_CALL)
        for waiting in page.items:
            if queues.takes(waiting["channel"]):
                queues.send_to_channel(waiting["channel"], waiting["message"], seconds=0)
            else:  # the deployer has taken the sender of mail away, and may bring it back
                _put_off(waiting)
            forget(waiting)
        count += len(page.items)
        if page.cursor is None:
            return count


def _put_off(waiting: table.Item) -> None:
    _, whose, what = waiting["SK"].split("#", 2)
    channel, message = waiting["channel"], waiting["message"]
    table.write(table.put(item(channel, message, due_at=now() + DAY, whose=whose, what=what)))
