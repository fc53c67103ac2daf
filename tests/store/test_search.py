from __future__ import annotations

from collections.abc import Callable

import pytest

from fanout.handler import handle
from store import feed, friends, photos, postings, search, tags, terms
from store.photos import Photo
from store.search import Query
from tests.aws import Account
from tests.people import finish, make_friends, pending_photo, ready_photo


def deliver(aws: Account) -> None:
    while events := aws.events():
        for event in events:
            if not event["type"].startswith("notice."):  # those have queues of their own
                handle(event)


def taken(
    owner_id: str, content: str, *, at: str = "2025-07-01T12:00:00", **words: object
) -> Photo:
    """Return a ready photo taken at that time, with those words."""
    visibility = str(words.pop("visibility", "friends"))
    pending = pending_photo(owner_id, content, visibility=visibility)
    finish(pending, taken_at=at)
    photos.edit(owner_id, pending.photo_id, **({"tags": [], "caption": content} | words))
    return photos.get(pending.photo_id)


def captions(viewer_id: str, query: Query, limit: int = 24) -> list[str]:
    return [one.photo.caption for one in search.find(viewer_id, query, limit=limit).items]


def test_found_by_tag_word_person_and_day(aws: Account, anna: str, ben: str) -> None:
    friends.befriend(anna, ben)
    taken(anna, "Swim at dawn", tags=["lake", "côte d’azur"])
    taken(ben, "Snow", at="2025-01-05T08:00:00")
    deliver(aws)

    for query in (
        Query(tags=("lake",)),
        Query(tags=("côte d’azur",)),
        Query(words=("DAWN",)),
        Query(words=("cote",)),
        Query(words=("anna", "swim")),
        Query(person_id=anna),
        Query(day="07-01"),
        Query(since="2025-06-01", until="2025-09-01"),
        Query(tags=("lake",), words=("swim",), person_id=anna, since="2025-07-01"),
    ):
        assert captions(ben, query) == ["Swim at dawn"], query
    for query in (
        Query(tags=("lak",)),
        Query(words=("dusk",)),
        Query(tags=("lake",), words=("snow",)),
        Query(tags=("lake",), person_id=ben),
        Query(day="07-02"),
        Query(since="2025-07-02", until="2025-09-01"),
        Query(since="2025-06-01", until="2025-07-01"),
    ):
        assert captions(ben, query) == [], query


def test_only_what_may_be_seen_now(aws: Account, anna: str, ben: str, carla: str) -> None:
    friends.befriend(anna, ben)
    taken(anna, "Swim", tags=["lake"])
    taken(anna, "Gift", tags=["lake"], visibility="private")
    deliver(aws)
    wanted = Query(tags=("lake",))

    assert captions(ben, wanted) == ["Swim"]
    assert captions(anna, wanted) == ["Gift", "Swim"]
    assert captions(carla, wanted) == []

    friends.remove(anna, ben)
    assert captions(ben, wanted) == []
    assert not [item for item in aws.items() if item["PK"] == f"INDEX#{ben}#tag:lake"]


def test_edited_photo_is_found_by_what_is_true_now(aws: Account, anna: str) -> None:
    photo = taken(anna, "Swim", tags=["lake"])
    deliver(aws)

    photos.edit(anna, photo.photo_id, caption="Skate", tags=["ice"], taken_at="2026-01-02T09:00:00")
    deliver(aws)

    for stale in (Query(tags=("lake",)), Query(words=("swim",)), Query(until="2026-01-01")):
        assert captions(anna, stale) == []
    for true in (Query(tags=("ice",)), Query(words=("skate",)), Query(since="2026-01-01")):
        assert captions(anna, true) == ["Skate"]
    assert captions(anna, Query()) == ["Skate"]


def test_pages_follow_one_another_by_time_taken(aws: Account, anna: str) -> None:
    for n in range(7):
        taken(anna, f"p{n}", tags=["lake"], at=f"2025-07-0{(n * 3) % 7 + 1}T12:00:00")
    deliver(aws)

    for query in (Query(tags=("lake",)), Query(tags=("lake",), person_id=anna)):
        seen, cursor, rounds = [], None, 0
        while rounds < 9:
            page = search.find(anna, query, limit=3, before=cursor)
            assert page.cursor is None or search.is_cursor(page.cursor)
            seen += [one.photo.taken_at for one in page.items]
            cursor, rounds = page.cursor, rounds + 1
            if cursor is None:
                break
        assert seen == sorted(seen, reverse=True)
        assert len(set(seen)) == len(seen) == 7


@pytest.mark.parametrize("number_of_photos", [1, 40])
def test_a_page_is_two_calls(aws: Account, anna: str, ben: str, number_of_photos: int) -> None:
    make_friends(anna, ben)
    for n in range(number_of_photos):
        feed.deliver(ready_photo(anna, str(n), caption="Swim"))
    aws.calls.clear()

    for query in (Query(tags=("alps",)), Query(words=("swim",), person_id=anna), Query()):
        search.find(ben, query, limit=24)

    assert {name: n for name, n in aws.calls.items() if isinstance(name, str)} == {
        "Query": 3,
        "BatchGetItem": 3,
    }


def test_rare_pair_of_frequent_terms_is_bounded_and_goes_on(
    aws: Account, anna: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "LOOKED_AT", 5)
    feed.deliver(taken(anna, "both", tags=["longer", "lake"], at="2020-01-01T00:00:00"))
    for n in range(24):
        feed.deliver(taken(anna, f"p{n}", tags=["longer"], at=f"2025-07-{n + 1:02}T12:00:00"))
    aws.calls.clear()

    found, cursor, pages = [], None, 0
    while pages == 0 or cursor:
        page = search.find(anna, Query(tags=("longer", "lake")), limit=24, before=cursor)
        found += [one.photo.caption for one in page.items]
        cursor, pages = page.cursor, pages + 1

    assert found == ["both"]
    assert pages == 3
    assert aws.calls["Query"] <= pages * search.ROUNDS


def test_posting_stays_under_one_write_unit(anna: str) -> None:
    photo = Photo(
        photo_id="01JDFAAAAAAAAAAAAAAAAAAAAA",
        user_id=anna,
        visibility="friends",
        status="ready",
        caption=" ".join(f"{'w' * 28}{n:03}" for n in range(60)),
        tags=[f"{'ü' * 37}{n:03}" for n in range(20)],
    )

    items = postings.write_for(anna, photo, "N" * 40)

    assert len(items) <= 3 + 20 + terms.WORDS_LIMIT
    for item in items:
        size = sum(len(name) + len(str(value).encode()) for name, value in item.items())
        assert size < 1024


def test_numbers_of_own_tags(aws: Account, anna: str) -> None:
    one = taken(anna, "one", tags=["lake", "summer"])
    taken(anna, "two", tags=["lake"])
    assert tags.list_own(anna).items == [("lake", 2), ("summer", 1)]

    photos.edit(anna, one.photo_id, tags=["ice"])
    assert tags.list_own(anna).items == [("ice", 1), ("lake", 1)]

    photos.delete(anna, one.photo_id)
    assert tags.list_own(anna).items == [("lake", 1)]


def test_tags_given_with_the_upload_count(anna: str) -> None:
    ready_photo(anna)

    assert tags.list_own(anna).items == [("alps", 1)]


def test_suggestions_are_ones_own_and_not_chosen_yet(anna: str, ben: str) -> None:
    taken(anna, "one", tags=["lake", "lakeside", "summer"])
    taken(anna, "two", tags=["lakeside"])
    taken(ben, "three", tags=["lakes of ben"])

    assert tags.suggest(anna, "lak") == ["lakeside", "lake"]
    assert tags.suggest(anna, "lak", chosen=["lake"]) == ["lakeside"]


def test_renaming_and_merging(aws: Account, anna: str, ben: str) -> None:
    friends.befriend(anna, ben)
    taken(anna, "one", tags=["lake", "summer"])
    taken(anna, "two", tags=["lake", "see"])
    taken(ben, "ben's", tags=["lake"])
    deliver(aws)

    tags.rename(anna, "lake", "see")
    deliver(aws)

    assert tags.list_own(anna).items == [("see", 2), ("summer", 1)]
    assert sorted(captions(ben, Query(tags=("see",)))) == ["one", "two"]
    assert captions(anna, Query(tags=("lake",))) == ["ben's"]


def test_renaming_in_parts(aws: Account, anna: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tags, "RENAMED_A_RUN", 2)
    for n in range(5):
        taken(anna, f"p{n}", tags=["lake"], at=f"2025-07-0{n + 1}T12:00:00")
    deliver(aws)

    tags.rename(anna, "lake", "see")
    deliver(aws)

    assert tags.list_own(anna).items == [("see", 5)]


@pytest.fixture
def tag_meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Photo, list[str]], None]:
    """Has another tab change the photo's tags right after it is read for the first time."""

    def meanwhile(photo: Photo, to: list[str]) -> None:
        read, others = photos.get_own, [to]

        def overtaken(*args: str) -> Photo:
            found = read(*args)
            if others:
                photos.edit(photo.user_id, photo.photo_id, tags=others.pop())
            return found

        monkeypatch.setattr(photos, "get_own", overtaken)

    return meanwhile


def test_a_photo_that_another_tab_tags_meanwhile_is_deleted_with_its_tags(
    aws: Account, anna: str, tag_meanwhile: Callable[[Photo, list[str]], None]
) -> None:
    photo = taken(anna, "Boat", tags=["lake"])
    tag_meanwhile(photo, ["lake", "boat"])

    photos.delete(anna, photo.photo_id)

    assert tags.list_own(anna).items == []


def test_renaming_keeps_what_another_tab_tags_meanwhile(
    aws: Account, anna: str, tag_meanwhile: Callable[[Photo, list[str]], None]
) -> None:
    photo = taken(anna, "Boat", tags=["lake"])
    deliver(aws)
    tag_meanwhile(photo, ["lake", "boat"])

    tags.rename(anna, "lake", "see")
    deliver(aws)

    assert photos.get(photo.photo_id).tags == ["see", "boat"]
