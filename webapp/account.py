"""One's own settings: name, picture, language, time zone, and what others may do."""

from __future__ import annotations

from babel.core import get_global
from flask import Blueprint, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from store import photos, users
from store.wording import LANGUAGES
from store.words import clean_line
from webapp.cards import card
from webapp.htmx import render, see_other
from webapp.paging import PAGE, cursor
from webapp.sessions import me, signed_in, viewer_id

CUT = ("across", "down", "zoom")

blueprint = Blueprint("account", __name__)


@blueprint.route("/settings", methods=["GET", "POST"])
@signed_in
def settings() -> ResponseReturnValue:
    """Show one's settings, and save them."""
    if request.method == "GET":
        return _page(me())
    form = request.form
    name = clean_line(form.get("display_name", ""), users.NAME_LIMIT)
    if not name:
        return make_response(
            _page(me(), _("Please enter the name that your friends know you by.")), 400
        )
    language, time_zone = form.get("language", ""), form.get("time_zone", "")
    if language not in ("", *LANGUAGES) or time_zone not in ("", *time_zones()):
        abort(400)
    users.set_up(
        viewer_id(),
        name=name,
        language=language,
        time_zone=time_zone,
        may_be_asked="may_be_asked" in form,
        shows_mutual="shows_mutual" in form,
        shows_camera="shows_camera" in form,
    )
    return see_other(url_for("account.settings", saved="yes"))


def _page(user: users.User, error: str = "") -> str:
    return render_template("people/settings.html", user=user, error=error, zones=time_zones())


def time_zones() -> list[str]:
    """Return the names of the time zones, as IANA has them."""
    return sorted(get_global("zone_territories"))


@blueprint.route("/settings/picture", methods=["GET", "POST"])
@signed_in
def picture() -> ResponseReturnValue:
    """Let a square of one of one's own photos stand for oneself, or none.

    Without a photo this shows one's own to choose from, with one it lets choose the square.
    """
    photo_id = request.values.get("photo_id", "")
    if request.method == "GET":
        return _cut(photo_id) if photo_id else _choose_picture()
    if not photo_id:
        users.forget_picture(viewer_id())
        return see_other(url_for("account.settings", saved="yes"))
    mine = photos.get_own(viewer_id(), photo_id)
    try:
        across, down, zoom = (
            int(request.form.get(name, default))
            for name, default in zip(CUT, users.CENTRED, strict=True)
        )
        users.set_picture(viewer_id(), mine.photo_id, (across, down, zoom))
    except ValueError:
        abort(400)
    return see_other(url_for("account.settings", saved="yes"))


def _cut(photo_id: str) -> str:
    me_now, mine = me(), photos.get_own(viewer_id(), photo_id)
    cut = me_now.cut if me_now.picture_id == photo_id else users.CENTRED
    return render_template(
        "people/cut.html",
        card=card(mine, me_now.name, me_now.user_id),
        cut=dict(zip(CUT, cut, strict=True)),
    )


def _choose_picture() -> str:
    page = photos.list_roll(viewer_id(), limit=PAGE, before=cursor("before"))
    older = url_for("account.picture", before=page.cursor) if page.cursor else None
    return render(
        "people/choose.html",
        block="photos",
        cards=[card(photo, "", viewer_id()) for photo in page.items],
        older_url=older,
    )
