from __future__ import annotations

import re

import pytest
from ulid import ULID

from fanout.handler import handle
from store import comments, friends, photos
from store.authors import Author
from store.ids import new_id
from store.photos import Photo
from tests.aws import Account
from tests.people import ready_photo
from tests.webapp.conftest import Browser, text
from webapp.talk import spoken


@pytest.fixture
def photo(aws: Account, anna: Browser, ben: Browser) -> Photo:
    """Anna's photo; Ben is her friend."""
    friends.befriend(anna.user_id, ben.user_id)
    return ready_photo(anna.user_id, caption="Hut")


def write(browser: Browser, photo: Photo, words: str, **form: str):
    return browser.post(f"/photos/{photo.photo_id}/comments", text=words, **form)


def page(browser: Browser, photo: Photo) -> str:
    return text(browser.get(f"/photos/{photo.photo_id}"))


def first_id(photo: Photo, viewer: Browser) -> str:
    spoken_there, _ = comments.list_spoken(viewer.user_id, photo.photo_id)
    return spoken_there.items[0].comment.comment_id


def test_friend_comments_and_owner_reads_it(anna: Browser, ben: Browser, photo: Photo) -> None:
    answer = write(ben, photo, "What a hut!")

    assert answer.status_code == 303
    assert f"/photos/{photo.photo_id}#comment-" in answer.location
    assert "What a hut!" in page(anna, photo)
    assert "1 comment" in page(anna, photo)


def test_stranger_can_neither_read_nor_write(carla: Browser, ben: Browser, photo: Photo) -> None:
    write(ben, photo, "What a hut!")
    comment_id = first_id(photo, ben)

    assert write(carla, photo, "Me too").status_code == 404
    assert carla.get(f"/photos/{photo.photo_id}/comments").status_code == 404
    for action in ("edit", "deletion"):
        path = f"/photos/{photo.photo_id}/comments/{comment_id}/{action}"
        assert carla.post(path, text="mine").status_code == 404


def test_posting_is_four_calls_from_the_tap_to_the_comment(
    aws: Account, ben: Browser, photo: Photo
) -> None:
    form = dict(
        re.findall(
            r'name="(owner_id|viewer_id|form_id)" value="(\w+)"',
            ben.get(f"/photos/{photo.photo_id}").text,
        )
    )
    aws.calls.clear()

    answer = ben.client.post(
        f"/photos/{photo.photo_id}/comments",
        data={"text": "What a hut!", **form},
        headers={"X-CSRF-Token": ben.csrf_token, "HX-Request": "true"},
        base_url="https://photos.example",
    )

    assert "What a hut!" in text(answer)
    assert "Ben" in text(answer)
    assert "<html" not in answer.text
    assert aws.calls == {
        "BatchGetItem": 1,
        "TransactWriteItems": 1,
        "Publish": 1,
        "DeleteItem": 1,
    }


def test_form_that_lies_about_the_owner_shows_nothing(carla: Browser, photo: Photo) -> None:
    for owner_id in (carla.user_id, photo.user_id):
        answer = write(carla, photo, "x", owner_id=owner_id, viewer_id=carla.user_id)
        assert answer.status_code == 404


def test_form_that_lies_about_the_viewer_is_worth_nothing(
    ben: Browser, carla: Browser, photo: Photo
) -> None:
    answer = write(carla, photo, "x", owner_id=photo.user_id, viewer_id=ben.user_id)

    assert answer.status_code == 404


def test_form_sent_twice_is_one_comment(anna: Browser, ben: Browser, photo: Photo) -> None:
    form_id = new_id()

    for _ in range(3):
        write(ben, photo, "What a hut!", form_id=form_id)

    assert page(anna, photo).count("What a hut!") == 1
    assert photos.get(photo.photo_id).comments == 1


def test_somebody_elses_form_id_writes_nothing(anna: Browser, ben: Browser, photo: Photo) -> None:
    form_id = new_id()
    write(ben, photo, "What a hut!", form_id=form_id)

    assert write(anna, photo, "Mine", form_id=form_id).status_code == 404
    assert photos.get(photo.photo_id).comments == 1


IN_2096 = "03MD998G00Y45ZS01FBSHAPC6Q"


@pytest.mark.parametrize("form_id", ["x", "../..", IN_2096])
def test_invented_form_id_is_refused(ben: Browser, photo: Photo, form_id: str) -> None:
    assert write(ben, photo, "x", form_id=form_id).status_code == 404


@pytest.mark.parametrize("words", ["", " \n ", "\x00"])
def test_empty_comment_is_refused(ben: Browser, photo: Photo, words: str) -> None:
    assert write(ben, photo, words).status_code == 400


def test_two_thousand_characters_and_no_more(ben: Browser, photo: Photo) -> None:
    assert write(ben, photo, "ä" * 2000).status_code == 303
    assert write(ben, photo, "ä" * 2001).status_code == 400


def test_reply_stands_below_what_it_answers(anna: Browser, ben: Browser, photo: Photo) -> None:
    write(ben, photo, "First")
    first = first_id(photo, ben)
    write(ben, photo, "Second")

    write(anna, photo, "Answer to the first", answers=first)
    write(ben, photo, "Answer to the answer", answers=f"{first}-{new_id()}")

    words = page(ben, photo)
    order = ["First", "Answer to the first", "Answer to the answer", "Second"]
    assert sorted(order, key=words.index) == order
    assert "4 comments" in words


def test_no_reply_to_what_is_gone(ben: Browser, photo: Photo) -> None:
    assert write(ben, photo, "Hm?", answers=new_id()).status_code == 404
    assert photos.get(photo.photo_id).comments == 0


def test_replies_outlive_what_they_answer(anna: Browser, ben: Browser, photo: Photo) -> None:
    write(ben, photo, "First")
    first = first_id(photo, ben)
    write(anna, photo, "Answer", answers=first)

    ben.post(f"/photos/{photo.photo_id}/comments/{first}/deletion")

    assert "First" not in page(anna, photo)
    assert "Answer" in page(anna, photo)
    assert "1 comment" in page(anna, photo)


def test_author_edits_and_others_do_not(anna: Browser, ben: Browser, photo: Photo) -> None:
    write(ben, photo, "What a hut!")
    path = f"/photos/{photo.photo_id}/comments/{first_id(photo, ben)}"

    assert anna.post(path + "/edit", text="Rubbish").status_code == 404
    assert anna.get(path + "/edit").status_code == 404
    assert "What a hut!" in ben.get(path + "/edit").text
    ben.post(path + "/edit", text="What a lovely hut!")

    assert "What a lovely hut!" in page(anna, photo)
    assert "edited" in page(anna, photo)


def test_author_and_owner_remove_a_third_does_not(
    anna: Browser, ben: Browser, carla: Browser, photo: Photo
) -> None:
    friends.befriend(anna.user_id, carla.user_id)
    for words in ("One", "Two"):
        write(ben, photo, words)
        path = f"/photos/{photo.photo_id}/comments/{first_id(photo, ben)}/deletion"

        assert carla.post(path).status_code == 404
        assert (ben if words == "One" else anna).post(path).status_code == 303
        assert (ben if words == "One" else anna).post(path).status_code == 404

    assert photos.get(photo.photo_id).comments == 0


@pytest.mark.parametrize("blocker", ["ben", "carla"])
def test_block_hides_both_ways(
    anna: Browser, ben: Browser, carla: Browser, photo: Photo, blocker: str
) -> None:
    friends.befriend(anna.user_id, carla.user_id)
    write(ben, photo, "Ben was here")
    write(carla, photo, "Carla was here")
    for browser in (ben, carla):
        browser.post(f"/photos/{photo.photo_id}/like")

    pair = (ben.user_id, carla.user_id)
    friends.block(*(pair if blocker == "ben" else reversed(pair)))

    assert "Carla" not in page(ben, photo)
    assert "Ben" not in page(carla, photo)
    assert "Ben" not in text(carla.get(f"/photos/{photo.photo_id}/likes"))
    assert "Ben was here" in page(anna, photo)
    assert "Carla was here" in page(anna, photo)


def test_long_list_goes_on(anna: Browser, ben: Browser, photo: Photo, monkeypatch) -> None:
    monkeypatch.setattr(comments, "PAGE", 3)
    for n in range(8):
        comments.post(
            photo, Author(ben.user_id), str(ULID.from_timestamp(1_700_000_000 + n)), f"c{n}."
        )

    seen, path = [], f"/photos/{photo.photo_id}"
    while path:
        answer = anna.get(path)
        if "after" in path:  # within the page, the focus goes to the first that has come
            part = anna.get(path, HX_Request="true")
            articles = re.findall(r"<article[^>]*", part.text)
            assert ["autofocus" in it for it in articles] == [True, False, False][: len(articles)]
        seen += re.findall(r"c\d\.", text(answer))
        more = re.search(r'href="(/photos/\w+/comments\?after=[\w-]+)"', answer.text)
        path = more and more[1]

    assert seen == [f"c{n}." for n in range(8)]


@pytest.mark.parametrize("after", ["x", "../..", "01JDF"])
def test_nonsense_cursor_is_not_found(anna: Browser, photo: Photo, after: str) -> None:
    assert anna.get(f"/photos/{photo.photo_id}/comments?after={after}").status_code == 404


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}",
    "<b hx-get='/auth/sign-out' hx-trigger='load'>",
    "javascript:alert(1)",
    'https://evil.example/"onmouseover="alert(1)',
    "https://evil.example/<script>",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_shown_as_text(
    anna: Browser, ben: Browser, photo: Photo, words: str
) -> None:
    write(ben, photo, words)

    shown = re.search(
        r'class="comment__text"[^>]*>(.*?)</p>', anna.get(f"/photos/{photo.photo_id}").text, re.S
    )[1]

    tags = set(re.findall(r"<[^>]*>", shown))
    for tag in tags - {"</a>"}:
        assert re.fullmatch(
            r'<a href="https?://[^"<> ]+" rel="nofollow noopener noreferrer ugc">', tag
        )
    assert "49" not in shown


def test_addresses_become_links_and_end_where_the_sentence_does(app) -> None:
    marked = spoken("See (https://a.example/x?y=1&z=2). Or http://b.example!")

    assert re.findall(r'href="([^"]+)"', marked) == [
        "https://a.example/x?y=1&amp;z=2",
        "http://b.example",
    ]


def test_the_longer_name_wins(app) -> None:
    with app.test_request_context():
        marked = spoken("@Anna Lena and @Anna", {"1": "Anna", "2": "Anna Lena"})

    assert re.findall(r">(@[^<]+)</a>", marked) == ["@Anna Lena", "@Anna"]


def test_likes_are_counted_once(anna: Browser, ben: Browser, photo: Photo) -> None:
    path = f"/photos/{photo.photo_id}"
    for _ in range(3):
        ben.post(path + "/like")
    assert photos.get(photo.photo_id).likes == 1
    assert "Ben" in text(anna.get(path + "/likes"))

    for _ in range(3):
        ben.post(path + "/like/removal")
    assert photos.get(photo.photo_id).likes == 0
    assert "Nobody yet" in text(anna.get(path + "/likes"))


def test_like_button_says_whether_one_likes_it(ben: Browser, photo: Photo) -> None:
    path = f"/photos/{photo.photo_id}"
    assert 'aria-pressed="false"' in ben.get(path).text

    ben.post(path + "/like")

    assert 'aria-pressed="true"' in ben.get(path).text


def test_stranger_cannot_like(carla: Browser, photo: Photo) -> None:
    assert carla.post(f"/photos/{photo.photo_id}/like").status_code == 404
    assert carla.get(f"/photos/{photo.photo_id}/likes").status_code == 404
    assert photos.get(photo.photo_id).likes == 0


def deliver(aws: Account) -> None:
    for event in aws.events():
        handle(event)


def test_friend_who_may_see_it_is_mentioned(
    aws: Account, anna: Browser, ben: Browser, carla: Browser, photo: Photo
) -> None:
    friends.befriend(ben.user_id, carla.user_id)
    write(ben, photo, "@Anna ask @Carla, not @Annabel")

    deliver(aws)

    (found,) = comments.list_spoken(ben.user_id, photo.photo_id)[0].items
    assert dict(found.comment.mentions) == {anna.user_id: "Anna"}
    shown = ben.get(f"/photos/{photo.photo_id}").text
    assert f'<a href="/people/{anna.user_id}">@Anna</a> ask @Carla, not @Annabel' in shown


def test_deleted_photo_takes_its_talk_with_it(aws: Account, anna: Browser, photo: Photo) -> None:
    write(anna, photo, "Mine")
    anna.post(f"/photos/{photo.photo_id}/like")

    anna.post(f"/photos/{photo.photo_id}/deletion")
    deliver(aws)

    assert photo.photo_id not in str(aws.items())


def test_names_are_suggested_while_typing(anna: Browser, ben: Browser, photo: Photo) -> None:
    assert ben.get("/people/suggestions?typed=an").json == {"names": ["Anna"]}
    assert ben.get("/people/suggestions?typed=ca").json == {"names": []}


def test_names_in_words_that_have_changed_meanwhile_are_not_noted(
    ben: Browser, photo: Photo
) -> None:
    write(ben, photo, "Look, @Anna")
    before = comments.get(photo.photo_id, first_id(photo, ben))
    comments.edit(photo, before, "Look")

    comments.mention(before, {photo.user_id: "Anna"})

    assert comments.get(photo.photo_id, before.comment_id).mentions == {}
