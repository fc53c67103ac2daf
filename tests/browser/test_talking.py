"""Finding and talking, from both sides: comments, likes, tags, search, people, several at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, ViewportSize, expect

from tests.browser.person import DESKTOP, PHONE, Person, befriend

pytestmark = pytest.mark.browser


@pytest.fixture
def picture_file(tmp_path: Path, picture: Callable[..., bytes]) -> Callable[[str], Path]:
    def make(name: str) -> Path:
        file = tmp_path / name
        file.write_bytes(picture(640, 480))
        return file

    return make


def say(page: Page, label: str, words: str, button: str) -> None:
    page.get_by_label(label).fill(words)
    page.get_by_role("button", name=button, exact=True).click()


def comment(page: Page, words: str):
    return page.get_by_role("article").get_by_role("article").filter(has_text=words)


def open_until(person: Person, path: str, words: str) -> None:
    person.open_until(path, person.page.get_by_text(words))


def album_with(owner: Person, *names: str) -> str:
    """Make an album to which these friends may add photos; return its id."""
    owner.open("/albums")
    owner.page.get_by_label("Title").fill("Alps")
    owner.page.get_by_role("button", name="Create album").click()
    album = re.search(r"/albums/(\w+)", owner.page.url)[1]
    for name in names:
        owner.open(f"/albums/{album}/audience")
        owner.page.get_by_label("Friend", exact=True).select_option(name)
        owner.page.get_by_role("button", name="Let in").click()
    return album


def put_in(person: Person, album: str) -> None:
    """Add one's only photo to the album."""
    person.open(f"/albums/{album}/choice")
    person.page.get_by_role("checkbox").check()
    person.page.get_by_role("button", name="Add to the album").click()
    expect(person.articles()).to_have_count(1)


@pytest.fixture
def ada(somebody: Callable[..., Person], viewport: ViewportSize) -> Person:
    return somebody("Ada", viewport)


@pytest.fixture
def bruno(somebody: Callable[..., Person], viewport: ViewportSize, ada: Person) -> Person:
    """A friend of Ada's."""
    bruno = somebody("Bruno", viewport)
    befriend(ada, bruno)
    return bruno


def test_comments_from_both_sides(
    ada: Person, bruno: Person, picture_file: Callable[[str], Path]
) -> None:
    ada.upload(picture_file("hut.jpg"))
    bruno.wait_for_photos(1)
    address = bruno.open_photo()
    requests: list[str] = []
    bruno.page.on("request", lambda it: requests.append(it.url) if it.method == "POST" else None)

    say(bruno.page, "Add a comment", "What a hut! https://hut.example/map", "Send")

    expect(comment(bruno.page, "What a hut!")).to_be_visible()
    expect(bruno.page.get_by_label("Add a comment")).to_have_value("")
    assert requests == [f"{address}/comments"]
    link = bruno.page.get_by_role("link", name="https://hut.example/map")
    expect(link).to_have_attribute("rel", "nofollow noopener noreferrer ugc")

    ada.open(address)
    ada.page.get_by_text("Reply", exact=True).click()
    say(ada.page, "Your reply", "Two hours from @Bruno", "Send reply")
    expect(comment(ada.page, "Two hours from")).to_be_visible()

    bruno.open(address)
    mine = comment(bruno.page, "What a hut!")
    mine.get_by_role("link", name="Edit").click()
    say(bruno.page, "Your comment", "What a lovely hut!", "Save")
    expect(comment(bruno.page, "What a lovely hut!")).to_contain_text("edited")
    expect(comment(bruno.page, "Two hours").get_by_role("button", name="Delete")).to_have_count(0)

    ada.open(address)
    comment(ada.page, "What a lovely hut!").get_by_role("button", name="Delete").click()
    ada.page.get_by_role("button", name="Yes, delete it").filter(visible=True).click()
    expect(comment(ada.page, "What a lovely hut!")).to_have_count(0)
    expect(comment(ada.page, "Two hours")).to_be_visible()


def test_names_are_suggested_and_become_links(
    ada: Person, bruno: Person, picture_file: Callable[[str], Path]
) -> None:
    ada.upload(picture_file("hut.jpg"))
    bruno.wait_for_photos(1)
    address = bruno.open_photo()

    field = bruno.page.get_by_label("Add a comment")
    bruno.forgo_service_worker()
    scripts: list[Route] = []
    bruno.page.route("**/mentions.js", lambda it: scripts.append(it))
    bruno.page.reload(wait_until="domcontentloaded")  # Firefox waits with "load" for the script
    field.press_sequentially("Look, @Ad")
    bruno.page.unroute("**/mentions.js")  # the script comes only now
    name = bruno.page.get_by_role("button", name="@Ada")
    expect(name).to_be_visible()
    field.press("Home")  # the caret has left the name when it is chosen
    name.click()
    expect(field).to_have_value("Look, @Ada ")
    bruno.page.get_by_role("button", name="Send", exact=True).click()
    expect(comment(bruno.page, "Look, @Ada")).to_be_visible()

    name = bruno.page.get_by_role("link", name="@Ada")
    bruno.open_until(address, name)
    name.click()
    expect(bruno.page.get_by_role("heading", name="Ada")).to_be_visible()


def test_talking_without_scripts(
    somebody: Callable[..., Person], ada: Person, picture_file: Callable[[str], Path]
) -> None:
    ada.upload(picture_file("hut.jpg"))
    ada.wait_for_photos(1)
    address = ada.open_photo()
    carl = somebody("Carl", scripts=False)
    carl.open(ada.create_invite())
    carl.page.get_by_role("button", name="Accept invite").click()

    carl.open(address)
    say(carl.page, "Add a comment", "Plain and simple", "Send")
    expect(comment(carl.page, "Plain and simple")).to_be_visible()
    carl.page.get_by_role("button", name="Like").click()
    expect(carl.page.get_by_role("button", name="Like", pressed=True)).to_be_visible()
    comment(carl.page, "Plain and simple").get_by_role("link", name="Edit").click()
    say(carl.page, "Your comment", "Plain, still", "Save")
    expect(comment(carl.page, "Plain, still")).to_be_visible()


def test_likes_from_both_sides(
    ada: Person, bruno: Person, picture_file: Callable[[str], Path]
) -> None:
    ada.upload(picture_file("hut.jpg"))
    bruno.wait_for_photos(1)
    address = bruno.open_photo()

    bruno.page.get_by_role("button", name="Like").click()
    expect(bruno.page.get_by_role("button", name="Like", pressed=True)).to_be_visible()

    ada.open(address)
    ada.page.get_by_role("button", name="Like").click()
    ada.page.get_by_role("link", name="2 likes").click()
    expect(ada.page.get_by_role("listitem").filter(has_text="Bruno")).to_be_visible()

    bruno.page.get_by_role("button", name="Like").click()
    expect(bruno.page.get_by_role("link", name="1 like", exact=True)).to_be_visible()


def test_tags_and_search_from_both_sides(
    ada: Person, bruno: Person, picture_file: Callable[[str], Path]
) -> None:
    ada.go_to("Upload")
    ada.page.get_by_label("Tags").fill("Lake, summer")
    ada.page.get_by_label("Caption").fill("First swim")
    _send(ada, picture_file("swim.jpg"))
    bruno.wait_for_photos(1)

    search = bruno.page.get_by_role("searchbox", name="Search")
    search.fill("swim #lake today")
    search.press("Enter")
    expect(bruno.page.get_by_role("img", name="First swim")).to_be_visible()
    expect(bruno.page.get_by_text("1 photo", exact=True)).to_be_visible()

    bruno.page.get_by_role("searchbox", name="Search").fill("swim mountains")
    bruno.page.get_by_role("searchbox", name="Search").press("Enter")
    expect(bruno.page.get_by_text("Nothing found")).to_be_visible()
    bruno.page.get_by_role("link", name="mountains Remove").click()
    expect(bruno.page.get_by_role("img", name="First swim")).to_be_visible()

    bruno.open_photo()
    bruno.page.get_by_role("link", name="lake", exact=True).click()
    expect(bruno.page.get_by_role("heading", name="#lake")).to_be_visible()
    expect(bruno.page.get_by_role("img", name="First swim")).to_be_visible()

    ada.open("/tags")
    item = ada.page.get_by_role("listitem").filter(has_text="#lake")
    item.get_by_text("Rename").click()
    item.get_by_label("New name").fill("Königssee")
    item.get_by_role("button", name="Save").click()
    open_until(ada, "/tags", "#königssee")
    open_until(bruno, "/tags/königssee", "1 photo")


def _send(person: Person, *files: Path) -> None:
    field = person.page.get_by_label("Choose photos")
    expect(field).to_have_attribute("multiple", "")
    field.set_input_files(files)
    for file in files:
        person.expect_status(file.name, "Ready")


def test_a_person_and_their_settings(
    ada: Person, bruno: Person, picture_file: Callable[[str], Path]
) -> None:
    ada.upload(picture_file("hut.jpg"))
    bruno.wait_for_photos(1)
    ada.go_to("You")
    ada.page.get_by_role("link", name="Settings").click()

    ada.page.get_by_label("New picture").set_input_files(
        {"name": "nothing.jpg", "mimeType": "image/jpeg", "buffer": b""}
    )
    expect(ada.page.get_by_role("status").filter(has_text="This file is empty.")).to_be_visible()
    ada.page.get_by_label("New picture").set_input_files(picture_file("me.jpg"))
    across = ada.page.get_by_label("Left or right")
    expect(across).to_have_value("50", timeout=40_000)
    ada.page.get_by_label("Size").fill("150")
    _drag(ada.page, by=-60)
    expect(across).not_to_have_value("50")
    ada.page.get_by_role("button", name="Make it my picture").click()
    expect(ada.page.get_by_role("button", name="Have no picture")).to_be_visible()
    ada.page.get_by_label("Your name").fill("Ada L.")
    ada.page.get_by_label("Language").select_option("Deutsch")
    ada.page.get_by_role("button", name="Save").click()
    expect(ada.page.get_by_role("heading", name="Einstellungen")).to_be_visible()

    bruno.open_photo()
    bruno.page.get_by_role("link", name="Ada L.").click()
    expect(bruno.page.get_by_role("heading", name="Ada L.")).to_be_visible()
    expect(bruno.articles()).to_have_count(1)
    _expect_portrait(bruno)
    bruno.go_to("Friends")
    _expect_portrait(bruno)


def _drag(page: Page, *, by: int) -> None:
    box = page.get_by_label("The part that will be seen").bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + by, middle[1], steps=4)
    page.mouse.up()


def _expect_portrait(person: Person) -> None:
    shown = person.page.locator("img.portrait")
    expect(shown).to_have_js_property("complete", True)
    expect(shown).to_have_js_property("naturalWidth", 192)


def test_a_picture_of_oneself_without_scripts(
    somebody: Callable[..., Person], ada: Person, picture_file: Callable[[str], Path]
) -> None:
    ada.upload(picture_file("hut.jpg"))
    plain = somebody("Carl", scripts=False)
    befriend(ada, plain)
    plain.open("/upload")
    plain.page.get_by_label("Choose photos").set_input_files(picture_file("me.jpg"))
    plain.page.get_by_role("button", name="Send photo").click()
    plain.open_until("/settings/picture", plain.articles())
    plain.articles().get_by_role("link").click()
    plain.page.get_by_role("button", name="Make it my picture").click()

    expect(plain.page.get_by_role("button", name="Have no picture")).to_be_visible()
    _expect_portrait(plain)
    ada.wait_for_photos(2)
    plain.open("/feed")
    address = plain.open_photo()
    say(plain.page, "Add a comment", "It is me", "Send")
    ada.open(address)
    _expect_portrait(ada)


def test_on_this_day_and_merging_tags(
    somebody: Callable[..., Person], picture_file: Callable[[str], Path]
) -> None:
    ada = somebody("Ada")
    ada.go_to("Upload")
    ada.page.get_by_label("Tags").fill("Lake")
    _send(ada, picture_file("one.jpg"), picture_file("two.jpg"))
    today = datetime.now(UTC).date()
    ada.open("/feed")
    photo = ada.open_photo()
    ada.open(f"{photo}/edit")
    ada.page.get_by_label("Tags").fill("Königssee")
    then = today.replace(year=today.year - 4)  # there was a 29th of February too
    ada.page.get_by_label("Taken").fill(f"{then}T12:00")
    ada.page.get_by_role("button", name="Save").click()
    expect(ada.page).to_have_url(photo)

    open_until(ada, "/on-this-day", "in earlier years")
    expect(ada.articles()).to_have_count(1)
    ada.articles().get_by_role("link").first.click()
    expect(ada.page).to_have_url(photo)

    ada.open("/tags")
    item = ada.page.get_by_role("listitem").filter(has_text="#lake")
    item.get_by_text("Rename").click()
    item.get_by_label("New name").fill("Königssee")
    item.get_by_role("button", name="Save").click()
    expect(ada.page.get_by_role("status")).to_contain_text("königssee")
    open_until(ada, "/tags", "2 photos")
    expect(ada.page.get_by_text("#lake")).to_have_count(0)


def test_several_at_once(ada: Person, picture_file: Callable[[str], Path]) -> None:
    ada.upload(picture_file("one.jpg"), picture_file("two.jpg"))
    ada.wait_for_photos(2)

    ada.page.get_by_role("button", name="Select").click()
    for box in ada.page.get_by_role("checkbox").all():
        box.check()
    ada.page.get_by_role("button", name="More").click()
    ada.page.get_by_label("Tags").fill("both")
    ada.page.get_by_role("button", name="Add tags").click()

    expect(ada.page.get_by_role("heading", name="2 of 2 done")).to_be_visible()
    open_until(ada, "/tags/both", "2 photos")


def test_several_at_once_of_an_album_and_searching_it(
    ada: Person, bruno: Person, picture_file: Callable[[str], Path]
) -> None:
    ada.upload(picture_file("one.jpg"), picture_file("two.jpg"))
    ada.open("/albums")
    ada.page.get_by_label("Title").fill("Alps 2026")
    ada.page.get_by_role("button", name="Create album").click()
    ada.open_menu()
    ada.page.get_by_role("link", name="From your roll").click()
    expect(ada.page.get_by_role("checkbox")).to_have_count(2)
    for box in ada.page.get_by_role("checkbox").all():
        box.check()
    ada.page.get_by_role("button", name="Add to the album").click()
    expect(ada.articles()).to_have_count(2)

    ada.page.get_by_role("button", name="Select").click()
    ada.page.get_by_role("checkbox").first.check()
    ada.page.get_by_role("button", name="More").click()
    ada.page.get_by_label("Tags").fill("ridge")
    ada.page.get_by_role("button", name="Add tags").click()
    expect(ada.page.get_by_role("heading", name="1 of 1 done")).to_be_visible()
    ada.page.get_by_role("link", name="Back to the album").click()
    expect(ada.articles()).to_have_count(2)

    open_until(bruno, "/search?q=alps", "Alps 2026")
    bruno.page.get_by_role("link", name="Alps 2026").click()
    expect(bruno.articles()).to_have_count(2)
    open_until(bruno, f"/search?q=%23ridge&album={bruno.page.url[-26:]}", "1 photo")
    bruno.page.get_by_role("link", name="#ridge Remove").click()
    expect(bruno.articles()).to_have_count(2)


def test_words_in_place(ada: Person, picture_file: Callable[[str], Path]) -> None:
    ada.upload(picture_file("hut.jpg"))
    ada.wait_for_photos(1)
    address = ada.open_photo()

    ada.page.get_by_role("link", name="Edit", exact=True).click()
    ada.page.get_by_label("Caption").fill("Same hut as every year")
    ada.page.get_by_label("Taken").fill("2025-07-02T10:30")
    assert ada.page.url == address
    ada.page.get_by_role("button", name="Save").first.click()

    expect(ada.page.get_by_role("heading", name="Same hut as every year")).to_be_visible()
    expect(ada.page.get_by_text("Jul 2, 2025")).to_be_visible()


@pytest.mark.parametrize(
    ("viewport", "answer"), [(PHONE, "Accept"), (DESKTOP, "Decline")], indirect=["viewport"]
)
@pytest.mark.chromium("Firefox's driver takes a form's answer for an interruption")
def test_asking_somebody_from_an_album(
    somebody: Callable[..., Person],
    ada: Person,
    bruno: Person,
    picture_file: Callable[[str], Path],
    answer: str,
) -> None:
    clara = somebody("Clara", DESKTOP)
    befriend(ada, clara)
    album = album_with(ada, "Bruno", "Clara")
    clara.upload(picture_file("hut.jpg"))
    put_in(clara, album)
    bruno.open(f"/albums/{album}")
    bruno.open_photo()
    bruno.page.get_by_role("link", name="Clara", exact=True).click()
    bruno.page.get_by_role("button", name="Ask to be friends").click()
    expect(bruno.page.get_by_text("You have asked to be friends.")).to_be_visible()

    clara.go_to("Friends")
    clara.page.get_by_role("button", name=answer).click()
    expect(clara.page.get_by_role("button", name="Decline")).to_have_count(0)
    clara.go_to("Friends")
    expect(clara.page.get_by_role("link", name="Bruno")).to_have_count(int(answer == "Accept"))

    if answer == "Decline":  # nobody is told
        bruno.page.reload()
        expect(bruno.page.get_by_text("You have asked to be friends.")).to_be_visible()


def allow(person: Person, setting: str, *, yes: bool = True) -> None:
    person.open("/settings")
    person.page.get_by_label(setting).set_checked(yes)
    person.page.get_by_role("button", name="Save").click()
    expect(person.page.get_by_label(setting)).to_be_checked(checked=yes)


def test_mutual_friends_are_shown_when_both_allow_it(
    somebody: Callable[..., Person], ada: Person, bruno: Person
) -> None:
    clara = somebody("Clara", DESKTOP)
    befriend(ada, clara)
    befriend(bruno, clara)
    setting = "Friends may see which friends we have in common, if they show theirs"
    mutual = ada.page.get_by_role("link", name="Mutual friends")

    allow(ada, setting)
    ada.go_to("Friends")
    ada.page.get_by_role("link", name="Bruno").click()
    expect(ada.page.get_by_role("heading", name="Bruno")).to_be_visible()
    expect(mutual).to_have_count(0)
    allow(bruno, setting)
    ada.page.reload()
    mutual.click()
    expect(ada.page.get_by_role("listitem").filter(has_text="Clara")).to_be_visible()

    allow(bruno, setting, yes=False)
    ada.page.reload()
    expect(ada.page.get_by_text("Clara")).to_have_count(0)


def test_camera_is_shown_to_friends_when_its_owner_allows_it(
    ada: Person, bruno: Person, photos: Path
) -> None:
    ada.upload(photos / "phones" / "mongolels.jpg")
    bruno.wait_for_photos(1)
    bruno.open_photo()
    expect(bruno.page.get_by_text("Canon EOS 500D")).to_have_count(0)

    allow(ada, "Show which camera my photos were taken with")
    bruno.page.reload()
    expect(bruno.page.get_by_text("Canon EOS 500D")).to_be_visible()


def test_the_same_photo_from_two_people_is_one_tile_until_one_shows_them_apart(
    ada: Person, bruno: Person, picture_file: Callable[[str], Path]
) -> None:
    album, picture = album_with(ada, "Bruno"), picture_file("hut.jpg")
    for person in (ada, bruno):
        person.upload(picture)
        put_in(person, album)

    ada.open(f"/albums/{album}")
    expect(ada.articles()).to_have_count(1)
    bruno.page.get_by_role("link", name="also from").click()
    bruno.page.get_by_role("button", name="Show them apart").click()

    ada.page.reload()
    expect(ada.articles()).to_have_count(2)
