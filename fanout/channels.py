"""The channels that reach people outside of the app: each has its queue and ends here.

Both do the same: wait until the bundle's window has closed, ask what the person wants and may see
at this moment, wait for the end of their quiet hours, and send once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from store import bundles, due, notices, preferences, queues
from store.clock import now
from store.notices import Notice
from store.preferences import Preferences

log = logging.getLogger(__name__)

Send = Callable[[Preferences, Notice], None]


class Undelivered(Exception):
    """Some of a message's people could not be reached; the message is to come again."""


def deliver(message: dict[str, Any], channel: str, send: Send, wants: Callable[..., bool]) -> None:
    """Tell the message's bundle to its people by this channel.

    `wants` says whether somebody takes the channel at all. Whoever could not be reached does not
    keep the others from being told. Raises Undelivered.
    """
    bundle = bundles.get(message["bundle_id"])
    if bundle is None:
        return
    open_for = bundle.due_at - now()
    if open_for > 0:
        queues.send_to_channel(channel, message, seconds=open_for)
        return
    failed = 0
    for chosen in preferences.get_many(message["user_ids"]).values():
        try:
            if wants(chosen) and chosen.wants(bundle, channel):
                _deliver_to(chosen, bundle, channel, send)
        except Exception:
            log.exception("bundle %s was not delivered by %s", bundle.bundle_id, channel)
            failed += 1
    if failed:
        raise Undelivered(f"{failed} of {len(message['user_ids'])}")


def _deliver_to(chosen: Preferences, bundle: bundles.Bundle, channel: str, send: Send) -> None:
    quiet_until = chosen.quiet_until(now())
    if quiet_until:
        due.wait(
            channel,
            {"type": "notice.opened", "bundle_id": bundle.bundle_id, "user_ids": [chosen.user_id]},
            due_at=quiet_until,
            user_id=chosen.user_id,
            what=f"{channel}#{bundle.bundle_id}",
        )
        return
    notice = notices.find_untold(chosen.user_id, bundle)
    if notice:
        send(chosen, notice)
