"""Tags: the page of each, one's own list, suggestions while typing, renaming and merging."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from store import tags as store_tags
from store.search import Query
from store.words import clean_tags
from webapp.htmx import render, see_other
from webapp.search import found
from webapp.sessions import signed_in, viewer_id

blueprint = Blueprint("tags", __name__, url_prefix="/tags")


@blueprint.get("")
@signed_in
def tags() -> ResponseReturnValue:
    """Show one's own tags, and how many of one's photos each is on."""
    after = request.args.get("after")
    page = store_tags.list_own(viewer_id(), after=_stored(after) if after else None)
    return render_template(
        "tags/tags.html",
        tags=page.items,
        renamed=request.args.get("renamed"),
        next_url=url_for("tags.tags", after=page.cursor) if page.cursor else None,
    )


@blueprint.get("/suggestions")
@signed_in
def suggestions() -> ResponseReturnValue:
    """Answer with ways to go on with a line of tags: options of a <datalist>."""
    *chosen, last = request.args.get("tags", request.args.get("x-amz-meta-tags", "")).split(",")
    beginning = clean_tags([last])
    kept = clean_tags(chosen)
    own = store_tags.suggest(viewer_id(), beginning[0], chosen=kept) if beginning else []
    return render_template("tags/_suggestions.html", lines=[", ".join([*kept, tag]) for tag in own])


@blueprint.get("/<path:tag>")
@signed_in
def tag(tag: str) -> ResponseReturnValue:
    """Show the photos with a tag, one's own and those of others that one may see."""
    name = _stored(tag)
    return render(
        "tags/tag.html",
        block="photos",
        tag=name,
        **found(Query(tags=(name,)), "tags.tag", tag=name),
    )


@blueprint.post("")
@signed_in
def rename() -> ResponseReturnValue:
    """Give a tag of one's own photos another name; one that exists already takes them in."""
    to = clean_tags([request.form.get("to", "")])
    if not to:
        abort(400, _("Please enter the new name of the tag."))
    store_tags.rename(viewer_id(), _stored(request.form.get("tag", "")), to[0])
    return see_other(url_for("tags.tags", renamed=to[0]))


def _stored(tag: str) -> str:
    """Return the tag as it is stored, from an address or a form."""
    names = clean_tags([tag])
    if not names:
        abort(404)
    return names[0]
