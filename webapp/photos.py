"""A photo's own page, and what its owner can do there."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from store import photos, users
from store.words import clean_caption, parse_tags
from webapp.cards import card
from webapp.comments import talk_about
from webapp.htmx import see_other
from webapp.sessions import signed_in, viewer_id

blueprint = Blueprint("photos", __name__, url_prefix="/photos/<photo_id>")


@blueprint.get("")
@signed_in
def photo(photo_id: str) -> ResponseReturnValue:
    """Show a photo to somebody who may see it."""
    found, owner_name = photos.get_visible(viewer_id(), photo_id)
    return render_template(
        "photos/photo.html", card=card(found, owner_name, viewer_id()), **talk_about(found)
    )


@blueprint.route("/edit", methods=["GET", "POST"])
@signed_in
def edit(photo_id: str) -> ResponseReturnValue:
    """Let the owner change caption and tags."""
    mine = photos.get_own(viewer_id(), photo_id)
    if request.method == "POST":
        photos.edit(
            viewer_id(),
            photo_id,
            caption=clean_caption(request.form.get("caption", "")),
            tags=parse_tags(request.form.get("tags", "")),
        )
        return see_other(url_for("photos.photo", photo_id=photo_id))
    return render_template(
        "photos/edit.html",
        card=card(mine, users.get(viewer_id()).name, viewer_id()),
        form={"caption": mine.caption, "tags": ", ".join(mine.tags)},
    )


@blueprint.post("/visibility")
@signed_in
def visibility(photo_id: str) -> ResponseReturnValue:
    """Let the owner say who can see the photo, from the next request on."""
    chosen = request.form.get("visibility")
    if chosen not in photos.VISIBILITIES:
        abort(400, _("Please choose who can see the photo."))
    photos.set_visibility(viewer_id(), photo_id, chosen)
    return see_other(url_for("photos.photo", photo_id=photo_id))


@blueprint.post("/deletion")
@signed_in
def delete(photo_id: str) -> ResponseReturnValue:
    """Let the owner delete the photo, for everybody and at once."""
    photos.delete(viewer_id(), photo_id)
    return see_other(url_for("you.you"))
