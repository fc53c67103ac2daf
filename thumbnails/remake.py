"""What is made from the kept original: pictures anew, in place, and copies to take home."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from store import media, photos
from store.errors import NotFound
from thumbnails.reasons import UnreadableImage
from thumbnails.sandbox import download_safely, render_safely

log = logging.getLogger(__name__)


def remake(photo_id: str) -> bool:
    """Render the photo again with today's presets; return False if it is gone.

    Pictures made on request are forgotten: the next request makes them anew. Raises
    `UnreadableImage`, and then all stays as it was.
    """
    with _original(photo_id) as file:
        if file is None:
            return False
        rendered = render_safely(file)
    for name, picture in rendered.images.items():
        media.write_picture(photo_id, name, picture)
    media.delete_made_on_request(photo_id)
    try:
        photos.set_measures(
            photo_id,
            width=rendered.width,
            height=rendered.height,
            placeholder=rendered.placeholder,
        )
    except NotFound:
        return _is_there(photo_id)
    return True


def make_copy(photo_id: str) -> bool:
    """Make the full-size copy without metadata that friends may take.

    Return False if there is none: the photo is gone, or no copy can be made, which is noted.
    """
    with _original(photo_id) as file:
        if file is None:
            return False
        try:
            copy = download_safely(file)
        except UnreadableImage as error:
            log.warning("no copy of photo %s: %s", photo_id, error.reason)
            copy = b""
    media.write_copy(photo_id, copy)
    return _is_there(photo_id) and bool(copy)


def _is_there(photo_id: str) -> bool:
    """Remove all bytes of a photo that was deleted meanwhile: the last came too late for that."""
    try:
        photos.get(photo_id)
    except NotFound:
        media.delete_kept(photo_id)
        return False
    return True


@contextmanager
def _original(photo_id: str) -> Iterator[Path | None]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "original"
        yield file if media.download_original(photo_id, file) else None
