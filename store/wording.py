"""Notices in words, for the page, the push and the e-mail alike.

The functions that send know no Flask, so this is the standard library's gettext, with a
catalogue of its own beside it: translations/<language>/LC_MESSAGES/news.po.
"""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path

from store import bundles
from store.notices import Notice

LANGUAGES = ("en", "de")
FOLDER = Path(__file__).parent / "translations"


@cache
def translations(language: str) -> gettext.NullTranslations:
    """Return the catalogue of a language ("de", or "de_AT"); English for what we do not speak."""
    return gettext.translation("news", FOLDER, [language.partition("_")[0]], fallback=True)


def sentence(notice: Notice, language: str) -> str:
    """Return the notice as one line without a full stop."""
    catalogue = translations(language)
    _, ngettext = catalogue.gettext, catalogue.ngettext
    people = max(1, len(notice.names) + notice.others)
    values = {"who": _who(notice, catalogue), "album": notice.album_title}
    match notice.kind:
        case bundles.PHOTOS | bundles.GUESTS:
            return _photos(notice, catalogue) % values
        case bundles.COMMENTS:
            return _("%(who)s commented on your photo") % values
        case bundles.LIKES:
            text = ngettext("%(who)s likes your photo", "%(who)s like your photo", people)
            return text % values
        case bundles.MENTIONS:
            return _("%(who)s mentioned you") % values
        case bundles.FRIENDS:
            return _("%(who)s accepted your invite") % values
        case bundles.REQUESTS:
            text = ngettext(
                "%(who)s would like to be your friend",
                "%(who)s would like to be your friends",
                people,
            )
            return text % values
        case bundles.ALBUMS:
            return _("%(who)s added you to the album %(album)s") % values
        case bundles.ZIPS:
            return _("Your zip of photos is ready")
        case bundles.ROOM:
            return _("There is little room left for your photos")
    raise ValueError(notice.kind)


def _photos(notice: Notice, catalogue: gettext.NullTranslations) -> str:
    _, ngettext = catalogue.gettext, catalogue.ngettext
    count = len(notice.photos)
    by_link = notice.kind == bundles.GUESTS
    if notice.more_photos:
        text = (
            _("%(who)s added more than %(count)d photos through your link")
            if by_link
            else _("%(who)s added more than %(count)d photos to %(album)s")
            if notice.album_title
            else _("%(who)s added more than %(count)d photos")
        )
    elif by_link:
        text = ngettext(
            "%(who)s added a photo through your link",
            "%(who)s added %(count)d photos through your link",
            count,
        )
    elif notice.album_title:
        text = ngettext(
            "%(who)s added a photo to %(album)s",
            "%(who)s added %(count)d photos to %(album)s",
            count,
        )
    else:
        text = ngettext("%(who)s added a photo", "%(who)s added %(count)d photos", count)
    return text.replace("%(count)d", str(count))


def _who(notice: Notice, catalogue: gettext.NullTranslations) -> str:
    """Return "Anna", "Anna and Ben" or "Anna, Ben and 3 others"."""
    _, ngettext = catalogue.gettext, catalogue.ngettext
    names = notice.names or [_("Somebody")]
    if notice.others:
        text = ngettext("%(names)s and one more", "%(names)s and %(count)d more", notice.others)
        return text % {"names": ", ".join(names), "count": notice.others}
    if len(names) == 2:
        return _("%(one)s and %(other)s") % {"one": names[0], "other": names[1]}
    return names[0]
