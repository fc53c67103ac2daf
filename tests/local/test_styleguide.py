"""The style guide shows what the stylesheet styles."""

from __future__ import annotations

import re

import requests

from tests.stack import ROOT, Stack

STYLES = (ROOT / "webapp" / "static" / "css").glob("*.css")
# What every page has around it, or what a script sets for a moment.
NOT_COMPONENTS = re.compile(
    r"landing.*|masthead|nav|nav__ring|has-nav|page.*|skip|no-js|needs-js|camera|crop"
    r"|htmx-request|confirm--open|sheet--returning|photo__stage--.*|select--alone|r-\d+|field--inline"
)


def test_the_style_guide_shows_every_component(stack: Stack) -> None:
    styled = {
        name
        for file in STYLES
        for name in re.findall(r"\.([a-z][\w-]*)", re.sub(r"/\*.*?\*/", "", file.read_text()))
        if not NOT_COMPONENTS.fullmatch(name) and name not in {"css", "html"}
    }

    page = requests.get(f"{stack.url}/styleguide", timeout=30)

    shown = {each for it in re.findall(r'class="([^"]*)"', page.text) for each in it.split()}
    assert page.status_code == 200
    assert styled - shown == set()
    assert {file.name for file in (ROOT / "webapp").rglob("styleguide*")} == set()
