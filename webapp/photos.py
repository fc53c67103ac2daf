"""A photo's own page, and what its owner can do there."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from store import album_photos, photos, users
from store.access import DOWNLOAD, Guest
from store.words import clean_caption, parse_tags
from webapp import audiences
from webapp.cards import Card, MarkedCard, Owner, card
from webapp.comments import talk_about
from webapp.htmx import render, see_other
from webapp.sessions import signed_in, viewer_id
from webapp.speakers import speaker
from webapp.viewers import first_who_may, is_marked, target, visiting

blueprint = Blueprint("photos", __name__, url_prefix="/photos/<photo_id>")


@blueprint.get("")
@visiting
def photo(photo_id: str) -> ResponseReturnValue:
    """Show a photo to somebody who may see it."""
    viewer, (found, owner_name, rights) = first_who_may(lambda each: photos.look_at(each, photo_id))
    if isinstance(viewer, Guest):
        return _for_guest(viewer, found, owner_name, rights)
    shown = card(found, owner_name, viewer.user_id)
    choices = audiences.choices_for(found) if shown.is_mine else None
    return render_template(
        "photos/photo.html",
        card=shown,
        choices=choices,
        albums=album_photos.list_albums(viewer, photo_id),
        **talk_about(found, speaker(viewer, found, rights)),
    )


def _for_guest(
    guest: Guest, found: photos.Photo, owner_name: str, rights: frozenset[str]
) -> ResponseReturnValue:
    """Show a photo to a guest: in the pictures that the link allows."""
    marked = is_marked(target(photo_id=found.photo_id), guest)
    owner = Owner(found.user_id, owner_name)
    shown = MarkedCard(found, owner, False, owner_name) if marked else Card(found, owner, False)
    large = (960, 1920) if marked else (320, 960, 1920)
    return render_template(
        "links/photo.html",
        card=shown,
        widths=large if DOWNLOAD in rights else large[:-1],
        may_download=DOWNLOAD in rights and not marked,
        photo=found,
        **talk_about(found, speaker(guest, found, rights)),
    )


@blueprint.route("/edit", methods=["GET", "POST"])
@signed_in
def edit(photo_id: str) -> ResponseReturnValue:
    """Let the owner change caption, tags and time, in place or on a page of its own."""
    mine = photos.get_own(viewer_id(), photo_id)
    if request.method == "POST":
        photos.edit(
            viewer_id(),
            photo_id,
            caption=clean_caption(request.form.get("caption", "")),
            tags=parse_tags(request.form.get("tags", "")),
            taken_at=_time(request.form.get("taken_at", ""), mine),
        )
        return see_other(url_for("photos.photo", photo_id=photo_id))
    return render(
        "photos/edit.html",
        block="words",
        card=card(mine, users.get(viewer_id()).name, viewer_id()),
        form={
            "caption": mine.caption,
            "tags": ", ".join(mine.tags),
            "taken_at": (mine.taken_at or "")[:19],
        },
    )


def _time(entered: str, photo: photos.Photo) -> str | None:
    """Return the time taken that the form says, None if it says nothing new.

    It is the camera's clock that is set right: the camera's zone, if it told one, stays.
    """
    if not entered or photo.taken_at and photo.taken_at.startswith(entered):
        return None
    try:
        moment = datetime.fromisoformat(entered).replace(tzinfo=None)
    except ValueError:
        abort(400, _("Please enter a time, such as 2026-08-01 12:30."))
    if not 1800 <= moment.year <= 2200:
        abort(400, _("Please enter a time, such as 2026-08-01 12:30."))
    return moment.isoformat(timespec="seconds") + (photo.taken_at or "")[19:]


@blueprint.post("/visibility")
@signed_in
def visibility(photo_id: str) -> ResponseReturnValue:
    """Let the owner say who can see the photo, from the next request on."""
    photos.set_visibility(viewer_id(), photo_id, audiences.chosen().text)
    return see_other(url_for("photos.photo", photo_id=photo_id))


@blueprint.post("/deletion")
@signed_in
def delete(photo_id: str) -> ResponseReturnValue:
    """Let the owner delete the photo, for everybody and at once."""
    photos.delete(viewer_id(), photo_id)
    return see_other(url_for("you.you"))
