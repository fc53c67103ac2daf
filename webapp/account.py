"""One's own settings: name, picture, language, time zone, and what others may do."""

from __future__ import annotations

from babel.core import get_global
from flask import Blueprint, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from store import photos, users
from store.words import clean_line
from webapp.htmx import see_other
from webapp.language import LANGUAGES
from webapp.sessions import me, signed_in, viewer_id

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


@blueprint.post("/settings/picture")
@signed_in
def picture() -> ResponseReturnValue:
    """Let one of one's own photos stand for oneself, or none."""
    photo_id = request.form.get("photo_id", "")
    if photo_id:
        users.set_picture(viewer_id(), photos.get_own(viewer_id(), photo_id).photo_id)
    else:
        users.forget_picture(viewer_id())
    return see_other(url_for("account.settings", saved="yes"))
