"""Do sixty 12 MP photos chosen at once all arrive, and what does it take?

    python -m benchmarks.sixty_photos

A real browser (Chromium at phone size) on the real local stack. While the photos go, the page is
asked every 100 ms to run a timer and answer: the slowest answer says whether it stays usable.
Memory is the web function's process, and for comparison the supervisor's, which holds the cloud.
"""

from __future__ import annotations

import re
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.upload_to_ready import photo
from tests.stack import Stack

COUNT = 60
CHROMIUM = "/usr/bin/chromium"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"IMG_{n:04}.jpg" for n in range(COUNT)]
        for n, file in enumerate(files):
            file.write_bytes(photo(n))
        stack = Stack(Path(folder) / "data")
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=CHROMIUM, args=["--no-sandbox"]
                )
                page = browser.new_page(viewport={"width": 390, "height": 844})
                _sign_in(page, stack.url)
                _upload(page, stack, files)
                browser.close()
        finally:
            stack.stop()


def _sign_in(page: Page, url: str) -> None:
    page.goto(url + "/auth/sign-in?next=/upload")
    page.get_by_label("E-mail").fill("anna@example.org")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Display name").fill("Anna")
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/upload")


def _upload(page: Page, stack: Stack, files: list[Path]) -> None:
    size = sum(file.stat().st_size for file in files) / 1e6
    start = time.perf_counter()
    page.get_by_label("Choose photos").set_input_files(files)
    slowest, peaks = 0.0, {"web": 0, "cloud": 0}
    while (ready := page.get_by_text("Ready", exact=True).count()) < COUNT:
        asked = time.perf_counter()
        page.evaluate("new Promise(done => setTimeout(done, 0))")
        slowest = max(slowest, time.perf_counter() - asked)
        for name, pid in _processes(stack).items():
            peaks[name] = max(peaks[name], _resident_mb(pid))
        if time.perf_counter() - start > 300:
            break
        page.wait_for_timeout(100)
    print(f"{ready} of {COUNT} ready, {size:.0f} MB in {time.perf_counter() - start:.0f} s")
    print(f"slowest answer of the page {slowest * 1000:.0f} ms")
    print(f"peak memory: web function {peaks['web']} MB, embedded cloud {peaks['cloud']} MB")


def _processes(stack: Stack) -> dict[str, int]:
    supervisor = stack.process.pid
    children = Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split()
    web = next(
        int(pid) for pid in children if b"local.web" in Path(f"/proc/{pid}/cmdline").read_bytes()
    )
    return {"web": web, "cloud": supervisor}


def _resident_mb(pid: int) -> int:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) // 1024 if found else 0


if __name__ == "__main__":
    main()
