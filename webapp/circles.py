"""Circles: one's own named groups of friends."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from store import circles as store_circles
from store.ids import is_id
from store.words import clean_line
from webapp.audiences import friends_to_choose
from webapp.htmx import see_other
from webapp.paging import cursor
from webapp.sessions import signed_in, viewer_id

blueprint = Blueprint("circles", __name__, url_prefix="/circles")


@blueprint.get("")
@signed_in
def circles() -> ResponseReturnValue:
    """Show one's circles."""
    return render_template("circles/circles.html", circles=store_circles.list_own(viewer_id()))


@blueprint.post("")
@signed_in
def create() -> ResponseReturnValue:
    """Make a circle, and go on to choose who is in it."""
    try:
        circle_id = store_circles.create(viewer_id(), _name())
    except store_circles.Full:
        abort(400, _("You have as many circles as there can be. Delete one first."))
    return see_other(url_for("circles.circle", circle_id=circle_id))


def _name() -> str:
    name = clean_line(request.form.get("name", ""), store_circles.NAME_LIMIT)
    if not name:
        abort(400, _("Please give the circle a name."))
    return name


@blueprint.get("/<circle_id>")
@signed_in
def circle(circle_id: str) -> ResponseReturnValue:
    """Show who is in a circle, among all of one's friends."""
    found = store_circles.get_own(viewer_id(), circle_id)
    friends, further = friends_to_choose(cursor("after"))
    return render_template(
        "circles/circle.html",
        circle=found,
        friends=friends,
        next_url=url_for("circles.circle", circle_id=circle_id, after=further) if further else None,
    )


@blueprint.post("/<circle_id>/name")
@signed_in
def rename(circle_id: str) -> ResponseReturnValue:
    """Give a circle another name."""
    store_circles.rename(viewer_id(), circle_id, _name())
    return see_other(url_for("circles.circle", circle_id=circle_id))


@blueprint.post("/<circle_id>/members")
@signed_in
def change(circle_id: str) -> ResponseReturnValue:
    """Put those into the circle who are ticked, and take those out who were shown and are not."""
    shown = {each for each in request.form.getlist("shown") if is_id(each)}
    ticked = {each for each in request.form.getlist("member") if is_id(each)}
    try:
        store_circles.change(viewer_id(), circle_id, add=ticked, remove=shown - ticked)
    except store_circles.Full:
        abort(400, _("A circle has room for 150 people."))
    return see_other(url_for("circles.circle", circle_id=circle_id))


@blueprint.post("/<circle_id>/deletion")
@signed_in
def delete(circle_id: str) -> ResponseReturnValue:
    """Delete a circle; what was for it alone is for nobody else from then on."""
    store_circles.delete(viewer_id(), circle_id)
    return see_other(url_for("circles.circles"))
