"""One address, a page or a fragment of it; and redirects that both understand."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from jinja2_fragments.flask import render_block


def render(template: str, *, block: str | None = None, **context: Any) -> str:
    """Return the page, or only its `block` when htmx asks for a part.

    Restoring history and boosted links need the page: htmx puts it where the old one was.
    """
    if block and wants_fragment():
        return str(render_block(template, block, **context))
    return render_template(template, **context)


def wants_fragment() -> bool:
    """Say whether htmx asks for part of a page."""
    headers = request.headers
    return (
        headers.get("HX-Request") == "true"
        and headers.get("HX-Boosted") != "true"
        and headers.get("HX-History-Restore-Request") != "true"
    )


def see_other(url: str) -> ResponseReturnValue:
    """Answer a post: go and see this page (303, so that a reload does not post again)."""
    return redirect(url, 303)
