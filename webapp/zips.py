"""Zips of chosen photos."""

from __future__ import annotations

from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from store import zips
from store.ids import is_id
from webapp.htmx import render, see_other
from webapp.sessions import signed_in, viewer_id

blueprint = Blueprint("zips", __name__, url_prefix="/zips")


@blueprint.post("")
@signed_in
def create() -> ResponseReturnValue:
    """Have a zip built of the chosen photos; the builder asks which of them the person may take."""
    chosen = request.form.getlist("photo_id")
    if not chosen or not all(is_id(photo_id) for photo_id in chosen):
        abort(400, _("Please choose some photos first."))
    if len(chosen) > zips.PHOTOS_LIMIT:
        abort(400, _("Please choose at most two thousand photos at once."))
    album_id = request.form.get("album", "")
    if album_id and not is_id(album_id):
        abort(404)
    zip_id = zips.create(viewer_id(), chosen, album_id=album_id)
    return see_other(url_for("zips.show", zip_id=zip_id))


@blueprint.get("/<zip_id>")
@signed_in
def show(zip_id: str) -> ResponseReturnValue:
    """Show how far the zip is, then where to get it, or that it has to be built anew."""
    found = zips.get_own(viewer_id(), zip_id)
    is_current = not found.is_ready or zips.is_current(found)
    return render("zips/zip.html", block="state", zip=found, is_current=is_current)


@blueprint.get("/<zip_id>/<int:number>")
@signed_in
def part(zip_id: str, number: int) -> ResponseReturnValue:
    """Go on to one of the zip's parts, as long as all that is in it may be had."""
    found = zips.get_own(viewer_id(), zip_id)
    if not zips.is_current(found):
        return see_other(url_for("zips.show", zip_id=zip_id))
    return see_other(zips.part_url(found, number))
