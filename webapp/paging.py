"""Where a page of a longer list begins: at a cursor in its address."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, request

from store.ids import is_id

PAGE = 24  # photos


def cursor(name: str, is_valid: Callable[[str], object] = is_id) -> str | None:
    """Return the cursor that the address carries under that name, None for the first page.

    `is_valid` says whether it can be one of this list; if not, there is no such page (404).
    """
    given = request.args.get(name)
    if given is not None and not is_valid(given):
        abort(404)
    return given
