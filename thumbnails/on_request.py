"""Pictures in sizes that are made when first asked for.

CloudFront asks the bucket first and, where there is no such object, this function (an origin
group); from then on the bucket has it. The address was signed by the site, CloudFront has checked
that, and a name that is not on the list asks for nothing. Of the squares that could be cut from a
photo for its owner's own picture there is one at a time: the one that they have chosen. A
watermarked picture's name tells which name it bears.
"""

from __future__ import annotations

import base64
import re
from typing import Any

from store import media, photos, users
from store.errors import NotFound
from store.ids import is_id
from thumbnails.presets import ON_REQUEST
from thumbnails.transforms import portrait, transform

SOURCE = "1920"  # our own bytes, so no sandbox, and never smaller than what is asked for


def answer(event: dict[str, Any]) -> dict[str, Any]:
    """Answer a request to the function's URL (payload format 2.0) with the picture, or 404."""
    picture = make(event["rawPath"])
    if picture is None:
        return {"statusCode": 404, "headers": {"Content-Type": "text/plain"}, "body": "Not found"}
    return {
        "statusCode": 200,
        "headers": {"Content-Type": "image/webp", "Cache-Control": media.CACHE_FOR_A_YEAR},
        "body": base64.b64encode(picture).decode(),
        "isBase64Encoded": True,
    }


def make(path: str) -> bytes | None:
    """Make and store the picture of `/media/<photo>/<name>.webp`; None if there can be none."""
    match = re.fullmatch(r"/media/(\w+)/([\w-]+)\.webp", path)
    if not match or not is_id(match[1]):
        return None
    photo_id, name = match.groups()
    try:
        owner = users.get(photos.get(photo_id).user_id)
    except NotFound:
        return None
    source = media.read_picture(photo_id, SOURCE)
    if source is None:
        return None
    if f"{photo_id}/{name}" == owner.portrait:
        picture = portrait(source, owner.cut)
    elif listed := _listed(name, owner):
        picture = transform(source, listed, mark=owner.name)
    else:
        return None
    media.write_picture(photo_id, name, picture)
    if _is_current(photo_id, source):
        return picture
    media.delete_made_on_request(photo_id)
    return make(path)


def _listed(name: str, owner: users.User) -> str | None:
    """Return the entry of the list that a picture of the owner's goes by under this name."""
    for each, preset in ON_REQUEST.items():
        if name == (media.marked_name(each, owner.name) if preset.marked else each):
            return each
    return None


def _is_current(photo_id: str, source: bytes) -> bool:
    """Tell whether the photo is still there, as it was when the picture was begun.

    Whoever deletes it or makes it anew removes what was made on request, but only once.
    """
    try:
        photos.get(photo_id)
    except NotFound:
        return False
    return media.read_picture(photo_id, SOURCE) == source
