"""What one is told, where and when: the form, and what is muted."""

from __future__ import annotations

import os
import re

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from store import albums, devices, preferences, users
from store.access import Person
from store.bundles import KINDS
from store.errors import NotFound
from store.ids import is_id
from store.preferences import CHANNELS, MAIL_MODES, OFF, Preferences
from webapp.htmx import see_other
from webapp.language import language
from webapp.sessions import signed_in, viewer_id

blueprint = Blueprint("preferences", __name__, url_prefix="/notifications")

TIME = re.compile(r"|([01]\d|2[0-3]):[0-5]\d")


@blueprint.get("/preferences")
@signed_in
def show() -> ResponseReturnValue:
    """Show what one is told of, where and when."""
    chosen = preferences.get(viewer_id())
    return render_template(
        "notices/preferences.html",
        chosen=chosen,
        kinds=KINDS,
        zone=_browsers_zone() if chosen == Preferences(viewer_id()) else chosen.zone,
        muted=_muted(chosen),
        mail_is_set_up=bool(preferences.mail_sender()),
        push_key=os.environ.get("PUSH_KEY", ""),
        devices=devices.list_devices(viewer_id()),
    )


def _browsers_zone() -> str:
    return preferences.zone_info(request.cookies.get("tz", "UTC")).key


def _muted(chosen: Preferences) -> list[tuple[str, str, str]]:
    """Return (what, id, name) of everything muted; without a name it is gone."""
    found = [(what, target) for what, _, target in (m.partition(":") for m in chosen.muted)]
    people = users.get_many(target for what, target in found if what == "person")
    seen = albums.get_many(
        Person(viewer_id()), (target for what, target in found if what == "album")
    )
    names = {each.user_id: each.name for each in people.values()}
    names |= {each.album_id: each.title for each in seen.values()}
    return sorted((what, target, names.get(target, "–")) for what, target in found)


@blueprint.post("/preferences")
@signed_in
def save() -> ResponseReturnValue:
    """Keep the form's choices; e-mail that has no address yet is led to where it gets one."""
    form = request.form
    quiet = (form.get("quiet_from", ""), form.get("quiet_to", ""))
    mail = form.get("mail", OFF)
    zone = form.get("zone", "UTC").strip()
    if mail not in MAIL_MODES or not all(TIME.fullmatch(each) for each in quiet):
        abort(400)
    if preferences.zone_info(zone).key != zone:
        abort(400, _("That time zone is not known. Write it as in Europe/Berlin."))
    chosen = preferences.save(
        viewer_id(),
        off={f"{k}:{c}" for k in KINDS for c in CHANNELS if f"{k}:{c}" not in form.getlist("on")},
        mail=mail,
        quiet=quiet if all(quiet) else ("", ""),
        zone=zone,
        language=language(),
    )
    if mail != OFF and not chosen.address:
        return see_other(url_for("auth.address"))
    return see_other(url_for("preferences.show"))


@blueprint.post("/mutes/<any(person, album):what>/<target_id>")
@signed_in
def mute(what: str, target_id: str) -> ResponseReturnValue:
    """Hear no more of a person or an album."""
    return _mute(what, target_id, muted=True)


@blueprint.post("/mutes/<any(person, album):what>/<target_id>/removal")
@signed_in
def unmute(what: str, target_id: str) -> ResponseReturnValue:
    """Hear of a person or an album again."""
    return _mute(what, target_id, muted=False)


def _mute(what: str, target_id: str, *, muted: bool) -> ResponseReturnValue:
    if not is_id(target_id):
        raise NotFound(target_id)
    preferences.mute(viewer_id(), f"{what}:{target_id}", muted=muted)
    return see_other(url_for("preferences.show"))
