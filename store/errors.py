"""What can go wrong with stored things, named for the caller. Anything else propagates."""


class NotFound(Exception):
    """There is no such thing, or the person asking has no right to know that there is."""


class Conflict(Exception):
    """A condition did not hold when the write arrived: somebody else was there first."""

    def __init__(self, failed: tuple[int, ...] = ()) -> None:
        """`failed` are the positions of the refused operations in a transaction."""
        super().__init__(
            f"condition failed in operations {failed}" if failed else "condition failed"
        )
        self.failed = failed


class QuotaExceeded(Exception):
    """The person's photos would take more room than they have."""


class MissingSetting(Exception):
    """Environment variables that this function needs are not set; the message names them."""
