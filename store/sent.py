"""What went out already: one item for each piece of news, person and channel.

Queues deliver at least once. An attempt claims the item before it sends and marks it afterwards, so
that a repeat finds it marked. Only an attempt that dies between the two is repeated when its claim
has run out: it may have sent or not, and the rare second mail is better than none.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from store import keys, table
from store.clock import DAY, MINUTE, now
from store.errors import Conflict

CLAIM = 2 * MINUTE  # longer than the function may run, shorter than a message is hidden
REMEMBERED = 30 * DAY
SENDING, SENT = "sending", "sent"


class Busy(Exception):
    """Another attempt is sending it at this moment."""


@contextmanager
def once(user_id: str, news_id: str, channel: str) -> Iterator[bool]:
    """Say whether to send it now, and note that it was sent if the block ends without an error.

    Raises Busy while another attempt is at it, so that this one comes again.
    """
    key = keys.sent(user_id, news_id, channel)
    mine = _claim(key)
    try:
        yield mine
    except BaseException:
        if mine:
            table.write(table.delete(key))
        raise
    if mine:
        table.write(table.update(key, set_={"state": SENT}))


def _claim(key: keys.Key) -> bool:
    item = {
        **key.primary,
        "state": SENDING,
        "until": now() + CLAIM,
        "expires_at": now() + REMEMBERED,
    }
    try:
        table.write(
            table.put(
                item,
                condition="attribute_not_exists(PK) OR (#state = :sending AND #until < :now)",
                values={":sending": SENDING, ":now": now()},
            )
        )
    except Conflict:
        found = table.get(key)
        if found is None or found["state"] == SENDING:
            raise Busy from None
        return False
    return True
