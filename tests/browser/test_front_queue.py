"""The upload queue outlives reloads, dead networks and killed browsers."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import CHROMIUM, QUIETLY
from tests.browser.person import PHONE, PROCESSED, Person
from tests.stack import Stack

pytestmark = pytest.mark.browser

BUCKET = "**/*-uploads-*"
TOTAL = "[data-upload-total]"


@pytest.fixture
def files(tmp_path: Path, picture: Callable[[], bytes]) -> Callable[[int], list[Path]]:
    """Makes JPEG files, no two alike."""

    def make(count: int) -> list[Path]:
        made = [tmp_path / f"summer {number}.jpg" for number in range(count)]
        for file in made:
            file.write_bytes(picture())
        return made

    return make


def hold_back(page: Page) -> list[Route]:
    """Let no byte of a photo through; return what is held."""
    held: list[Route] = []
    page.route(
        BUCKET, lambda it: held.append(it) if it.request.method == "POST" else it.continue_()
    )
    return held


def choose(page: Page, files: list[Path]) -> None:
    """Choose those files on the upload page that is open."""
    field = page.get_by_label("Choose photos")
    expect(field).to_have_attribute("multiple", "")
    field.set_input_files(files)


def statuses(page: Page, status: str) -> int:
    return page.get_by_role("listitem").filter(has_text=status).count()


def test_sixty_at_once(somebody: Callable[..., Person], files: Callable[[int], list[Path]]) -> None:
    ada = somebody("Ada")

    ada.choose(files(60))

    expect(ada.page.locator(TOTAL)).to_have_text("60 of 60", timeout=3 * PROCESSED)
    assert statuses(ada.page, "Ready") == 60


def test_at_most_three_are_sent_at_a_time(
    somebody: Callable[..., Person], files: Callable[[int], list[Path]]
) -> None:
    ada = somebody("Ada")
    ada.go_to("Upload")
    held = hold_back(ada.page)

    ada.choose(files(8))

    expect(ada.page.get_by_text("Uploading")).to_have_count(3)
    expect(ada.page.get_by_text("Waiting", exact=True)).to_have_count(5)
    assert len(held) == 3
    ada.page.unroute(BUCKET)  # lets go what was held
    expect(ada.page.locator(TOTAL)).to_have_text("8 of 8", timeout=PROCESSED)


@pytest.mark.chromium("Firefox's driver closes without asking")
def test_leaving_is_warned_of_only_while_bytes_are_under_way(
    somebody: Callable[..., Person], files: Callable[[int], list[Path]]
) -> None:
    ada = somebody("Ada")
    ada.go_to("Upload")
    warnings: list[str] = []
    ada.page.on("dialog", lambda it: (warnings.append(it.type), it.dismiss()))
    ada.page.get_by_label("Caption").click()  # whoever touched nothing is not asked
    hold_back(ada.page)
    choose(ada.page, files(1))
    expect(ada.page.get_by_text("Uploading")).to_be_visible()

    ada.page.close(run_before_unload=True)
    expect(ada.page.get_by_text("Uploading")).to_be_visible()
    assert warnings == ["beforeunload"]

    ada.page.unroute(BUCKET)
    expect(ada.page.locator(TOTAL)).to_have_text("1 of 1", timeout=PROCESSED)
    ada.page.reload()
    assert warnings == ["beforeunload"]


def test_a_dead_network_is_waited_out(
    somebody: Callable[..., Person], files: Callable[[int], list[Path]]
) -> None:
    ada = somebody("Ada")
    ada.choose([])
    ada.context.set_offline(True)

    choose(ada.page, files(4))

    expect(ada.page.locator(TOTAL)).to_have_text("0 of 4, waiting for a connection")
    ada.context.set_offline(False)
    expect(ada.page.locator(TOTAL)).to_have_text("4 of 4", timeout=PROCESSED)
    ada.complaints.clear()


@pytest.mark.chromium("speaks Chromium's own protocol")
def test_a_slow_network_shows_how_far_it_is(
    somebody: Callable[..., Person], tmp_path: Path, picture: Callable[..., bytes]
) -> None:
    ada = somebody("Ada")
    ada.go_to("Upload")
    network = ada.context.new_cdp_session(ada.page)
    slow = {"offline": False, "latency": 400, "downloadThroughput": 60_000}
    network.send("Network.emulateNetworkConditions", {**slow, "uploadThroughput": 30_000})
    photo = tmp_path / "large.jpg"
    photo.write_bytes(picture(1600, 1200))

    choose(ada.page, [photo])

    bar = ada.item(photo.name).get_by_role("progressbar")
    ada.page.wait_for_function(
        "bar => bar.value > 0.1 && bar.value < 0.9", arg=bar.element_handle(), timeout=PROCESSED
    )
    ada.expect_status(photo.name, "Ready")


def test_a_stumbling_bucket_is_tried_again(
    somebody: Callable[..., Person], files: Callable[[int], list[Path]]
) -> None:
    ada = somebody("Ada")
    ada.go_to("Upload")
    answers = iter([503, 403, None])

    def stumble(route: Route) -> None:
        status = next(answers)
        route.fulfill(status=status) if status else route.continue_()

    ada.page.route(BUCKET, stumble)
    (photo,) = files(1)

    choose(ada.page, [photo])

    ada.expect_status(photo.name, "Ready")
    assert next(answers, "used up") == "used up"
    ada.complaints.clear()


@pytest.mark.chromium("Firefox's driver does not fetch for a route")
def test_an_expired_grant_is_renewed(
    somebody: Callable[..., Person], files: Callable[[int], list[Path]]
) -> None:
    ada = somebody("Ada")
    ada.go_to("Upload")
    grants = []

    def expire_the_first(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        if not grants:
            body["uploads"][0]["expires_at"] = 1
        grants.append(body)
        route.fulfill(response=answer, json=body)

    ada.page.route("**/uploads", expire_the_first)
    (photo,) = files(1)

    choose(ada.page, [photo])

    ada.expect_status(photo.name, "Ready")
    assert len(grants) == 2


def test_what_had_arrived_is_not_sent_again_after_a_reload(
    somebody: Callable[..., Person], files: Callable[[int], list[Path]]
) -> None:
    ada = somebody("Ada")
    ada.go_to("Upload")
    sent = []
    ada.page.on("request", lambda it: sent.append(it) if re.search("-uploads-", it.url) else None)
    (photo,) = files(1)
    choose(ada.page, [photo])
    ada.expect_status(photo.name, "Ready")

    ada.page.reload()

    ada.expect_status(photo.name, "Ready")
    assert len([it for it in sent if it.method == "POST"]) == 1
    ada.page.get_by_role("button", name="Clear the list").click()
    expect(ada.item(photo.name)).to_have_count(0)
    ada.page.reload()
    expect(ada.page.get_by_label("Choose photos")).to_be_attached()
    expect(ada.item(photo.name)).to_have_count(0)


def test_a_file_that_could_not_be_kept_is_asked_for(
    somebody: Callable[..., Person], files: Callable[[int], list[Path]]
) -> None:
    ada = somebody("Ada")
    ada.context.add_init_script(
        "navigator.storage.estimate = async () => ({ usage: 9e9, quota: 1e10 })"
    )
    ada.go_to("Upload")
    hold_back(ada.page)
    (photo,) = files(1)
    choose(ada.page, [photo])
    ada.expect_status(photo.name, "Uploading")

    ada.page.reload()

    ada.expect_status(photo.name, "Failed: The browser could not keep this file. Choose it again.")
    ada.page.unroute(BUCKET)
    choose(ada.page, [photo])
    ada.expect_status(photo.name, "Ready")
    expect(ada.item(photo.name)).to_have_count(1)
    ada.complaints.clear()


def test_another_open_page_does_not_take_over(
    somebody: Callable[..., Person], files: Callable[[int], list[Path]]
) -> None:
    ada = somebody("Ada")
    ada.go_to("Upload")
    hold_back(ada.page)
    (photo,) = files(1)
    choose(ada.page, [photo])
    ada.expect_status(photo.name, "Uploading")

    other = ada.context.new_page()
    other.goto(ada.page.url)
    expect(other.get_by_label("Choose photos")).to_have_attribute("multiple", "")

    expect(other.get_by_role("listitem").filter(has_text=photo.name)).to_have_count(0)
    ada.page.unroute(BUCKET)
    ada.expect_status(photo.name, "Ready")


@pytest.mark.chromium("starts Chromium itself")
def test_a_killed_browser_goes_on_when_it_is_opened_again(
    browser: Browser, stack: Stack, tmp_path: Path, files: Callable[[int], list[Path]]
) -> None:
    profile = tmp_path / "profile"
    page = open_browser(browser, profile)
    sign_in_to_upload(page, stack.url)
    page.get_by_label("Display name").fill("Ada")
    page.get_by_role("button", name="Continue").click()
    hold_back(page)
    choose(page, files(5))
    expect(page.get_by_text("Uploading")).to_have_count(3)
    assert page.evaluate(KEPT) == 5
    kill(profile)

    again = open_browser(browser, profile)
    sign_in_to_upload(again, stack.url)  # cookies of the last half minute die with the browser

    expect(again.locator(TOTAL)).to_have_text("5 of 5", timeout=PROCESSED)
    again.context.close()


def sign_in_to_upload(page: Page, url: str) -> None:
    page.goto(f"{url}/auth/sign-in?next=/upload")
    page.get_by_label("E-mail").fill("ada.killed@people.example")
    page.get_by_role("button", name="Sign in", exact=True).click()


def open_browser(browser: Browser, profile: Path) -> Page:
    """Start a browser of its own that keeps what it knows in `profile`."""
    return browser.browser_type.launch_persistent_context(
        str(profile), executable_path=str(CHROMIUM), args=QUIETLY, viewport=PHONE, locale="en-US"
    ).pages[0]


def kill(profile: Path) -> None:
    """End every process of the browser with that profile, as the system does to save memory."""
    for found in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if f"--user-data-dir={profile}" in found.read_text():
                os.kill(int(found.parent.name), signal.SIGKILL)
    (profile / "SingletonLock").unlink(missing_ok=True)


# Waits until the queue's store holds as many files as the list; resolves with their number.
KEPT = """async () => {
  const answer = (request) =>
    new Promise((done) => { request.onsuccess = () => done(request.result); });
  const wanted = document.querySelectorAll(".upload").length;
  const [{ name }] = await indexedDB.databases();
  const database = await answer(indexedDB.open(name));
  for (;;) {
    const kept = await answer(database.transaction("files").objectStore("files").count());
    if (kept === wanted) return kept;
    await new Promise(requestAnimationFrame);
  }
}"""


def test_photos_from_the_share_sheet_wait_for_who_can_see_them(
    somebody: Callable[..., Person],
) -> None:
    ada = somebody("Ada")
    ada.go_to("Upload")
    ada.page.wait_for_function("() => navigator.serviceWorker.controller")

    share(ada.page, ["from the gallery.jpg", "another one.jpg"])

    ada.page.get_by_label("Who can see").select_option("Only me")
    ada.page.get_by_role("button", name="Add the photos you shared: 2").click()
    ada.expect_status("from the gallery.jpg", "Failed: This file is not a photo.")
    ada.expect_status("another one.jpg", "Failed: This file is not a photo.")


def share(page: Page, names: list[str]) -> None:
    """Do what a phone's share sheet does: post a form to the share target."""
    manifest = page.evaluate("fetch('/manifest.webmanifest').then((it) => it.json())")
    target = manifest["share_target"]
    with page.expect_navigation():
        page.evaluate(
            """([target, names]) => {
              const form = document.createElement("form");
              const { action, method, enctype, params } = target;
              Object.assign(form, { action, method, enctype });
              const input = document.createElement("input");
              Object.assign(input, { type: "file", name: params.files[0].name, multiple: true });
              const data = new DataTransfer();
              const type = "image/jpeg";
              for (const name of names) data.items.add(new File([name], name, { type }));
              input.files = data.files;
              form.append(input);
              document.body.append(form);
              form.submit();
            }""",
            [target, names],
        )
    assert page.url.endswith("/upload")


@pytest.mark.chromium("Firefox lets no script make a drop with files")
def test_dropped_and_pasted_photos_are_sent(
    somebody: Callable[..., Person], files: Callable[[int], list[Path]]
) -> None:
    ada = somebody("Ada")
    ada.go_to("Upload")
    dropped, pasted = files(2)

    for event, photo in (("drop", dropped), ("paste", pasted)):
        ada.page.evaluate(
            """([type, name, bytes]) => {
              const data = new DataTransfer();
              data.items.add(new File([new Uint8Array(bytes)], name, { type: "image/jpeg" }));
              const Event = { drop: DragEvent, paste: ClipboardEvent }[type];
              const key = { drop: "dataTransfer", paste: "clipboardData" }[type];
              const options = { bubbles: true, cancelable: true, [key]: data };
              document.body.dispatchEvent(new Event(type, options));
            }""",
            [event, photo.name, list(photo.read_bytes())],
        )

    ada.expect_status(dropped.name, "Ready")
    ada.expect_status(pasted.name, "Ready")


def test_installable(somebody: Callable[..., Person]) -> None:
    ada = somebody("Ada", viewport=PHONE)
    ada.go_to("Upload")

    manifest = ada.page.evaluate("fetch('/manifest.webmanifest').then((it) => it.json())")
    pictures = manifest["icons"] + manifest["screenshots"]

    assert {icon.get("purpose") for icon in manifest["icons"]} >= {"maskable"}
    for picture in pictures:
        assert ada.page.request.get(urljoin(ada.url, picture["src"])).status == 200, json.dumps(
            picture
        )
