"""Does the feed stay smooth a thousand photos deep?

    python -m benchmarks.deep_feed                 (needs ../shared/photos)

A phone of 390 px in Debian's Chromium, its processor slowed down four times, scrolls by a screen's
tenth a frame: through the first hundred photos, and through the last hundred of a thousand. Printed
are the time from frame to frame, what kept the page busy for longer than 50 ms, and what it holds.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import CHROMIUM, PHOTOS, QUIETLY
from tests.browser.person import PHONE, Person
from tests.browser.roll import copy_photos
from tests.stack import Stack

COUNT, STRETCH, SLOWER = 1000, 100, 4

SCROLL = """([from, to]) => new Promise((resolve) => {
  const frames = document.querySelectorAll(".frame");
  const top = (it) => it.getBoundingClientRect().top + scrollY;
  const start = top(frames[from]), end = top(frames[to]);
  const times = [];
  let busy = 0;
  const observer = new PerformanceObserver((list) => list.getEntries().forEach((it) => {
    busy += it.duration - 50;
  }));
  observer.observe({ type: "longtask" });
  let y = start, last;
  scrollTo(0, y);
  requestAnimationFrame(function step(now) {
    if (last) times.push(now - last);
    last = now;
    y += innerHeight / 10;
    scrollTo(0, y);
    if (y < end) requestAnimationFrame(step);
    else setTimeout(() => { observer.disconnect(); resolve({ times, busy }); }, 500);
  });
})"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        stack = Stack(Path(folder) / "data")
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=QUIETLY)
        try:
            measure(Person(browser, stack.url, PHONE, density=2), stack)
        finally:
            browser.close()
            stack.stop()


def measure(ada: Person, stack: Stack) -> None:
    files = sorted((PHOTOS / "everyday").glob("*.jpg"))[:12]
    ada.sign_in("ada@deep.example", "Ada")
    ada.upload(*files)
    ada.wait_for_photos(len(files))
    ids = ada.page.locator(".frame").evaluate_all("all => all.map((it) => it.id.slice(6))")
    copy_photos(stack, ids, COUNT - len(ids))
    ada.open("/feed")
    scroll_down(ada.page)
    session = ada.context.new_cdp_session(ada.page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    print("| photos | frame to frame, ms: median | 95th | slowest | busy beyond 50 ms, ms |")
    print("|---|---|---|---|---|")
    for first in (0, COUNT - STRETCH - 1, 0, COUNT - STRETCH - 1):
        found = ada.page.evaluate(SCROLL, [first, first + STRETCH])
        times = sorted(found["times"])
        print(
            f"| {first} to {first + STRETCH} | {times[len(times) // 2]:.1f}"
            f" | {times[len(times) * 95 // 100]:.1f} | {times[-1]:.1f} | {found['busy']:.0f} |"
        )
    session.send("Performance.enable")
    held = {it["name"]: it["value"] for it in session.send("Performance.getMetrics")["metrics"]}
    print(
        f"\n{held['Nodes']:.0f} nodes, {held['JSHeapUsedSize'] / 2**20:.1f} MiB of script's memory"
    )


def scroll_down(page: Page) -> None:
    frames = page.locator(".frame")
    while (count := frames.count()) < COUNT:
        page.locator(".older").scroll_into_view_if_needed()
        page.wait_for_function(
            "count => document.querySelectorAll('.frame').length > count", arg=count
        )


if __name__ == "__main__":
    main()
