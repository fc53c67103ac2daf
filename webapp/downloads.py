"""Taking a photo home."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from store import access, downloads, photos
from webapp.htmx import see_other
from webapp.sessions import signed_in, viewer_id
from webapp.viewers import first_who_may, is_marked, target, visiting

blueprint = Blueprint("downloads", __name__, url_prefix="/photos/<photo_id>")

MOST_LOOKS = 60  # two minutes


@blueprint.get("/download")
@visiting
def copy(photo_id: str) -> ResponseReturnValue:
    """Go on to the full-size copy of a photo that one may download."""
    viewer, (photo, _, rights) = first_who_may(lambda each: photos.look_at(each, photo_id))
    if access.DOWNLOAD not in rights or is_marked(target(photo_id=photo_id), viewer):
        abort(404)
    return go_to_copy(photo)


def go_to_copy(photo: photos.Photo) -> ResponseReturnValue:
    """Go on to the full-size copy; until there is one, say so and look again every two seconds.

    Says in the end that there can be none, or that it takes too long to wait for.
    """
    asked = request.args.get("asked", 0, type=int)
    try:
        if address := downloads.find_copy(photo):
            return see_other(address)
    except downloads.NoCopy:
        return render_template("downloads/wait.html", photo=photo, state="none")
    if not asked:
        downloads.ask_for_copy(photo)
    state = "waiting" if asked < MOST_LOOKS else "late"
    again = url_for(request.endpoint or "", **(request.view_args or {}), asked=asked + 1)
    return render_template("downloads/wait.html", photo=photo, state=state, again=again)


@blueprint.get("/original")
@signed_in
def original(photo_id: str) -> ResponseReturnValue:
    """Give the owner the untouched file."""
    return see_other(downloads.original_url(photos.get_own(viewer_id(), photo_id)))
