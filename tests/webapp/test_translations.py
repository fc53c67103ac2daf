"""Every string can be translated, and is."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter

import pytest
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import force_locale

import webapp
from thumbnails import handler
from thumbnails import reasons as worker_reasons
from webapp import reasons

WEBAPP = Path(webapp.__file__).parent
TEMPLATES = sorted((WEBAPP / "templates").rglob("*.html"))
GERMAN = WEBAPP / "translations" / "de" / "LC_MESSAGES"
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "gettext": None, "N_": None, "ngettext": (1, 2)}

SPOKEN_ATTRIBUTES = {"alt", "title", "placeholder", "aria-label", "content"}
NAMES = {"Contact Sheet"}


def german() -> Catalog:
    with (GERMAN / "messages.po").open("rb") as file:
        return read_po(file, locale="de")


def strings() -> set[str | tuple[str, str]]:
    found = extract_from_dir(WEBAPP, METHODS, keywords=KEYWORDS)
    return {
        tuple(message) if isinstance(message, tuple) else message for _, _, message, *_ in found
    }


def test_every_string_has_a_german_one():
    catalog = german()

    missing = [
        string for string in strings() if not (found := catalog.get(string)) or not found.string
    ]

    assert missing == []


def test_german_has_no_string_that_is_gone():
    gone = {message.id for message in german() if message.id} - strings()

    assert gone == set()


@pytest.mark.parametrize("message", [message for message in german() if message.id], ids=repr)
def test_german_fills_in_the_same_values(message):
    translations = message.string if isinstance(message.string, tuple) else [message.string]
    original = message.id[-1] if isinstance(message.id, tuple) else message.id

    for translation in translations:
        assert values_in(translation) == values_in(original)


def values_in(string: str) -> set[str]:
    braces = {name for _, name, *_ in Formatter().parse(string) if name}
    return braces | set(re.findall(r"%\(\w+\)\w", string))


def test_german_is_compiled():
    with (GERMAN / "messages.mo").open("rb") as file:
        compiled = read_mo(file)

    assert sentences(compiled) == sentences(german())


def sentences(catalog: Catalog) -> list[tuple[list[str], list[str]]]:
    """Return what is translated and how; a plural has several of each."""
    as_list = [
        [list(each) if isinstance(each, (list, tuple)) else [each] for each in pair]
        for pair in ((message.id, message.string) for message in catalog if message.id)
    ]
    return sorted(map(tuple, as_list))


class Spoken(HTMLParser):
    """Collects what a template says to people outside of {{ }} and {% %}."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent = tag == "script"
        named = dict(attrs)
        if tag == "meta" and named.get("name") != "description":
            return
        self.found += [value for name, value in attrs if name in SPOKEN_ATTRIBUTES and value]

    def handle_endtag(self, tag: str) -> None:
        self.silent = False

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data)


MARKUP = re.compile(
    r"\{% block page_class %\}.*?\{% endblock %\}|\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", re.DOTALL
)


def spoken(template: str) -> list[str]:
    parser = Spoken()
    parser.feed(MARKUP.sub("", template))
    texts = [text.strip(" \n·×▸,") for text in parser.found]
    return [text for text in texts if re.search(r"[^\W\d_]", text) and text not in NAMES]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(WEBAPP)))
def test_template_says_nothing_untranslated(path):
    assert spoken(path.read_text()) == []


def test_untranslated_text_is_found():
    assert spoken('<p>{{ _("Hello") }} there</p><img alt="A hill"><b title="{{ x }}">·</b>') == [
        "there",
        "A hill",
    ]


@pytest.mark.parametrize("module", [worker_reasons, handler], ids=lambda module: module.__name__)
def test_workers_sentences_are_known_to_the_pages(module):
    sentences = {
        value
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, str) and value.endswith(".")
    }

    assert sentences
    assert sentences <= set(reasons.SENTENCES)


def test_worker_sentence_is_shown_in_german(app: Flask):
    with app.test_request_context(), force_locale("de"):
        shown = reasons.translate(
            "This photo has 51 megapixels; PNG photos can have up to 50. "
            "Save a smaller copy and try again."
        )

    assert shown.startswith("Dieses Foto hat 51 Megapixel; bei PNG sind höchstens 50")


def test_kind_within_a_sentence_is_shown_in_german(app: Flask):
    with app.test_request_context(), force_locale("de"):
        shown = reasons.translate("Icons cannot be shared yet; save it as JPEG and try again.")

    assert shown.startswith("Icons können noch nicht geteilt werden")


def test_unknown_sentence_is_shown_as_it_is(app: Flask):
    with app.test_request_context(), force_locale("de"):
        assert reasons.translate("Nobody wrote this.") == "Nobody wrote this."
