"""What people write to one another, made into markup: text, safe links, names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask, url_for
from markupsafe import Markup, escape

from store import signed_urls
from store.authors import Author
from store.comments import Comment
from store.ids import new_id
from store.photos import Photo
from webapp.speakers import Speaker, photo_page

_LINK = r"https?://[^\s<>\"'`\\^{}|]+[^\s<>\"'`\\^{}|.,;:!?)\]]"


def init_app(app: Flask) -> None:
    app.jinja_env.filters["spoken"] = spoken
    app.jinja_env.globals["new_id"] = new_id
    app.jinja_env.globals["photo_page"] = photo_page
    app.jinja_env.globals["portrait_url"] = portrait_url


def portrait_url(portrait: str) -> str:
    """Return where somebody's picture (see `users.User.portrait`) is, for ten minutes at most."""
    photo_id, _, name = portrait.partition("/")
    return signed_urls.picture_url(photo_id, name)


@dataclass(frozen=True, slots=True)
class Voice:
    """What this viewer may do with what is said about a photo."""

    photo: Photo
    who: Speaker

    def may_edit(self, comment: Comment) -> bool:
        return self.who.may_speak and comment.author == self.who.author

    def may_remove(self, comment: Comment) -> bool:
        return self.may_edit(comment) or self.who.author == Author(self.photo.user_id)


def spoken(text: str, mentions: Mapping[str, str] | None = None) -> Markup:
    """Return plain text as markup: addresses become links, and so do the names of those mentioned.

    Everything else is escaped. `mentions` is {user id: name}, each "@name" in the text.
    """
    profiles = {f"@{name}": user_id for user_id, name in (mentions or {}).items()}
    longest_first = sorted(map(re.escape, profiles), key=len, reverse=True)
    pattern = re.compile("|".join([_LINK, *(f"{name}(?!\\w)" for name in longest_first)]))
    pieces, end = [], 0
    for found in pattern.finditer(text):
        pieces += [escape(text[end : found.start()]), _link(found[0], profiles)]
        end = found.end()
    return Markup("").join([*pieces, escape(text[end:])])


def _link(words: str, profiles: Mapping[str, str]) -> Markup:
    if words in profiles:
        href = url_for("people.person", user_id=profiles[words])
        return Markup('<a href="{}">{}</a>').format(href, words)
    return Markup('<a href="{}" rel="nofollow noopener noreferrer ugc">{}</a>').format(words, words)
