"""What a person wants to be told, where and when. Without an item: in the app, of everything."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from store import due, keys, table
from store.bundles import Bundle
from store.clock import as_datetime, now
from store.errors import Conflict

APP, PUSH, MAIL = "app", "push", "mail"
CHANNELS = (APP, PUSH, MAIL)
OFF, EACH, DAILY = "off", "each", "daily"
MAIL_MODES = (OFF, EACH, DAILY)
DIGEST_AT = time(8, 0)  # on the person's clock; later if their quiet hours are not over
MUTES = 200


@dataclass(frozen=True, slots=True)
class Preferences:
    """`off` has "kind:channel", `muted` "person:ID" and "album:ID".

    Quiet hours are "HH:MM" on the clock of `zone` (IANA), both empty for none, and may go past
    midnight. `address` is the verified one that e-mail goes to, empty until it was turned on.
    """

    user_id: str
    off: frozenset[str] = frozenset()
    muted: frozenset[str] = frozenset()
    mail: str = OFF
    address: str = ""
    quiet_from: str = ""
    quiet_to: str = ""
    zone: str = "UTC"
    language: str = "en"

    @classmethod
    def from_item(cls, item: table.Item) -> Preferences:
        found = {name: item[name] for name in cls.__slots__ if name in item}
        for name in ("off", "muted"):
            found[name] = frozenset(found.get(name, ()))
        return cls(**found)

    def wants(self, bundle: Bundle, channel: str) -> bool:
        """Say whether this bundle is to be told there: its kind, its album, whoever did it."""
        if f"{bundle.kind}:{channel}" in self.off:
            return False
        if f"album:{bundle.album_id}" in self.muted:
            return False
        return not bundle.actors or not bundle.actors <= self.muted

    def quiet_until(self, moment: int) -> int | None:
        """Return when the quiet hours that hold at `moment` end (both seconds since 1970)."""
        if not self.quiet_from or self.quiet_from == self.quiet_to:
            return None
        here = as_datetime(moment).astimezone(zone_info(self.zone))
        start, end = time.fromisoformat(self.quiet_from), time.fromisoformat(self.quiet_to)
        clock = here.time()
        inside = start <= clock < end if start < end else clock >= start or clock < end
        return _next(here, end) if inside else None

    def digest_at(self, moment: int) -> int:
        """Return when the next daily mail is due after `moment`."""
        here = as_datetime(moment).astimezone(zone_info(self.zone))
        due_at = _next(here, DIGEST_AT)
        return self.quiet_until(due_at) or due_at


def zone_info(name: str) -> ZoneInfo:
    """Return the time zone of that IANA name; UTC for one that is not known here."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def _next(here: datetime, clock: time) -> int:
    """Return the next moment after `here` at which its clocks show that time."""
    day = here.date() if here.time() < clock else here.date() + timedelta(days=1)
    return int(datetime.combine(day, clock, here.tzinfo).timestamp())


def mail_sender() -> str:
    """Return the address that mail comes from, empty where the deployer has set none up."""
    return os.environ.get("MAIL_FROM", "")


def get(user_id: str) -> Preferences:
    """Return what the person wants."""
    return get_many([user_id])[user_id]


def get_many(user_ids: Iterable[str]) -> dict[str, Preferences]:
    """Return what these people want, by id: one call for a hundred."""
    wanted = list(user_ids)
    found = table.get_many(keys.preferences(user_id) for user_id in wanted)
    return {
        user_id: Preferences.from_item(
            found.get(keys.preferences(user_id), {}) | {"user_id": user_id}
        )
        for user_id in wanted
    }


def save(
    user_id: str,
    *,
    off: set[str],
    mail: str,
    quiet: tuple[str, str],
    zone: str,
    language: str,
) -> Preferences:
    """Keep a person's choices, and return them all; plan the next daily mail."""
    values = {
        "user_id": user_id,
        "mail": mail,
        "quiet_from": quiet[0],
        "quiet_to": quiet[1],
        "zone": zone,
        "language": language,
    }
    change = table.update(
        keys.preferences(user_id),
        set_=values | ({"off": off} if off else {}),
        remove=[] if off else ["off"],
    )
    table.write(change)
    chosen = get(user_id)
    if chosen.mail == DAILY:
        plan_daily(chosen)
    return chosen


def plan_daily(chosen: Preferences) -> None:
    """Have the person's next daily mail sent at its time."""
    message = {"type": "daily.due", "user_id": chosen.user_id}
    due_at = chosen.digest_at(now())
    due.wait(MAIL, message, due_at=due_at, user_id=chosen.user_id, what="daily")


def set_address(user_id: str, address: str) -> None:
    """Note the verified address that the person's mail goes to."""
    table.write(table.update(keys.preferences(user_id), set_={"address": address}))


def stop_mail(user_id: str, *, address: str | None = None) -> None:
    """Send no more mail: the person said so, or the `address` does not take it and is forgotten."""
    change = table.update(
        keys.preferences(user_id),
        set_={"mail": OFF},
        remove=["address"] if address else [],
        condition="#address = :address" if address else "",
        values={":address": address} if address else {},
    )
    with contextlib.suppress(Conflict):  # it is another address by now
        table.write(change)


def mute(user_id: str, what: str, *, muted: bool) -> None:
    """Hear no more of "person:ID" or "album:ID", or hear of it again."""
    if muted and len(get(user_id).muted) >= MUTES:
        return
    operation = table.update(
        keys.preferences(user_id),
        add={"muted": {what}} if muted else {},
        discard={} if muted else {"muted": {what}},
    )
    table.write(operation)
