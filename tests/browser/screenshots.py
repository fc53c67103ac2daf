"""`make screenshots`: every page of the demo site, as a phone, a tablet and a laptop show it.

They go to build/screenshots, a folder for each size and theme; what axe-core finds is printed
and makes it fail.
"""

from __future__ import annotations

import re
import sys

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from tests.browser.axe import violations
from tests.browser.conftest import CHROMIUM, QUIETLY
from tests.browser.person import DESKTOP, PHONE, TABLET, Person
from tests.browser.tour import tour
from tests.stack import ROOT, demo

FOLDER = ROOT / "build" / "screenshots"


def main() -> int:
    wrong = 0
    with demo(ROOT / "build" / "demo") as stack, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=QUIETLY)
        for size in (PHONE, TABLET, DESKTOP):
            wrong += photograph(browser, stack.url, size)
    print(f"{len(list(FOLDER.rglob('*.png')))} pictures in {FOLDER}")
    return min(wrong, 1)


def photograph(browser: Browser, url: str, size: ViewportSize) -> int:
    """Photograph every stop in both themes; return how many things axe-core finds wrong."""
    found = 0
    for stop in tour(lambda: Person(browser, url, size)):
        page = stop.open()
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            folder = FOLDER / f"{size['width']}x{size['height']}-{theme}"
            name = re.sub(r"\W+", "-", stop.name).strip("-")
            page.screenshot(path=folder / f"{name}.png", full_page=True)
            for wrong in violations(page):
                print(f"{folder.name}, {stop.name}: {wrong}")
                found += 1
    return found


if __name__ == "__main__":
    sys.exit(main())
