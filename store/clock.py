"""Time as the table keeps it: whole seconds since 1970, UTC."""

import time
from datetime import UTC, datetime

MINUTE, HOUR, DAY = 60, 3600, 86400


def now() -> int:
    """Return the present in whole seconds since 1970."""
    return int(time.time())


def as_datetime(seconds: int) -> datetime:
    """Return those seconds since 1970 as a datetime in UTC."""
    return datetime.fromtimestamp(seconds, UTC)
