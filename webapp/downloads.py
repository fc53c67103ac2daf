"""Taking a photo home."""

from __future__ import annotations

from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue

from store import access, downloads, photos
from webapp.htmx import leave_for, render, see_other
from webapp.sessions import signed_in, viewer_id
from webapp.viewers import first_who_may, is_marked, target, visiting

blueprint = Blueprint("downloads", __name__, url_prefix="/photos/<photo_id>")

MOST_LOOKS = 40  # two minutes


@blueprint.get("/download")
@visiting
def copy(photo_id: str) -> ResponseReturnValue:
    """Go on to the full-size copy of a photo that one may download."""
    viewer, (photo, _, rights) = first_who_may(lambda each: photos.look_at(each, photo_id))
    if access.DOWNLOAD not in rights or is_marked(target(photo_id=photo_id), viewer):
        abort(404)
    return go_to_copy(photo)


def go_to_copy(photo: photos.Photo) -> ResponseReturnValue:
    """Go on to the full-size copy, to be saved or, with `show`, to be looked at.

    Until there is one, say so and look again; say in the end that there can be none, or that it
    takes too long to wait for. The page stays when a download begins: only once it has said so does
    it ask again and is led to the copy.
    """
    shows = "show" in request.args
    asked = request.args.get("asked", 0, type=int)
    named = request.view_args or {}
    endpoint = str(request.endpoint)
    again = url_for(endpoint, **named)
    try:
        if found := downloads.find_copy(photo, shows=shows):
            if shows or not asked:
                return leave_for(found.address)
            state = "started"
        else:
            if not asked:
                downloads.ask_for_copies([photo])
            state = "waiting" if asked < MOST_LOOKS else "late"
            again = url_for(endpoint, **named, asked=asked + 1, show=1 if shows else None)
    except downloads.NoCopy:
        state = "none"
    back = url_for("albums.photo" if "album_id" in named else "photos.photo", **named)
    return render("downloads/wait.html", block="state", state=state, again=again, back=back)


@blueprint.get("/original")
@signed_in
def original(photo_id: str) -> ResponseReturnValue:
    """Give the owner the untouched file."""
    return see_other(downloads.original_url(photos.get_own(viewer_id(), photo_id)))
