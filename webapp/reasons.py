"""Why an upload failed, in the reader's language.

The image function writes its sentences in English onto the photo, because it knows no reader; they
are listed here once more so that they can be translated. A test holds the two lists together.
"""

from __future__ import annotations

import re

from flask_babel import gettext


def N_(message: str) -> str:  # noqa: N802 (gettext's own name for "translate this elsewhere")
    return message


SENTENCES = (
    N_("This file is empty."),
    N_("This file is not a photo."),
    N_("JPEG XL pictures cannot be shared yet; save it as JPEG and try again."),
    N_("{kind} cannot be shared yet; save it as JPEG and try again."),
    N_("Videos cannot be shared yet, only photos."),
    N_("This file is incomplete: its end is missing. Upload the photo again."),
    N_("This file is damaged and cannot be opened."),
    N_("This file is damaged: it holds far less picture than it claims."),
    N_("This JPEG is built in a way that no camera uses; save it anew and try again."),
    N_(
        "This photo has {megapixels} megapixels; {kind} photos can have up to {limit}. "
        "Save a smaller copy and try again."
    ),
    N_("This photo needs too much memory to open. Save a smaller copy and try again."),
    N_(
        "This photo is a progressive JPEG, and too large for one. "
        "Save it as a standard JPEG, or smaller, and try again."
    ),
    N_("This photo took too long to open. Save a smaller copy and try again."),
    N_("This file broke our picture reader, so it cannot be shared."),
    N_("Something went wrong on our side. Please try again."),
    N_("The file changed on its way here. Please try again."),
    N_("This photo is already here."),
    N_("There is no room left for your photos. Delete some and try again."),
    N_("The file never arrived. Please try again."),
)
KINDS = (
    N_("TIFF and raw pictures"),
    N_("Raw pictures"),
    N_("BMP pictures"),
    N_("Photoshop files"),
    N_("Icons"),
    N_("JPEG 2000 pictures"),
    N_("PDF files"),
    N_("PostScript files"),
    N_("GIMP files"),
    N_("SVG drawings"),
    N_("Pictures of this kind"),
)


def translate(reason: str) -> str:
    """Return a worker's sentence in the reader's language, as it is if there is no translation."""
    for sentence in SENTENCES:
        found = _pattern(sentence).fullmatch(reason)
        if found:
            details = {name: gettext(value) for name, value in found.groupdict().items()}
            return str(gettext(sentence)).format(**details)
    return reason


def _pattern(sentence: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(sentence)))
