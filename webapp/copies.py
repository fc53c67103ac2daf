"""One photo that several people added to an album: all of its copies, and showing them apart."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from store import access, album_places, albums, sheets
from store.access import MANAGE
from store.errors import NotFound
from store.sheets import Tile
from webapp.albums import tile_card
from webapp.htmx import see_other
from webapp.sessions import signed_in, viewer_id
from webapp.viewers import first_who_may, visiting

blueprint = Blueprint("copies", __name__, url_prefix="/albums/<album_id>/photos/<photo_id>")


@blueprint.get("/copies")
@visiting
def copies(album_id: str, photo_id: str) -> ResponseReturnValue:
    """Show every copy that the viewer may see, with who added it."""
    viewer, (album, tiles) = first_who_may(lambda each: _copies(each, album_id, photo_id))
    return render_template(
        "albums/copies.html",
        album=album,
        photo_id=photo_id,
        tiles=[(tile, tile_card(viewer, album, tile)) for tile in tiles],
        may_part=len(tiles) > 1 and _has_part(tiles) and isinstance(viewer, access.Person),
    )


def _copies(viewer: access.Viewer, album_id: str, photo_id: str) -> tuple[albums.Album, list[Tile]]:
    album, tile = sheets.look_at(viewer, album_id, photo_id)
    alike = album_places.list_copies(tile.entry)
    _album, others = sheets.pick(viewer, album_id, [each for each in alike if each != photo_id])
    return album, [tile, *others]


def _has_part(tiles: list[Tile]) -> bool:
    """Say whether one of the copies is the viewer's: then they may show them apart."""
    return any(MANAGE in tile.rights for tile in tiles)


@blueprint.post("/copies/parting")
@signed_in
def part(album_id: str, photo_id: str) -> ResponseReturnValue:
    """Let any of those who added the photo show the copies apart, for everybody."""
    _album, tiles = _copies(access.Person(viewer_id()), album_id, photo_id)
    if not _has_part(tiles):
        raise NotFound(photo_id)
    album_places.show_apart(tiles[0].entry)
    return see_other(url_for("albums.album", album_id=album_id))
