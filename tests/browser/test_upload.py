"""The upload page, as people use it and as it goes wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Route, ViewportSize, expect

from tests.browser.person import PROCESSED, Person

pytestmark = pytest.mark.browser


@pytest.fixture
def files(tmp_path: Path, picture: Callable[[], bytes]) -> Callable[[int], list[Path]]:
    """Makes JPEG files, no two alike."""

    def make(count: int) -> list[Path]:
        made = [tmp_path / f"holiday {number}.jpg" for number in range(count)]
        for file in made:
            file.write_bytes(picture())
        return made

    return make


def test_many_at_once_with_words_for_all_of_them(
    somebody: Callable[..., Person], viewport: ViewportSize, files: Callable[[int], list[Path]]
) -> None:
    ada = somebody("Ada", viewport)
    ada.go_to("Upload")
    ada.page.get_by_label("Who can see").select_option("Only me")
    ada.page.get_by_label("Caption").fill("A week by the lake")
    ada.page.get_by_label("Tags").fill("lake, summer")

    ada.page.get_by_label("Choose photos").set_input_files(chosen := files(25))

    for file in chosen:
        ada.expect_status(file.name, "Ready")
    ada.wait_for_photos(24)  # a page
    expect(ada.page.get_by_role("img", name="A week by the lake").first).to_be_visible()
    ada.open_photo()
    expect(ada.page.get_by_role("list", name="Tags").get_by_text("summer")).to_be_visible()
    expect(ada.page.get_by_label("Who can see")).to_have_value("private")


def test_what_is_no_photo_is_refused_in_words(
    somebody: Callable[..., Person], viewport: ViewportSize, tmp_path: Path, photos: Path
) -> None:
    ada = somebody("Ada", viewport)
    (tmp_path / "letter.jpg").write_text("Dear Ada, this is not a photo at all.")
    (tmp_path / "empty.jpg").touch()
    whole = (photos / "phones" / "thompson-springs.jpg").read_bytes()
    (tmp_path / "half.jpg").write_bytes(whole[: len(whole) // 2])

    with (tmp_path / "film.mp4").open("wb") as film:
        film.truncate(60_000_000)  # more than a photo may have, which is not what is wrong with it

    names = ["letter.jpg", "empty.jpg", "half.jpg", "film.mp4"]
    ada.choose([photos / "formats" / "8bit-sRGB.jxl", *(tmp_path / name for name in names)])

    ada.expect_status("8bit-sRGB.jxl", "Failed: JPEG XL pictures cannot be shared yet")
    ada.expect_status("letter.jpg", "Failed: This file is not a photo.")
    ada.expect_status("empty.jpg", "Failed: This file is empty.")
    ada.expect_status("half.jpg", "Failed: This file is incomplete")
    ada.expect_status("film.mp4", "Failed: This is not a photo.")
    for name in names:
        expect(ada.item(name).get_by_role("button", name="Retry")).to_be_visible()
    ada.open("/you")
    assert ada.articles().count() == 0


def test_the_same_bytes_are_already_here(
    somebody: Callable[..., Person], files: Callable[[int], list[Path]], tmp_path: Path
) -> None:
    ada = somebody("Ada")
    (photo,) = files(1)
    copy = tmp_path / "copy of it.jpg"
    copy.write_bytes(photo.read_bytes())
    ada.upload(photo)

    ada.choose([copy])

    ada.expect_status(copy.name, "Already here")
    ada.open("/you")
    assert ada.articles().count() == 1


def test_a_reload_in_the_middle_goes_on_with_the_rest(
    somebody: Callable[..., Person], viewport: ViewportSize, files: Callable[[int], list[Path]]
) -> None:
    ada = somebody("Ada", viewport)
    chosen = files(5)
    held: list[Route] = []
    let_through = 2

    def hold(route: Route) -> None:
        nonlocal let_through
        if route.request.method == "POST" and let_through == 0:
            held.append(route)
            return
        let_through -= route.request.method == "POST"
        route.continue_()

    ada.page.route("**/*-uploads-*", hold)
    ada.choose(chosen)
    expect(ada.page.get_by_role("listitem").filter(has_text="Ready")).to_have_count(
        2, timeout=PROCESSED
    )

    ada.page.unroute("**/*-uploads-*")
    ada.page.reload()

    for file in chosen:
        ada.expect_status(file.name, "Ready")
    ada.wait_for_photos(5)
    assert held, "nothing was under way at the reload"
    ada.complaints.clear()


def test_a_failed_photo_can_be_sent_again(
    somebody: Callable[..., Person], files: Callable[[int], list[Path]]
) -> None:
    ada = somebody("Ada")
    chosen = files(3)
    ada.go_to("Upload")
    ada.page.route("**/uploads", lambda route: route.fulfill(
        status=409, json={"error": "The site is having its lunch."}
    ))  # fmt: skip
    ada.page.get_by_label("Choose photos").set_input_files(chosen)
    for photo in chosen:
        ada.expect_status(photo.name, "Failed: The site is having its lunch.")

    ada.page.unroute("**/uploads")
    first, *more = chosen
    ada.page.get_by_role("button", name=f"Retry {first.name}").click()
    expect(ada.item(first.name)).to_be_focused()
    ada.expect_status(first.name, "Ready")
    ada.page.get_by_role("button", name="Retry all").click()
    expect(ada.item(more[0].name)).to_be_focused()

    for photo in more:
        ada.expect_status(photo.name, "Ready")
    ada.page.get_by_role("button", name="Clear the list").click()
    expect(ada.page.get_by_label("Choose photos")).to_be_focused()
    ada.complaints.clear()


def test_one_photo_without_scripts(
    somebody: Callable[..., Person], viewport: ViewportSize, files: Callable[[int], list[Path]]
) -> None:
    ada = somebody("Ada", viewport, scripts=False)
    (photo,) = files(1)
    ada.go_to("Upload")
    ada.page.get_by_label("Choose photos").set_input_files(photo)
    ada.page.get_by_label("Caption").fill("Sent without a script: ü")

    ada.page.get_by_role("button", name="Send photo").click()

    ada.page.wait_for_url(re.compile("/uploads/[0-9A-Z]{26}"))
    ada.wait_for_photos(1)
    expect(ada.page.get_by_role("img", name="Sent without a script: ü")).to_be_visible()


def test_older_photos_come_while_scrolling_and_by_a_link_without_scripts(
    somebody: Callable[..., Person], files: Callable[[int], list[Path]]
) -> None:
    email = "ada.older@people.example"
    ada = somebody()
    ada.sign_in(email, "Ada")
    ada.upload(*files(27))
    ada.wait_for_photos(24)
    plain = somebody("Ada", scripts=False, email=email)
    plain.open("/feed")

    ada.page.get_by_role("link", name="Older photos").scroll_into_view_if_needed()
    plain.page.get_by_role("link", name="Older photos").click()

    expect(ada.articles()).to_have_count(27)
    expect(ada.page.get_by_role("link", name="Older photos")).to_have_count(0)
    expect(plain.articles()).to_have_count(3)
