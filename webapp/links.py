"""Links for people without an account: made and revoked by their owner, opened by guests."""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from store import access, albums, covers, guests, photos, signed_urls, users
from store import invites as store_invites
from store import links as store_links
from store.clock import DAY
from store.errors import NotFound
from store.ids import is_id
from store.links import Link
from store.words import clean_line
from webapp import viewers
from webapp.auth import local_path
from webapp.cards import marked_url
from webapp.htmx import see_other
from webapp.sessions import settings, signed_in, viewer_id

LIFETIMES = {"1": DAY, "7": 7 * DAY, "30": 30 * DAY, "365": 365 * DAY, "": None}

blueprint = Blueprint("links", __name__)


@blueprint.get("/links")
@signed_in
def links() -> ResponseReturnValue:
    """Show one's links, when and how often each was opened, and who came by them."""
    return _page()


def _page(new_url: str | None = None, new_invite_url: str | None = None) -> ResponseReturnValue:
    return render_template(
        "links/links.html",
        links=store_links.list_own(viewer_id()),
        guests=guests.list_own(viewer_id()),
        new_url=new_url,
        new_invite_url=new_invite_url,
    )


@blueprint.get("/links/new")
@signed_in
def new() -> ResponseReturnValue:
    """Ask what a new link to one's photo or album is to allow."""
    target = request.args.get("to", "")
    return render_template("links/new.html", target=target, title=_title(target))


@blueprint.post("/links")
@signed_in
def create() -> ResponseReturnValue:
    """Make a link and show it, this once."""
    target = request.form.get("to", "")
    title = _title(target)
    rights = {each for each in request.form.getlist("right") if each in store_links.RIGHTS}
    if target.startswith("photo:"):
        rights &= access.LOOKING
    if not rights & {access.VIEW, access.ADD}:
        abort(400, _("Please choose what the link allows."))
    days = request.form.get("days", "")
    if days not in LIFETIMES:
        abort(400)
    token = store_links.create(
        viewer_id(),
        target,
        label=clean_line(request.form.get("label", ""), store_links.LABEL_LIMIT),
        title=title,
        rights=rights,
        lifetime=LIFETIMES[days],
        passcode=request.form.get("passcode", "")[: store_links.PASSCODE_LIMIT],
        watermark="watermark" in request.form,
        preview="preview" in request.form,
    )
    return _page(settings().public_url + url_for("links.open_link", token=token))


def _title(target: str) -> str:
    """Return what to call the viewer's own photo or album. Raises NotFound for anything else."""
    kind, _colon, identifier = target.partition(":")
    if kind == "album" and is_id(identifier):
        return albums.get_own(viewer_id(), identifier).title
    if kind == "photo" and is_id(identifier):
        return photos.get_own(viewer_id(), identifier).caption or _("A photo")
    raise NotFound(target)


@blueprint.post("/links/<link_id>/revocation")
@signed_in
def revoke(link_id: str) -> ResponseReturnValue:
    """Make one of one's links useless."""
    store_links.revoke(viewer_id(), link_id)
    return see_other(url_for("links.links"))


@blueprint.post("/links/revocation")
@signed_in
def revoke_all() -> ResponseReturnValue:
    """Make all of one's links useless."""
    store_links.revoke_all(viewer_id())
    return see_other(url_for("links.links"))


@blueprint.get("/open/<token>")
def open_link(token: str) -> ResponseReturnValue:
    """Exchange a link's token for a guest's cookie and go to an address without it.

    Programs that fetch the link for a preview in a chat are told a title; a browser says that it
    navigates, and one too old to say so gets there by the page's button.
    """
    link = store_links.find(store_links.fingerprint(token))
    title, url = _what_it_shows(link)
    if request.headers.get("Sec-Fetch-Mode") != "navigate" and "open" not in request.args:
        return _preview(link, title, token)
    store_links.count_opening(link)
    new_token, opened = guests.open_link(viewers.guest_session(), link)
    response = make_response(see_other(url))
    if new_token:
        viewers.set_cookie(response, new_token)
    return response


def _what_it_shows(link: Link) -> tuple[str, str]:
    """Return title and address of what the link is for. Raises NotFound if that is gone."""
    if link.target_kind == "album":
        album = albums.find(link.target_id)
        if album.user_id != link.user_id:
            raise NotFound(link.target_id)
        return album.title, url_for("albums.album", album_id=album.album_id)
    photo = photos.get_own(link.user_id, link.target_id)
    return photo.caption or _("A photo"), url_for("photos.photo", photo_id=photo.photo_id)


def _preview(link: Link, title: str, token: str) -> Response:
    """Show a title and, only if the owner said so, a picture; behind a passcode never."""
    owner, picture = users.get(link.user_id).name, None
    if link.preview and access.VIEW in link.rights and not link.passcode:
        picture = _preview_picture(link, owner)
    page = render_template(
        "links/preview.html",
        title=title,
        owner=owner,
        picture=picture,
        url=url_for("links.open_link", token=token, open=""),
    )
    response = make_response(page)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _preview_picture(link: Link, owner: str) -> str | None:
    photo_id = link.target_id
    if link.target_kind == "album":
        cover = covers.find(albums.find(link.target_id))
        if cover is None:
            return None
        photo_id = cover.photo_id
    if link.watermark:
        return marked_url(photo_id, 960, owner)
    return signed_urls.picture_url(photo_id, "960")


@blueprint.route("/links/<link_id>/passcode", methods=["GET", "POST"])
def passcode(link_id: str) -> ResponseReturnValue:
    """Ask a guest for the link's passcode."""
    opened = viewers.guest_session()
    link = store_links.find(link_id)
    if opened is None or opened.passes.get(link.target, {}).get("link_id") != link_id:
        raise NotFound(link_id)
    title, url = _what_it_shows(link)
    if request.method == "GET":
        return render_template("links/passcode.html", link=link, title=title, error=None)
    try:
        right = store_links.check_passcode(link, request.form.get("passcode", ""))
    except store_links.TooManyTries:
        abort(429, _("Too many tries. Please wait a quarter of an hour."))
    if not right:
        error = _("That is not the passcode.")
        page = render_template("links/passcode.html", link=link, title=title, error=error)
        return page, 400
    guests.unlock(opened, link)
    return see_other(url)


@blueprint.post("/links/<link_id>/name")
def say_name(link_id: str) -> ResponseReturnValue:
    """Take down the name of a guest, once, and go on."""
    opened = viewers.guest_session()
    link = store_links.find(link_id)
    passed = opened.passes.get(link.target, {}) if opened else {}
    if opened is None or passed.get("link_id") != link_id or not passed["unlocked"]:
        raise NotFound(link_id)
    name = clean_line(request.form.get("name", ""), guests.NAME_LIMIT)
    if not name:
        abort(400, _("Please say who you are, so that they know whose photos these are."))
    guests.introduce(opened, link, name)
    return see_other(local_path(request.form.get("next")))


@blueprint.post("/guests/<guest_id>/ban")
@signed_in
def ban(guest_id: str) -> ResponseReturnValue:
    """Block a guest of one's links: what they added is hidden, and their links do nothing."""
    guests.ban(viewer_id(), guest_id, banned=True)
    return see_other(url_for("links.links"))


@blueprint.post("/guests/<guest_id>/unban")
@signed_in
def unban(guest_id: str) -> ResponseReturnValue:
    """Lift that."""
    guests.ban(viewer_id(), guest_id, banned=False)
    return see_other(url_for("links.links"))


@blueprint.post("/guests/<guest_id>/invitation")
@signed_in
def invite(guest_id: str) -> ResponseReturnValue:
    """Make an invite for a guest, who as a friend keeps what they added."""
    guest = guests.get_own(viewer_id(), guest_id)
    token = store_invites.create(viewer_id(), guest_id=guest.guest_id)
    return _page(new_invite_url=settings().public_url + url_for("friends.invite", token=token))
