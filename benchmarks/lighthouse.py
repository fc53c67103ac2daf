"""What does Lighthouse say of the pages that people open most?

    make lighthouse                          (RUNS=3, on the demo site)

Lighthouse's own defaults: a mid-range phone on slow 4G, simulated from what the real browser did at
full speed. Landing is looked at signed out, the rest as Ada of the demo. Printed are the medians of
the runs; the goals stand beside them. A busy machine makes the times longer, never shorter.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import sync_playwright

from tests.stack import ROOT, demo
from tests.waiting import eventually

CHROMIUM = "/usr/bin/chromium"
LIGHTHOUSE = ROOT / "build" / "lighthouse" / "node_modules" / ".bin" / "lighthouse"
RUNS = int(os.environ.get("RUNS") or 3)
SCORES = ("performance", "accessibility", "best-practices", "seo")
TIMES = {
    "largest-contentful-paint": 1800,
    "cumulative-layout-shift": 0.02,
    "total-blocking-time": 100,
}


def main() -> int:
    """Print a row for each page; return 1 if a goal is missed."""
    with demo(ROOT / "build" / "demo") as stack, browser() as (port, debugger):
        url = stack.url
        pages = {"landing": f"{url}/"}
        rows = {name: audit(page, port) for name, page in pages.items()}
        photo = sign_in(debugger, url)
        pages = {"feed": f"{url}/feed", "photo": photo, "upload": f"{url}/upload"}
        rows |= {name: audit(page, port) for name, page in pages.items()}
    load = os.getloadavg()[0]
    print(f"\n| page | {' | '.join(SCORES)} | LCP, ms | CLS | TBT, ms |  (load {load:.0f})")
    for name, row in rows.items():
        print(f"| {name} | " + " | ".join(f"{value:g}" for value in row.values()) + " |")
    missed = [f"{name}: {goal}" for name, row in rows.items() for goal in misses(name, row)]
    print("\n".join(missed) or "Every goal is reached.")
    return 1 if missed else 0


@contextmanager
def browser() -> Iterator[tuple[int, str]]:
    """Start a browser that waits for a debugger; yield the debugger's port and address."""
    with tempfile.TemporaryDirectory() as profile:
        process = subprocess.Popen(
            [
                CHROMIUM,
                "--headless=new",
                "--no-sandbox",
                "--disable-background-networking",
                "--remote-debugging-port=0",
                f"--user-data-dir={profile}",
                "about:blank",
            ],
            stderr=subprocess.DEVNULL,
        )
        told = Path(profile) / "DevToolsActivePort"
        try:
            eventually(lambda: told.exists() and told.read_text().count("\n"), 30)
            port = int(told.read_text().split()[0])
            yield port, f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(30)


def sign_in(debugger: str, url: str) -> str:
    """Sign in as Ada; return the address of the first photo of her feed."""
    with sync_playwright() as playwright:
        page = playwright.chromium.connect_over_cdp(debugger).contexts[0].new_page()
        page.goto(f"{url}/auth/sign-in?next=/feed")
        page.get_by_label("E-mail").fill("ada@demo.example")
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url("**/feed")
        photo = page.locator(".frame a").first.get_attribute("href")
        page.close()
    return f"{url}{photo}"


def audit(page: str, port: int) -> dict[str, float]:
    """Return the medians of the runs: scores of 100, times in ms."""
    runs = [report(page, port) for _ in range(RUNS)]
    found = {}
    for name in SCORES:
        found[name] = median(100 * each["categories"][name]["score"] for each in runs)
    for name in TIMES:
        value = median(each["audits"][name]["numericValue"] for each in runs)
        found[name] = round(value, 4 if name.startswith("cumulative") else 0)
    for audit in runs[-1]["audits"].values():
        if audit["score"] is not None and audit["score"] < 0.9:
            print(f"  {page}: {audit['title']} {audit.get('displayValue', '')}", flush=True)
    return found


def report(page: str, port: int) -> dict[str, Any]:
    command = [str(LIGHTHOUSE), page, f"--port={port}", "--output=json", "--quiet"]
    command.append(f"--only-categories={','.join(SCORES)}")
    for _ in range(3):  # on a busy machine its own waiting may run out
        answer = subprocess.run(command, capture_output=True, text=True)
        if answer.returncode == 0:
            break
        print(f"  {page}: {answer.stderr.strip()}", flush=True)
    answer.check_returncode()
    name = re.sub(r"\W+", "-", page.split("/", 3)[3].split("/")[0]) or "landing"
    (ROOT / "build" / "lighthouse" / f"{name}.json").write_text(answer.stdout)
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def misses(page: str, row: dict[str, float]) -> Iterator[str]:
    for name in SCORES:
        wanted = 95 if name == "performance" else 100
        # Search engines see nothing but the landing page.
        if row[name] < wanted and (name != "seo" or page == "landing"):
            yield f"{name} {row[name]:g}, wanted {wanted}"
    for name, most in TIMES.items():
        if row[name] >= most:
            yield f"{name} {row[name]:g}, wanted under {most}"


if __name__ == "__main__":
    sys.exit(main())
