"""Albums: making them, looking at them, and what their owner decides."""

from __future__ import annotations

import re

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from store import access, album_order, album_photos, albums, covers, sheets, shelf
from store.access import ADD, DOWNLOAD, MANAGE, Guest, Viewer
from store.errors import NotFound
from store.words import clean_line
from webapp import audiences
from webapp.cards import Card, MarkedCard, Owner
from webapp.comments import talk_about
from webapp.downloads import go_to_copy
from webapp.htmx import render, see_other
from webapp.paging import cursor
from webapp.sessions import signed_in, viewer_id
from webapp.speakers import speaker
from webapp.viewers import first_who_may, guest_session, is_marked, target, visiting

PAGE = 15  # six items for each photo at most, so that a page is one BatchGetItem
SHELF_PAGE = 16
CURSOR = re.compile(r"\d{12}#[0-9A-Z]{26}")

blueprint = Blueprint("albums", __name__, url_prefix="/albums")


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    """Show the albums that one may open, one's own and others'."""
    before = cursor("before")
    page = shelf.read(viewer_id(), limit=SHELF_PAGE, before=before)
    shelved = [
        (each, Card(each.cover, Owner("", each.owner), False) if each.cover else None)
        for each in page.items
    ]
    return render_template(
        "albums/albums.html",
        shelved=shelved,
        choices=audiences.choices(),
        older_url=url_for("albums.index", before=page.cursor) if page.cursor else None,
    )


@blueprint.post("")
@signed_in
def create() -> ResponseReturnValue:
    """Make an album and show it."""
    album_id = albums.create(viewer_id(), _title(), audiences.chosen())
    return see_other(url_for("albums.album", album_id=album_id))


def _title() -> str:
    title = clean_line(request.form.get("title", ""), albums.TITLE_LIMIT)
    if not title:
        abort(400, _("Please give the album a title."))
    return title


@blueprint.get("/<album_id>")
@visiting
def album(album_id: str) -> ResponseReturnValue:
    """Show a page of an album to whoever may see it, or for htmx the photos after a cursor."""
    after = cursor("after", CURSOR.fullmatch)
    viewer, sheet = first_who_may(lambda each: sheets.read(each, album_id, limit=PAGE, after=after))
    more = url_for("albums.album", album_id=album_id, after=sheet.cursor) if sheet.cursor else None
    return render(
        "albums/album.html",
        block="photos",
        album=sheet.album,
        owner=sheet.owner,
        rights=sheet.rights,
        as_person=isinstance(viewer, access.Person),
        is_member=_is_member(viewer, sheet),
        guest_name=_guest_name(viewer),
        tiles=[(tile, tile_card(viewer, sheet.album, tile)) for tile in sheet.tiles],
        widths=_widths(viewer, sheet.album.album_id),
        more_url=more,
    )


def _is_member(viewer: Viewer, sheet: sheets.Sheet) -> bool:
    return isinstance(viewer, access.Person) and sheet.part is not None


def _guest_name(viewer: Viewer) -> str | None:
    """Return the name that a guest has given, None for a person."""
    opened = guest_session()
    return opened.name if opened and isinstance(viewer, Guest) else None


def tile_card(viewer: Viewer, album: albums.Album, tile: sheets.Tile) -> Card:
    """Return the card of a photo in an album, with the pictures that this viewer may get."""
    author, is_mine = Owner(tile.entry.owner_id, tile.author), MANAGE in tile.rights
    if is_marked(target(album.album_id), viewer):
        return MarkedCard(tile.photo, author, is_mine, tile.keeper)
    return Card(tile.photo, author, is_mine)


def _widths(viewer: Viewer, album_id: str) -> tuple[int, ...]:
    return (960,) if is_marked(target(album_id), viewer) else (320, 960)


@blueprint.route("/<album_id>/edit", methods=["GET", "POST"])
@signed_in
def edit(album_id: str) -> ResponseReturnValue:
    """Let the owner change title, order and audience."""
    mine = albums.get_own(viewer_id(), album_id)
    if request.method == "GET":
        return render_template("albums/edit.html", album=mine, choices=audiences.choices_for(mine))
    order = request.form.get("order")
    if order not in albums.ORDERS:
        abort(400)
    said = audiences.chosen()
    albums.edit(viewer_id(), album_id, title=_title(), order=order, audience=said)
    return see_other(url_for("albums.album", album_id=album_id))


@blueprint.post("/<album_id>/visibility")
@signed_in
def set_audience(album_id: str) -> ResponseReturnValue:
    """Let the owner say whom the album is for, besides its members."""
    albums.set_audience(viewer_id(), album_id, audiences.chosen())
    return see_other(url_for("audience.of_album", album_id=album_id))


@blueprint.post("/<album_id>/deletion")
@signed_in
def delete(album_id: str) -> ResponseReturnValue:
    """Let the owner delete the album; the photos stay with whose they are."""
    albums.delete(viewer_id(), album_id)
    return see_other(url_for("albums.index"))


@blueprint.get("/<album_id>/photos/<photo_id>")
@visiting
def photo(album_id: str, photo_id: str) -> ResponseReturnValue:
    """Show one photo of the album."""
    viewer, (found, tile) = first_who_may(lambda each: sheets.look_at(each, album_id, photo_id))
    marked = is_marked(target(album_id), viewer)
    large = (960, 1920) if marked else (320, 960, 1920)
    return render_template(
        "albums/photo.html",
        album=found,
        tile=tile,
        card=tile_card(viewer, found, tile),
        may_remove=MANAGE in tile.rights,
        is_owner=isinstance(viewer, access.Person) and viewer.user_id == found.user_id,
        is_mine_elsewhere=isinstance(viewer, access.Person)
        and viewer.user_id == tile.photo.user_id,
        may_download=DOWNLOAD in tile.rights and not marked,
        widths=large if DOWNLOAD in tile.rights else large[:-1],
        photo=tile.photo,
        **talk_about(tile.photo, speaker(viewer, tile.photo, tile.rights)),
    )


@blueprint.get("/<album_id>/photos/<photo_id>/download")
@visiting
def download(album_id: str, photo_id: str) -> ResponseReturnValue:
    """Go on to the full-size copy of a photo in the album, without its metadata."""
    viewer, (_album, tile) = first_who_may(lambda each: sheets.look_at(each, album_id, photo_id))
    if DOWNLOAD not in tile.rights or is_marked(target(album_id), viewer):
        raise NotFound(photo_id)
    return go_to_copy(tile.photo)


@blueprint.post("/<album_id>/photos/<photo_id>/removal")
@visiting
def remove(album_id: str, photo_id: str) -> ResponseReturnValue:
    """Take a photo out of the album: its author, or the album's owner. A guest's is deleted."""
    _viewer, (_album, tile) = first_who_may(lambda each: sheets.look_at(each, album_id, photo_id))
    if MANAGE not in tile.rights:
        raise NotFound(photo_id)
    album_photos.take_out(tile.photo, album_id)
    return see_other(url_for("albums.album", album_id=album_id))


@blueprint.post("/<album_id>/photos/<photo_id>/cover")
@signed_in
def cover(album_id: str, photo_id: str) -> ResponseReturnValue:
    """Let the owner choose the picture that stands for the album."""
    covers.choose(viewer_id(), album_id, photo_id)
    return see_other(url_for("albums.album", album_id=album_id))


@blueprint.post("/<album_id>/photos/<photo_id>/place")
@signed_in
def move(album_id: str, photo_id: str) -> ResponseReturnValue:
    """Let the owner move a photo by hand."""
    where = request.form.get("where", "")
    if where not in album_order.MOVES:
        abort(400)
    albums.get_own(viewer_id(), album_id)
    album_order.move(viewer_id(), album_id, photo_id, where=where)
    return see_other(url_for("albums.photo", album_id=album_id, photo_id=photo_id))


def may_add(viewer: Viewer, album_id: str) -> albums.Album:
    """Return the album if the viewer may add to it. Raises NotFound."""
    found, rights = albums.get(viewer, album_id)
    if ADD not in rights:
        raise NotFound(album_id)
    return found
