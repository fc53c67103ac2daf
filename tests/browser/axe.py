"""axe-core: what a program can tell of how usable a page is."""

from __future__ import annotations

from importlib.resources import files

from playwright.sync_api import Page

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page) -> list[str]:
    """Return what is wrong with the page as it is now."""
    page.evaluate(AXE)
    found = page.evaluate("it => axe.run({ runOnly: { type: 'tag', values: it } })", RULES)
    return [f"{it['id']}: {it['nodes'][0]['html']}" for it in found["violations"]]
