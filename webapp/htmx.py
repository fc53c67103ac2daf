"""One address, a page or a fragment of it; and redirects that both understand."""

from __future__ import annotations

from typing import Any

from flask import current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue


def render(template: str, *, block: str | None = None, **context: Any) -> str:
    """Return the page, or only its `block` when htmx asks for a part.

    Restoring history and boosted links need the page: htmx puts it where the old one was.
    """
    if block and wants_fragment():
        return _render_block(template, block, context)
    return render_template(template, **context)


def _render_block(name: str, block: str, context: dict[str, Any]) -> str:
    """Return one block of a template, without what stands around it there or in its parents."""
    template = current_app.jinja_env.get_template(name)
    current_app.update_template_context(context)
    return "".join(template.blocks[block](template.new_context(context)))


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


def leave_for(url: str) -> ResponseReturnValue:
    """Lead the browser to an address outside the site, also when htmx has asked for a fragment."""
    return ("", 200, {"HX-Redirect": url}) if wants_fragment() else see_other(url)
