"""Adding photos to an album: one's own that are here already, or new ones; guests too."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from store import album_photos, albums, photos, presigned
from store.access import Guest, Person, Viewer
from store.audience import PRIVATE
from store.ids import is_id, new_id
from webapp import audiences, uploads
from webapp.albums import may_add
from webapp.cards import card
from webapp.htmx import render, see_other
from webapp.paging import PAGE, cursor
from webapp.sessions import settings, signed_in, viewer_id
from webapp.viewers import first_who_may, guest_session, visiting

blueprint = Blueprint("contributions", __name__, url_prefix="/albums/<album_id>")


@blueprint.get("/choice")
@signed_in
def choose(album_id: str) -> ResponseReturnValue:
    """Show one's own photos, to choose those that go into the album."""
    album = may_add(Person(viewer_id()), album_id)
    page = photos.list_roll(viewer_id(), limit=PAGE, before=cursor("before"))
    older = url_for("contributions.choose", album_id=album_id, before=page.cursor)
    return render(
        "albums/choose.html",
        block="photos",
        album=album,
        cards=[card(photo, _("you"), viewer_id()) for photo in page.items],
        older_url=older if page.cursor else None,
    )


@blueprint.post("/photos")
@signed_in
def add(album_id: str) -> ResponseReturnValue:
    """Put some of one's own photos into the album."""
    wanted = [each for each in request.form.getlist("photo") if is_id(each)]
    if not 0 < len(wanted) <= album_photos.ADD_AT_ONCE:
        abort(400, _("Please choose one to twenty photos."))
    mine = [each for each in photos.get_many(wanted).values() if each.user_id == viewer_id()]
    ready = [each for each in mine if each.status == photos.READY]
    album_photos.add(Person(viewer_id()), album_id, ready)
    return see_other(url_for("albums.album", album_id=album_id))


@blueprint.get("/upload")
@visiting
def upload(album_id: str) -> ResponseReturnValue:
    """Show the form that sends new photos straight into the album."""
    viewer, album = first_who_may(lambda each: may_add(each, album_id))
    if isinstance(viewer, Guest) and not _has_name():
        return render_template("links/name.html", album=album, link_id=viewer.link_id)
    photo_id = new_id()
    back = url_for("contributions.arrival", album_id=album_id, photo_id=photo_id)
    form = presigned.grant_form(
        _keeper(viewer, album),
        photo_id,
        redirect_to=settings().public_url + back,
        fixed=_destination(viewer, album_id),
    )
    return render_template(
        "albums/upload.html",
        album=album,
        form=form,
        choices=audiences.choices(PRIVATE) if isinstance(viewer, Person) else None,
        max_bytes=presigned.MAX_BYTES,
    )


def _has_name() -> bool:
    opened = guest_session()
    return bool(opened and opened.name)


def _keeper(viewer: Viewer, album: albums.Album) -> str:
    """Return whose a photo will be: a guest's is kept by the owner of the link, the album's."""
    return album.user_id if isinstance(viewer, Guest) else viewer.user_id


def _destination(viewer: Viewer, album_id: str) -> dict[str, str]:
    if isinstance(viewer, Person):
        return {"album": album_id}
    return {
        "album": album_id,
        "guest": viewer.guest_id,
        "link": viewer.link_id,
        "visibility": PRIVATE,
    }


@blueprint.post("/uploads")
@visiting
def grant(album_id: str) -> ResponseReturnValue:
    """Answer with leave to send files into the album; those that are here already go in at once."""
    viewer, album = first_who_may(lambda each: may_add(each, album_id))
    if isinstance(viewer, Person):
        return uploads.grant_files(
            viewer.user_id, then=lambda ids: _add_known(viewer, album_id, ids), album_id=album_id
        )
    if not _has_name():
        abort(400, _("Please say who you are, so that they know whose photos these are."))
    return uploads.grant_files(
        album.user_id,
        then=lambda ids: _add_known(viewer, album_id, ids),
        visibility=PRIVATE,
        album_id=album_id,
        guest_id=viewer.guest_id,
        link_id=viewer.link_id,
    )


def _add_known(viewer: Viewer, album_id: str, photo_ids: list[str]) -> None:
    ready = [each for each in photos.get_many(photo_ids).values() if each.status == photos.READY]
    album_photos.add(viewer, album_id, ready)


@blueprint.get("/uploads")
@visiting
def status(album_id: str) -> ResponseReturnValue:
    """Answer with what has become of some of one's own uploads to the album."""
    viewer, album = first_who_may(lambda each: may_add(each, album_id))
    return uploads.status_of(sender=_sender(viewer), album_id=album_id)


def _sender(viewer: Viewer) -> str:
    return viewer.guest_id if isinstance(viewer, Guest) else viewer.user_id


@blueprint.get("/uploads/<photo_id>")
@visiting
def arrival(album_id: str, photo_id: str) -> ResponseReturnValue:
    """Show what becomes of a photo that the plain form has sent; S3 redirects here."""
    viewer, album = first_who_may(lambda each: may_add(each, album_id))
    return uploads.arrival_of(photo_id, sender=_sender(viewer), album=album)
