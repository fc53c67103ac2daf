"""Who can see something: the choices in a form, and the answer in words."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, request
from flask_babel import gettext as _

from store import audience, circles, friends, users
from store.access import Shared
from store.audience import Audience
from store.circles import Circle
from webapp.sessions import viewer_id

PAGE = 60


@dataclass(frozen=True, slots=True)
class Choices:
    """What the viewer can choose from, and what is chosen now; `text` as in `Audience.text`."""

    text: str
    words: str
    circles: list[Circle]


def chosen(name: str = "visibility") -> Audience:
    """Return the audience that the form says; it answers 400 itself if that is none.

    "chosen" stands for the ticked boxes of the page that has them.
    """
    values = request.form.getlist(name)
    if values == [audience.CHOSEN]:
        values = request.form.getlist("choice") or [audience.PRIVATE]
    found = audience.parse(" ".join(values))
    if found is None:
        abort(400, _("Please choose who can see it."))
    return found


def choices(text: str = audience.FOR_FRIENDS, words: str = "") -> Choices:
    """Return the viewer's choices, for something new or with the words for what is."""
    return Choices(text, words, circles.list_own(viewer_id()))


def choices_for(shared: Shared) -> Choices:
    """Return the viewer's choices for something of theirs that has an audience already."""
    own = circles.list_own(viewer_id())
    said = Audience(shared.visibility, tuple(shared.circles), tuple(shared.people))
    return Choices(said.text, in_words(said, own), own)


def in_words(said: Audience, own_circles: list[Circle]) -> str:
    """Say whom an audience is for, to its owner."""
    if said.visibility == audience.PRIVATE:
        return str(_("Only you"))
    if said.visibility == audience.FOR_FRIENDS:
        return str(_("Your friends"))
    names = [circle.name for circle in own_circles if circle.circle_id in said.circles]
    people = users.get_many(said.people)
    names += [people[each].name for each in said.people if each in people]
    return ", ".join(names) or str(_("Only you"))


def friends_to_choose(after: str | None = None) -> tuple[list[friends.Friend], str | None]:
    """Return a page of the viewer's friends, for a list with boxes to tick."""
    page = friends.list_friends(viewer_id(), limit=PAGE, after=after)
    return [each for each in page.items if each.state == friends.FRIENDS], page.cursor
