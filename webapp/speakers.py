"""Who speaks about a photo, and where: a person or a guest, on its own page or in an album.

The same addresses serve both places; in an album they carry `album_id`, and the album decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _

from store import authors, photos, sheets
from store.access import COMMENT, Guest, Viewer
from store.authors import Author
from store.ids import is_id
from store.photos import Photo
from webapp.sessions import known
from webapp.viewers import first_who_may, guest_session


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who looks at what is said. `looks_as` is the person whose blocks hide others from them: a
    guest sees what the photo's owner sees. Without a name a guest may not speak yet."""

    author: Author
    looks_as: str
    name: str | None
    may_speak: bool
    link_id: str = ""

    @property
    def lacks_name(self) -> bool:
        return self.may_speak and self.name == ""


def speaker(viewer: Viewer, photo: Photo, rights: frozenset[str]) -> Speaker:
    """Return how this viewer, who may see the photo, takes part in what is said about it."""
    author, may_speak = authors.of_viewer(viewer), COMMENT in rights
    if isinstance(viewer, Guest):
        opened = guest_session()
        name = opened.name if opened else ""
        return Speaker(author, photo.user_id, name, may_speak, viewer.link_id)
    return Speaker(author, viewer.user_id, None, may_speak)


def listening(photo_id: str) -> tuple[Photo, Speaker]:
    """Return the photo and who asks for what is said about it. Raises NotFound. See @visiting."""
    album_id = album_at_hand()
    if album_id:
        viewer, (_album, tile) = first_who_may(
            lambda each: sheets.look_at(each, album_id, photo_id)
        )
        return tile.photo, speaker(viewer, tile.photo, tile.rights)
    viewer, (photo, _name, rights) = first_who_may(
        lambda each: photos.look_at(each, photo_id, known=known())
    )
    return photo, speaker(viewer, photo, rights)


def speaking(photo_id: str) -> tuple[Photo, Speaker]:
    """The same for somebody who is about to say something; it answers 404 or 400 itself."""
    photo, who = listening(photo_id)
    if not who.may_speak:
        abort(404)
    if who.lacks_name:
        abort(400, _("Please say who you are first."))
    return photo, who


def album_at_hand() -> str:
    """Return the album within which the request is about a photo, empty for the photo alone."""
    album_id = (request.view_args or {}).get("album_id") or request.args.get("album_id", "")
    return album_id if is_id(album_id) else ""


def stay_in_album(blueprint: Blueprint) -> None:
    """Let the blueprint's addresses keep the album within which the request is."""

    def keep(endpoint: str, values: dict[str, Any]) -> None:
        if album_id := album_at_hand():
            values.setdefault("album_id", album_id)

    blueprint.url_defaults(keep)


def photo_page(photo_id: str, anchor: str | None = None) -> str:
    """Return the address of the photo's page: its own, or in the album at hand."""
    album_id = album_at_hand()
    if album_id:
        return url_for("albums.photo", album_id=album_id, photo_id=photo_id, _anchor=anchor)
    return url_for("photos.photo", photo_id=photo_id, _anchor=anchor)
