"""Uploading: leave to send, what has become of it, and the form for browsers without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from store import audience, grants, photos, presigned, signed_urls, uploads
from store.albums import Album
from store.clock import now
from store.errors import NotFound, QuotaExceeded
from store.ids import created_at, is_id, new_id
from store.photos import Photo
from store.words import clean_caption, clean_tags
from webapp import audiences, reasons
from webapp.htmx import render, see_other
from webapp.sessions import settings, signed_in, viewer_id

STATUS_LIMIT = 100

blueprint = Blueprint("uploads", __name__)


@blueprint.get("/upload")
@signed_in
def upload() -> ResponseReturnValue:
    """Show the form. It posts one photo straight to S3; scripts make it a queue of many."""
    photo_id = new_id()
    back = settings().public_url + url_for("uploads.arrival", photo_id=photo_id)
    form = presigned.grant_form(viewer_id(), photo_id, redirect_to=back)
    return render_template(
        "uploads/upload.html",
        form=form,
        notice=_why_not_shared(request.args.get("share", "")),
        choices=audiences.choices(),
        max_bytes=presigned.MAX_BYTES,
    )


def _why_not_shared(code: str) -> str:
    """Return what to do when photos of the phone's share sheet did not get here, "" if they did."""
    sentences: dict[str, str] = {
        "full": _("This device has no room to pass all your photos on. Choose them here instead."),
        "again": _(
            "Contact Sheet was not ready for your photos. Now it is: please share them again."
        ),
    }
    return sentences.get(code, "")


@blueprint.post("/upload")
def share() -> ResponseReturnValue:
    """Answer what the share sheet posts before there is a service worker to take it.

    It bears no token, and nothing in it is read: the page that follows brings the worker.
    """
    return see_other(url_for("uploads.upload", share="again"))


@blueprint.post("/uploads")
@signed_in
def grant() -> ResponseReturnValue:
    """Answer with leave to send each of some files, or with why not."""
    return grant_files(viewer_id())


def grant_files(
    keeper_id: str,
    *,
    then: Callable[[list[str]], None] | None = None,
    visibility: str | None = None,
    **destination: str,
) -> ResponseReturnValue:
    """Answer with leave to send files that will be `keeper_id`'s, or with why not.

    `visibility` overrides what the request says; `destination` goes to `grants.grant`; `then` is
    told the ids of those that are here already.
    """
    wish = request.get_json()
    files = _list_of_files(wish)
    said = audience.parse(str(visibility or wish.get("visibility")))
    if said is None:
        abort(400, _("Please choose who can see the photos."))
    answers = [_refusal(file) for file in files]
    wanted = [_file(file) for file, refusal in zip(files, answers, strict=True) if refusal is None]
    try:
        granted = grants.grant(
            keeper_id,
            wanted,
            visibility=said.text,
            caption=clean_caption(str(wish.get("caption", ""))),
            tags=clean_tags([str(tag) for tag in wish.get("tags", [])]),
            **destination,
        )
    except QuotaExceeded:
        return jsonify(error=_("There is no room left for your photos.")), 409
    if then:
        then([each.photo_id for each in granted if each.grant is None])
    rest = iter(granted)
    return jsonify(uploads=[answer or _granted(next(rest)) for answer in answers])


def _list_of_files(wish: Any) -> list[dict[str, Any]]:
    files = wish.get("files") if isinstance(wish, dict) else None
    if not isinstance(files, list) or not all(isinstance(file, dict) for file in files):
        abort(400)
    if not 0 < len(files) <= grants.FILES_A_GRANT:
        abort(400, _("Please send at most twenty files at once."))
    if not isinstance(wish.get("tags", []), list):
        abort(400)
    return files


def _refusal(file: dict[str, Any]) -> dict[str, str] | None:
    """Return why this file cannot be sent, None if it can."""
    size, sha256 = file.get("size"), file.get("sha256")
    if not isinstance(size, int) or not re.fullmatch(r"[0-9a-f]{64}", str(sha256)):
        abort(400)
    if size < 1:
        return _refused(_("This file is empty."))
    if size > presigned.MAX_BYTES:
        return _refused(_("This photo is larger than 50 MB. Save a smaller copy and try again."))
    if not _content_type(file):
        return _refused(_("This is not a photo."))
    return None


def _refused(reason: str) -> dict[str, str]:
    return {"status": "refused", "reason": reason}


def _content_type(file: dict[str, Any]) -> str | None:
    """Return the type to be signed, None if the file cannot be a photo.

    Some browsers give HEIC files no type at all; the bytes are judged by the worker anyway.
    """
    content_type = str(file.get("type") or "")
    if not content_type and re.search(r"\.(hei[cf]|avif)$", str(file.get("name", "")).lower()):
        return "image/heic"
    return content_type if re.fullmatch(r"image/[\w.+-]{1,60}", content_type) else None


def _file(file: dict[str, Any]) -> grants.File:
    content_type = _content_type(file)
    assert content_type is not None
    return grants.File(content_type, file["size"], file["sha256"])


def _granted(answer: grants.Granted) -> dict[str, Any]:
    if answer.grant is None:
        return {"status": "already", "photo_id": answer.photo_id}
    return {
        "status": "granted",
        "photo_id": answer.photo_id,
        "url": answer.grant.url,
        "fields": answer.grant.fields,
        "expires_in": answer.grant.expires_at - now(),
    }


@blueprint.get("/uploads")
@signed_in
def status() -> ResponseReturnValue:
    """Answer with what has become of some of one's own uploads."""
    return status_of(sender=viewer_id())


def status_of(*, sender: str, album_id: str = "") -> ResponseReturnValue:
    """Answer with what has become of some uploads of that person or guest."""
    wanted = [photo_id for photo_id in request.args.get("ids", "").split(",") if is_id(photo_id)]
    if len(wanted) > STATUS_LIMIT:
        abort(400)
    found = photos.get_many(wanted)
    theirs = {key: photo for key, photo in found.items() if photo.sender_id == sender}
    return jsonify(photos=[_status(each, theirs.get(each), album_id) for each in wanted])


def _url(photo_id: str, album_id: str) -> str:
    """Return the photo's page: in the album that it was sent to, or its own."""
    if album_id:
        return url_for("albums.photo", album_id=album_id, photo_id=photo_id)
    return url_for("photos.photo", photo_id=photo_id)


def _status(photo_id: str, photo: Photo | None, album_id: str) -> dict[str, str | None]:
    answer: dict[str, str | None] = {"photo_id": photo_id, "status": "unknown", "reason": None}
    if photo is None:
        return answer
    if photo.duplicate_of:
        return answer | {
            "status": "already",
            "url": _url(photo.duplicate_of, album_id),
        }
    answer["status"] = photo.status
    if photo.status == photos.FAILED:
        answer["reason"] = reasons.translate(photo.reason)
    if photo.status == photos.READY:
        answer["url"] = _url(photo_id, album_id)
        answer["thumbnail"] = signed_urls.picture_url(photo_id, "320")
    return answer


@blueprint.get("/uploads/<photo_id>")
@signed_in
def arrival(photo_id: str) -> ResponseReturnValue:
    """Show what becomes of a photo that the plain form has sent; S3 redirects here."""
    return arrival_of(photo_id, sender=viewer_id())


def arrival_of(photo_id: str, *, sender: str, album: Album | None = None) -> ResponseReturnValue:
    """Show what becomes of a photo that this person or guest has sent with the plain form."""
    if not is_id(photo_id):
        raise NotFound(photo_id)
    photo = photos.get_many([photo_id]).get(photo_id)
    if photo and photo.sender_id != sender:
        raise NotFound(photo_id)
    if photo is None and created_at(photo_id) < now() - uploads.GIVE_UP_AFTER:
        raise NotFound(photo_id)
    reason = reasons.translate(photo.reason) if photo else ""
    return render(
        "uploads/arrival.html",
        block="state",
        photo=photo,
        state=_state(photo),
        reason=reason,
        album=album,
    )


def _state(photo: Photo | None) -> str:
    if photo is None:
        return "waiting"
    if photo.duplicate_of:
        return "already"
    return {photos.PENDING: "processing", photos.READY: "ready"}.get(photo.status, "failed")
