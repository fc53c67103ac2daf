"""Pictures in sizes that are made when first asked for.

CloudFront asks the bucket first and, where there is no such object, this function (an origin
group); from then on the bucket has it. The address was signed by the site, CloudFront has checked
that, and a name that is not on the list asks for nothing. Of the squares that could be cut from a
photo for its owner's own picture there is one at a time: the one that they have chosen.
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
    if name not in ON_REQUEST and not name.startswith("portrait-"):
        return None
    try:
        owner = users.get(photos.get(photo_id).user_id)
    except NotFound:
        return None
    source = media.read_picture(photo_id, SOURCE)
    if source is None:
        return None
    if name in ON_REQUEST:
        picture = transform(source, name, mark=owner.name if ON_REQUEST[name].marked else "")
    elif f"{photo_id}/{name}" == owner.portrait:
        picture = portrait(source, owner.cut)
    else:
        return None
    media.write_picture(photo_id, name, picture)
    return picture
