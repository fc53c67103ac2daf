"""Where on a sheet its reader is."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

# The first frame that is at least partly on the screen, and where its top is, in px.
PLACE = """() => {
  const frames = [...document.querySelectorAll(".frame")];
  const frame = frames.find((it) => it.getBoundingClientRect().bottom > 0);
  return frame && [frame.id, Math.round(frame.getBoundingClientRect().top)];
}"""


def place(page: Page) -> Any:
    """Return the reader's place, to be expected again later."""
    return page.evaluate(PLACE)


def expect_place(page: Page, expected: Any) -> None:
    """Wait until the reader is at that very place."""
    is_there = f"it => JSON.stringify(({PLACE})()) === JSON.stringify(it)"
    page.wait_for_function(is_there, arg=expected)
