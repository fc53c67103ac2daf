"""Captions and tags as people type them, brought into the one form that is stored."""

from __future__ import annotations

import unicodedata

from store.photos import CAPTION_LIMIT, TAG_LIMIT, TAGS_LIMIT


def clean_caption(text: str) -> str:
    """Return the caption without control characters and outer space, at most CAPTION_LIMIT long."""
    return _clean(text, keep="\n")[:CAPTION_LIMIT].strip()


def clean_text(text: str) -> str:
    """Return text of many lines without control characters and outer space, however long."""
    return _clean(text, keep="\n")


def clean_line(text: str, limit: int) -> str:
    """Return one line of text without control characters, at most `limit` characters."""
    return " ".join(_clean(text).split())[:limit].strip()


def parse_tags(text: str) -> list[str]:
    """Return the tags of a comma-separated line: case-folded, each once, in order, bounded."""
    return clean_tags(text.split(","))


def clean_tags(tags: list[str]) -> list[str]:
    """Return tags in their stored form (see parse_tags)."""
    folded = (clean_line(tag.replace(",", " ").casefold().strip(" #"), TAG_LIMIT) for tag in tags)
    found = dict.fromkeys(folded)
    return [tag for tag in found if tag][:TAGS_LIMIT]


def _clean(text: str, keep: str = "") -> str:
    normal = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    return "".join(
        c if c in keep or unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn") else " "
        for c in normal
    ).strip()
