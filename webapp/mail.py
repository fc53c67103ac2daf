"""Where the links in a mail lead: their token is the only leave they need, and gives only this."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template
from flask.typing import ResponseReturnValue

from store import mail, photos, preferences, sheets, signed_urls
from store.access import Person
from store.errors import NotFound
from webapp.htmx import see_other

blueprint = Blueprint("mail", __name__, url_prefix="/mail/<token>")


@blueprint.get("")
def show(token: str) -> ResponseReturnValue:
    """Ask whether to stop: programs that look at every link in a mail must not do it."""
    mail.find_links(token)
    return render_template("mail/stop.html", token=token, stopped=False)


@blueprint.post("")
def stop(token: str) -> ResponseReturnValue:
    """Send this person no more mail: the page's button, or a mail program's one click (RFC 8058).

    Mail programs have no session; sessions.py lets this one address go without.
    """
    preferences.stop_mail(mail.find_links(token).user_id)
    return render_template("mail/stop.html", token=token, stopped=True)


@blueprint.get("/<photo_id>")
def picture(token: str, photo_id: str) -> ResponseReturnValue:
    """Go on to a picture of the mail, as long as its reader may see it."""
    links = mail.find_links(token)
    if photo_id not in links.pictures:
        raise NotFound(photo_id)
    if album_id := links.pictures[photo_id]:
        sheets.look_at(Person(links.user_id), album_id, photo_id)
    else:
        photos.get_visible(links.user_id, photo_id)
    answer = make_response(see_other(signed_urls.picture_url(photo_id, "960")))
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer
