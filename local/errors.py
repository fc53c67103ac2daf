"""What keeps the local stack from running."""


class CannotRun(Exception):
    """The stack cannot start or go on; the message is one plain sentence for the terminal."""
