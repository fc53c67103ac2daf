"""Taking a photo home."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from store import access, downloads, photos
from webapp.htmx import see_other
from webapp.sessions import signed_in, viewer_id
from webapp.viewers import first_who_may, is_marked, target, visiting

blueprint = Blueprint("downloads", __name__, url_prefix="/photos/<photo_id>")


@blueprint.get("/download")
@visiting
def copy(photo_id: str) -> ResponseReturnValue:
    """Go on to the full-size copy of a photo that one may download."""
    viewer, (photo, _, rights) = first_who_may(lambda each: photos.look_at(each, photo_id))
    if access.DOWNLOAD not in rights or is_marked(target(photo_id=photo_id), viewer):
        abort(404)
    return go_to_copy(photo, url_for("downloads.copy", photo_id=photo_id, asked=1))


def go_to_copy(photo: photos.Photo, again: str) -> ResponseReturnValue:
    """Go on to the full-size copy; until there is one, say so and look `again`."""
    if address := downloads.find_copy(photo):
        return see_other(address)
    if "asked" not in request.args:
        downloads.ask_for_copy(photo)
    return render_template("downloads/wait.html", photo=photo, again=again)


@blueprint.get("/original")
@signed_in
def original(photo_id: str) -> ResponseReturnValue:
    """Give the owner the untouched file."""
    return see_other(downloads.original_url(photos.get_own(viewer_id(), photo_id)))
