"""The upload queue outlives reloads, dead networks and killed browsers."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import signal
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from tests.browser.conftest import CHROMIUM, PHOTOS, QUIETLY
from tests.browser.person import PHONE, PROCESSED, Person
from tests.stack import Stack
from tests.visitor import Visitor

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
    real = list((PHOTOS / "phones").glob("*.*"))

    ada.choose(real + files(60 - len(real)))

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
def test_only_while_bytes_are_under_way_is_leaving_warned_of_and_the_screen_kept_on(
    somebody: Callable[..., Person], files: Callable[[int], list[Path]]
) -> None:
    ada = somebody("Ada")
    ada.context.add_init_script(WAKE_LOCKS)
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
    assert ada.page.evaluate("locks") == ["screen"]

    ada.page.unroute(BUCKET)
    expect(ada.page.locator(TOTAL)).to_have_text("1 of 1", timeout=PROCESSED)
    ada.page.wait_for_function("() => String(locks) === 'screen,released'")
    ada.page.reload()
    assert warnings == ["beforeunload"]


@pytest.mark.chromium("Firefox's driver cannot cut the connection")
def test_a_dead_network_is_waited_out(
    somebody: Callable[..., Person], files: Callable[[int], list[Path]]
) -> None:
    ada = somebody("Ada")
    ada.choose([])
    ada.context.set_offline(True)
    ada.page.wait_for_function("() => !navigator.onLine")

    choose(ada.page, files(4))

    expect(ada.page.locator(TOTAL)).to_have_text("0 of 4, waiting for a connection")
    assert ada.page.evaluate(KEPT) == 4  # nothing but the connection is missing
    ada.context.set_offline(False)
    expect(ada.page.locator(TOTAL)).to_have_text("4 of 4", timeout=PROCESSED)
    ada.complaints.clear()


@pytest.mark.chromium("Firefox's driver does not tell of requests that were given up")
def test_a_connection_that_only_seems_to_be_there_is_waited_out(
    somebody: Callable[..., Person], files: Callable[[int], list[Path]]
) -> None:
    ada = somebody("Ada")
    ada.context.add_init_script(OLD_AND_IMPATIENT)
    ada.go_to("Upload")
    ada.page.route("**/uploads", lambda it: None)  # never answered
    ada.page.route(BUCKET, lambda it: it.abort())

    with ada.page.expect_event("requestfailed"):
        choose(ada.page, files(3))
    for _ in range(6):  # as often as the phone wakes up, which comes before any pause has ended
        with ada.page.expect_event("requestfailed"):
            ada.page.evaluate(WAKE)

    expect(ada.page.locator(TOTAL)).to_have_text("0 of 3, waiting for a connection")
    assert statuses(ada.page, "Waiting for a connection") == 3
    ada.page.unroute("**/uploads")
    with ada.page.expect_event("requestfailed"):
        ada.page.evaluate("window.patience = 30_000;" + WAKE)
    cut = ada.page.get_by_role("listitem").filter(has_text="Waiting for a connection")
    expect(cut).to_have_count(3)
    ada.page.unroute(BUCKET)
    hold_back(ada.page)
    ada.page.evaluate(WAKE)
    expect(ada.page.get_by_text("Uploading")).to_have_count(3)
    ada.page.unroute(BUCKET)
    expect(ada.page.locator(TOTAL)).to_have_text("3 of 3", timeout=PROCESSED)
    ada.complaints.clear()


WAKE = "document.dispatchEvent(new Event('visibilitychange'))"
# An iPhone that stays at iOS 15; its half minute of patience with the site ends at once.
WAKE_LOCKS = """window.locks = [];
Object.defineProperty(navigator, "wakeLock", { value: { request: async (kind) => {
  const release = () => { locks.push("released"); lock.dispatchEvent(new Event("release")); };
  const lock = Object.assign(new EventTarget(), { release });
  locks.push(kind);
  return lock;
} } });"""
OLD_AND_IMPATIENT = """
delete AbortSignal.timeout;
window.patience = 100;
const { setTimeout: later } = window;
window.setTimeout = (act, pause) => later(act, pause === 30_000 ? patience : pause);
"""


@pytest.mark.parametrize("failure", ["throws", "hangs", "drops"])
def test_a_store_that_fails_does_not_hold_the_queue_up(
    somebody: Callable[..., Person], files: Callable[[int], list[Path]], failure: str
) -> None:
    ada = somebody("Ada")
    ada.context.add_init_script(STORE[failure])
    ada.go_to("Upload")

    choose(ada.page, files(2))

    expect(ada.page.locator(TOTAL)).to_have_text("2 of 2", timeout=PROCESSED)
    if failure == "drops":
        ada.page.reload()
        expect(ada.page.locator(TOTAL)).to_have_text("2 of 2")


# As WebKit does when the phone has slept: each connection serves that many transactions.
LIMITED = """(() => {
  const { transaction } = IDBDatabase.prototype;
  const served = new WeakMap();
  IDBDatabase.prototype.transaction = function (...wanted) {
    served.set(this, (served.get(this) ?? 0) + 1);
    if (served.get(this) > LIMIT) throw new DOMException("lost", "InvalidStateError");
    return transaction.apply(this, wanted);
  };
})()"""
STORE = {
    "throws": LIMITED.replace("LIMIT", "0"),
    "drops": LIMITED.replace("LIMIT", "3"),
    "hangs": "IDBFactory.prototype.open = () => ({})",
}


def test_an_upload_page_without_its_scripts_says_so(
    somebody: Callable[..., Person], files: Callable[[int], list[Path]]
) -> None:
    ada = somebody("Ada")
    ada.forgo_service_worker()
    ada.page.route("**/upload/queue.js", lambda it: it.abort())
    ada.go_to("Upload")

    alert = ada.page.get_by_role("alert")
    expect(alert).to_contain_text("Part of this page could not be loaded.")

    ada.page.unroute("**/upload/queue.js")
    alert.get_by_role("button", name="Reload").click()
    (photo,) = files(1)
    choose(ada.page, [photo])
    ada.expect_status(photo.name, "Ready")
    ada.complaints.clear()


def test_signing_in_again_goes_on(
    somebody: Callable[..., Person], files: Callable[[int], list[Path]]
) -> None:
    ada = somebody("Ada")
    ada.go_to("Upload")
    (photo,) = files(1)
    sentence = "You are signed out. Reload this page to sign in again, then it goes on."

    for where, status in (("**/uploads", "Failed"), ("**/uploads?ids=*", "Processing")):
        ada.page.route(where, lambda it: it.fulfill(status=401, json={"error": "Signed out"}))
        choose(ada.page, [photo]) if status == "Failed" else ada.page.reload()
        ada.expect_status(photo.name, f"{status}: {sentence}")
        ada.page.unroute(where)
    ada.page.reload()

    ada.expect_status(photo.name, "Ready")
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
def test_an_expired_grant_is_renewed_by_a_phone_whose_clock_is_wrong(
    somebody: Callable[..., Person], files: Callable[[int], list[Path]]
) -> None:
    ada = somebody("Ada")
    ada.context.add_init_script("const { now } = Date; Date.now = () => now() + 3_600_000")
    ada.go_to("Upload")
    grants = []

    def expire_the_first(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        if not grants:
            body["uploads"][0]["expires_in"] = 1
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
    ada.page.on("request", lambda it: sent.append(it) if is_to_bucket(it) else None)
    (photo,) = files(1)
    choose(ada.page, [photo])
    ada.expect_status(photo.name, "Ready")

    ada.page.reload()

    ada.expect_status(photo.name, "Ready")
    assert len(sent) == 1
    ada.page.get_by_role("button", name="Clear the list").click()
    expect(ada.item(photo.name)).to_have_count(0)
    ada.page.reload()
    expect(ada.page.get_by_label("Choose photos")).to_be_attached()
    expect(ada.item(photo.name)).to_have_count(0)


@pytest.mark.chromium("Firefox's driver does not tell what a request carries")
def test_grants_are_kept(
    somebody: Callable[..., Person], files: Callable[[int], list[Path]]
) -> None:
    ada = somebody("Ada")
    ada.go_to("Upload")
    hold_back(ada.page)
    choose(ada.page, chosen := files(5))
    expect(ada.page.get_by_text("Uploading")).to_have_count(3)
    expect(ada.page.locator(TOTAL)).to_have_text("0 of 5")
    asked: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST" and request.url.endswith("/uploads"):
            asked.extend(file["name"] for file in request.post_data_json["files"])

    ada.page.on("request", note)
    ada.page.reload()
    ada.page.unroute(BUCKET)

    expect(ada.page.locator(TOTAL)).to_have_text("5 of 5", timeout=PROCESSED)
    assert len(asked) == 3  # what was on its way may have arrived: the site knows
    expect(ada.page.get_by_role("listitem").filter(has_text="summer")).to_contain_text(
        [file.name for file in chosen]
    )
    ada.complaints.clear()


def test_what_waited_for_too_long_is_not_forgotten_silently(
    somebody: Callable[..., Person], files: Callable[[int], list[Path]]
) -> None:
    ada = somebody("Ada")
    ada.go_to("Upload")
    hold_back(ada.page)
    photo, old = files(2)
    choose(ada.page, [photo])
    ada.expect_status(photo.name, "Uploading")
    ada.page.evaluate("const { now } = Date; Date.now = () => now() - 2 * 864e5")
    choose(ada.page, [old])
    ada.expect_status(old.name, "Uploading")

    ada.page.reload()
    ada.page.unroute(BUCKET)

    expect(ada.page.get_by_text("Waited for more than a day and forgotten: 1.")).to_be_visible()
    expect(ada.page.locator(TOTAL)).to_have_text("1 of 1", timeout=PROCESSED)
    ada.complaints.clear()


def test_a_queue_of_an_album_goes_on_wherever_one_uploads(
    somebody: Callable[..., Person], files: Callable[[int], list[Path]]
) -> None:
    ada = somebody("Ada")
    ada.open("/albums")
    ada.page.get_by_label("Title").fill("Alps")
    ada.page.get_by_role("button", name="Create album").click()
    ada.page.wait_for_url(re.compile(r"/albums/\w{26}"))
    album = ada.page.url
    ada.open(f"{album}/upload")
    hold_back(ada.page)
    (photo,) = files(1)
    choose(ada.page, [photo])
    ada.expect_status(photo.name, "Uploading")
    ada.page.unroute(BUCKET)

    ada.go_to("Upload")

    ada.expect_status(photo.name, "Ready")
    ada.item(photo.name).get_by_role("link").click()
    ada.page.wait_for_url(re.compile(f"{album}/photos/"))
    ada.complaints.clear()


def test_a_guests_queue_goes_on_when_the_page_is_opened_again(
    somebody: Callable[..., Person], stack: Stack, files: Callable[[int], list[Path]]
) -> None:
    ada, gus = Visitor(stack.url), somebody()
    ada.sign_in(f"ada.{secrets.token_hex(6)}@people.example", "Ada")
    album = ada.post("/albums", title="Wedding", visibility="private").url
    target = f"album:{album.rpartition('/')[2]}"
    made = ada.post("/links", to=target, right=["view", "add"], days="30")
    gus.open(re.findall(r'value="([^"]+/open/[^"]+)"', made.text)[0])
    gus.page.get_by_role("link", name="Add photos").first.click()
    gus.page.get_by_label("Your name").fill("Gus")
    gus.page.get_by_role("button", name="Continue").click()
    *chosen, late = files(7)
    choose(gus.page, chosen[:2])
    expect(gus.page.locator(TOTAL)).to_have_text("2 of 2", timeout=PROCESSED)
    hold_back(gus.page)
    choose(gus.page, chosen[2:])
    expect(gus.page.get_by_text("Uploading")).to_have_count(3)
    assert gus.page.evaluate(KEPT) == 4

    gus.page.close()
    gus.page = gus.context.new_page()
    sent: list[Request] = []
    gus.page.on("request", lambda it: sent.append(it) if is_to_bucket(it) else None)
    gus.open(f"{album}/upload")

    expect(gus.page.locator(TOTAL)).to_have_text("6 of 6", timeout=PROCESSED)
    assert len(sent) <= 4  # what was held may have got through as the page was closed
    gus.page.route(
        "**/uploads?ids=*", lambda it: it.fulfill(status=404, json={"error": "The link is gone."})
    )
    choose(gus.page, [late])
    gus.expect_status(late.name, "Failed: The link is gone.")
    gus.open_until(album, gus.articles(), 7)


def is_to_bucket(request: Request) -> bool:
    return request.method == "POST" and "-uploads-" in request.url


@pytest.mark.chromium("Firefox sends the copy that it has kept")
def test_a_file_that_is_gone_before_it_is_sent_is_asked_for(
    somebody: Callable[..., Person], files: Callable[[int], list[Path]]
) -> None:
    ada = somebody("Ada")
    ada.go_to("Upload")
    held = hold_back(ada.page)
    (photo,) = files(1)
    choose(ada.page, [photo])
    ada.expect_status(photo.name, "Uploading")

    elsewhere = photo.rename(photo.with_name("moved.jpg"))
    held[0].abort()

    sentence = "The browser can no longer read this file. Choose it again."
    ada.expect_status(photo.name, f"Failed: {sentence}")
    ada.page.unroute(BUCKET)
    with ada.page.expect_file_chooser() as chooser:
        ada.page.get_by_role("button", name=f"Retry {photo.name}").click()
    chooser.value.set_files(elsewhere)
    ada.expect_status(photo.name, "Ready")
    ada.complaints.clear()


def test_a_file_that_could_not_be_kept_is_asked_for(
    somebody: Callable[..., Person], files: Callable[[int], list[Path]]
) -> None:
    ada = somebody("Ada")
    ada.context.add_init_script(
        "navigator.storage.estimate = async () =>"
        " ({ usage: sessionStorage.room ? 0 : 9e9, quota: 1e10 })"
    )
    ada.go_to("Upload")
    hold_back(ada.page)
    (photo,) = files(1)
    choose(ada.page, [photo])
    ada.expect_status(photo.name, "Uploading")

    ada.page.reload()

    ada.expect_status(photo.name, "Failed: The browser could not keep this file. Choose it again.")
    ada.page.evaluate("sessionStorage.room = 'yes'")
    again = photo.rename(photo.with_name("as the picker calls it.jpg"))
    os.utime(again, (1, 1))
    choose(ada.page, [again])
    ada.expect_status(photo.name, "Uploading")
    assert ada.page.evaluate(KEPT) == 1
    ada.page.unroute(BUCKET)
    ada.page.reload()
    ada.expect_status(photo.name, "Ready")
    expect(ada.page.locator(TOTAL)).to_have_text("1 of 1")
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
    other.goto(f"{ada.url}/you")
    other.get_by_role("button", name="Sign out", exact=True).click()
    question = other.get_by_role("dialog", name="Sign out before all photos are sent?")
    question.get_by_role("button", name="Never mind").click()
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
    chosen = files(6)
    held = hold_back(page)
    choose(page, chosen[:1])
    expect(page.get_by_text("Uploading")).to_have_count(1)
    assert page.evaluate(KEPT) == 1
    chosen[0].unlink()  # what is kept goes on without it
    held[0].abort()
    page.unroute(BUCKET)
    expect(page.locator(TOTAL)).to_have_text("1 of 1", timeout=PROCESSED)
    hold_back(page)
    choose(page, chosen[1:])
    expect(page.get_by_text("Uploading")).to_have_count(3)
    assert page.evaluate(KEPT) == 5
    kill(profile)

    again = open_browser(browser, profile)
    sent: list[Request] = []
    again.on("request", lambda it: sent.append(it) if is_to_bucket(it) else None)
    sign_in_to_upload(again, stack.url)  # cookies of the last half minute die with the browser

    expect(again.locator(TOTAL)).to_have_text("6 of 6", timeout=PROCESSED)
    assert len(sent) == 5
    assert installability_errors(again) == []
    again.context.close()


def installability_errors(page: Page) -> list[object]:
    answer = page.context.new_cdp_session(page).send("Page.getInstallabilityErrors")
    found: list[object] = answer["installabilityErrors"]
    return found


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
  const unsent = ".upload:is([data-state=waiting], [data-state=uploading])";
  const wanted = document.querySelectorAll(unsent).length;
  const [{ name }] = await indexedDB.databases();
  const database = await answer(indexedDB.open(name));
  for (;;) {
    const kept = await answer(database.transaction("files").objectStore("files").count());
    if (kept === wanted) return kept;
    await new Promise(requestAnimationFrame);
  }
}"""


def test_photos_from_the_share_sheet_wait_for_who_can_see_them(
    somebody: Callable[..., Person], files: Callable[[int], list[Path]], tmp_path: Path
) -> None:
    ada = somebody("Ada")
    ada.go_to("Upload")
    ada.page.wait_for_function("() => navigator.serviceWorker.controller")
    (photo,) = files(1)
    (letter := tmp_path / "a letter.jpg").write_text("Dear Ada")

    share(ada.page, [photo, letter])

    ada.page.reload()  # they wait
    ada.page.get_by_label("Who can see").select_option("Only me")
    ada.page.get_by_role("button", name="Add the photos you shared: 2").click()
    ada.expect_status(photo.name, "Ready")
    ada.expect_status(letter.name, "Failed: This file is not a photo.")
    offer = ada.page.get_by_role("button", name="Add the photos you shared")
    share(ada.page, [letter])
    expect(offer).to_have_text("Add the photos you shared: 1")
    ada.page.get_by_role("button", name="Not now").click()
    expect(offer).to_be_hidden()
    assert ada.page.evaluate(SHARED) == 0


# How many photos still wait where the share sheet has put them.
SHARED = "caches.open('shared').then((it) => it.keys()).then((all) => all.length)"


def share(page: Page, photos: list[Path]) -> None:
    """Do what a phone's share sheet does: post a form to the share target."""
    manifest = page.evaluate("fetch('/manifest.webmanifest').then((it) => it.json())")
    target = manifest["share_target"]
    with page.expect_navigation():
        page.evaluate(
            """([target, photos]) => {
              const form = document.createElement("form");
              const { action, method, enctype, params } = target;
              Object.assign(form, { action, method, enctype });
              const input = document.createElement("input");
              Object.assign(input, { type: "file", name: params.files[0].name, multiple: true });
              const data = new DataTransfer();
              const type = "image/jpeg";
              for (const [name, bytes] of photos)
                data.items.add(new File([new Uint8Array(bytes)], name, { type }));
              input.files = data.files;
              form.append(input);
              document.body.append(form);
              form.submit();
            }""",
            [target, [(it.name, list(it.read_bytes())) for it in photos]],
        )
    assert page.url.endswith("/upload")


@pytest.mark.chromium("Firefox lets no script make a drop with files")
def test_photos_dropped_pasted_and_taken_are_sent(
    somebody: Callable[..., Person], files: Callable[[int], list[Path]]
) -> None:
    ada = somebody("Ada")
    ada.go_to("Upload")
    dropped, pasted, taken = files(3)

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

    ada.page.get_by_label("Take a photo").set_input_files(taken)

    for photo in (dropped, pasted, taken):
        ada.expect_status(photo.name, "Ready")


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
