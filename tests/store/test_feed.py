from __future__ import annotations

import pytest

from fanout.handler import handle
from store import circles, feed, friends, photos, pointers
from tests.aws import Account
from tests.people import make_friends, person, ready_photo


def deliver(aws: Account) -> None:
    for event in aws.events():
        handle(event)


def captions(viewer_id: str, **kwargs: object) -> list[str]:
    return [entry.photo.caption for entry in feed.read(viewer_id, limit=24, **kwargs).items]


def test_friends_and_owner_see_it_strangers_do_not(
    aws: Account, anna: str, ben: str, carla: str
) -> None:
    friends.befriend(anna, ben)
    ready_photo(anna, caption="Hut")

    deliver(aws)

    assert captions(ben) == captions(anna) == ["Hut"]
    assert captions(carla) == []
    (entry,) = feed.read(ben, limit=24).items
    assert entry.owner_name == "Anna"


def test_private_photo_is_its_owners_only(aws: Account, anna: str, ben: str) -> None:
    friends.befriend(anna, ben)
    ready_photo(anna, visibility="private", caption="Gift")

    deliver(aws)

    assert captions(anna) == ["Gift"]
    assert captions(ben) == []
    assert not [item for item in aws.items() if item["PK"] == f"FEED#{ben}"]


def test_making_private_and_sharing_again(aws: Account, anna: str, ben: str) -> None:
    friends.befriend(anna, ben)
    photo = ready_photo(anna, caption="Hut")
    deliver(aws)

    photos.set_visibility(anna, photo.photo_id, photos.PRIVATE)
    assert captions(ben) == []

    photos.set_visibility(anna, photo.photo_id, photos.FOR_FRIENDS)
    deliver(aws)
    assert captions(ben) == ["Hut"]


@pytest.mark.parametrize("ending", [friends.remove, friends.block])
@pytest.mark.parametrize("by", ["anna", "ben"])
def test_ended_friendship_shows_nothing_at_once(
    aws: Account, anna: str, ben: str, ending, by: str
) -> None:
    friends.befriend(anna, ben)
    ready_photo(anna, caption="Hut")
    deliver(aws)

    ending(*((anna, ben) if by == "anna" else (ben, anna)))

    assert captions(ben) == []
    assert captions(anna) == ["Hut"]


def test_deleted_photo_is_gone_from_feeds(aws: Account, anna: str, ben: str) -> None:
    friends.befriend(anna, ben)
    photo = ready_photo(anna, caption="Hut")
    deliver(aws)

    photos.delete(anna, photo.photo_id)

    assert captions(ben) == captions(anna) == []


def test_new_friends_find_each_others_latest(aws: Account, anna: str, ben: str) -> None:
    ready_photo(anna, "a", caption="Anna's")
    ready_photo(anna, "b", visibility="private", caption="secret")
    ready_photo(ben, "c", caption="Ben's")
    deliver(aws)

    friends.befriend(anna, ben)
    deliver(aws)

    assert sorted(captions(ben)) == ["Anna's", "Ben's"]
    assert sorted(captions(anna)) == ["Anna's", "Ben's", "secret"]


def test_late_news_of_an_ended_friendship_writes_nothing(aws: Account, anna: str, ben: str) -> None:
    ready_photo(anna, caption="Hut")
    aws.events()
    friends.befriend(anna, ben)
    friends.remove(anna, ben)

    deliver(aws)

    assert not [item for item in aws.items() if item["PK"] == f"FEED#{ben}"]


def test_delivering_twice_changes_nothing(aws: Account, anna: str, ben: str) -> None:
    friends.befriend(anna, ben)
    photo = ready_photo(anna, caption="Hut")

    for _ in range(2):
        handle({"type": "photo.ready", "photo_id": photo.photo_id})

    assert captions(ben) == ["Hut"]


@pytest.mark.parametrize("chosen", [True, False])
def test_long_list_of_friends_is_delivered_in_parts(
    aws: Account, anna: str, chosen: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers = [person(f"Friend {n}") for n in range(5)]
    for reader in readers:
        friends.befriend(anna, reader)
    visibility = "friends"
    if chosen:
        circle_id = circles.create(anna, "Family")
        circles.change(anna, circle_id, add=readers[1:], remove=[])
        visibility = f"circle:{circle_id} person:{readers[0]} person:{readers[1]}"
    photo = ready_photo(anna, caption="Hut", visibility=visibility)
    monkeypatch.setattr(feed, "ITEMS_A_RUN", 2 * 8)  # 7 postings each
    aws.events()

    todo = [{"type": "photo.ready", "photo_id": photo.photo_id}]
    runs = 0
    while todo:
        handle(todo.pop())
        todo += aws.events()
        runs += 1

    assert [captions(reader) for reader in readers] == [["Hut"]] * 5
    assert runs == 3


@pytest.mark.parametrize("number_of_friends", [1, 30])
def test_a_page_is_two_calls(aws: Account, anna: str, number_of_friends: int) -> None:
    for n in range(number_of_friends):
        friend = person(f"Friend {n}")
        make_friends(anna, friend)
        feed.deliver(ready_photo(friend, str(n)))
    aws.calls.clear()

    page = feed.read(anna, limit=24)

    assert len(page.items) == min(number_of_friends, 24)
    assert aws.calls == {"Query": 1, "BatchGetItem": 1}


def test_pages_follow_one_another_without_gap_or_repeat(aws: Account, anna: str) -> None:
    for n in range(7):
        ready_photo(anna, str(n), caption=str(n))
    deliver(aws)

    seen, cursor = [], None
    while True:
        page = feed.read(anna, limit=3, before=cursor)
        seen += [entry.photo.photo_id for entry in page.items]
        cursor = page.cursor
        if cursor is None:
            break

    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == len(seen) == 7


def test_emptied_page_reads_on_and_drops_stale_entries(aws: Account, anna: str, ben: str) -> None:
    friends.befriend(anna, ben)
    ready_photo(ben, "own", caption="Ben's own")
    for n in range(6):
        ready_photo(anna, str(n), caption="gone")
    deliver(aws)
    friends.remove(anna, ben)

    page = feed.read(ben, limit=3)

    assert [entry.photo.caption for entry in page.items] == ["Ben's own"]
    assert len([item for item in aws.items() if item["PK"] == f"FEED#{ben}"]) == 1
    aws.calls.clear()
    feed.read(ben, limit=3)
    assert aws.calls == {"Query": 1, "BatchGetItem": 1}


def test_reading_on_is_bounded(aws: Account, anna: str, ben: str) -> None:
    friends.befriend(anna, ben)
    for n in range(10):
        ready_photo(anna, str(n))
    deliver(aws)
    friends.remove(anna, ben)
    aws.calls.clear()

    page = feed.read(ben, limit=1)

    assert page.items == []
    assert page.cursor is not None
    assert aws.calls["Query"] == pointers.ROUNDS


def test_an_entry_delivered_anew_is_not_dropped_as_stale(aws: Account, anna: str, ben: str) -> None:
    friends.befriend(anna, ben)
    photo = ready_photo(anna, caption="Hut")
    deliver(aws)
    (stale,) = [item for item in aws.items() if item["PK"] == f"FEED#{ben}"]

    pointers.drop([stale | {"delivered_at": int(stale["delivered_at"]) - 1}])

    assert captions(ben) == ["Hut"]
    assert photo.photo_id == stale["SK"]


def test_rights_are_read_as_of_now(aws: Account, anna: str, ben: str) -> None:
    friends.befriend(anna, ben)
    photo = ready_photo(anna)
    deliver(aws)
    aws.asked.clear()

    feed.read(ben, limit=24)
    photos.get_visible(ben, photo.photo_id)

    reads = [arguments for call, arguments in aws.asked if call == "GetItem"]
    reads += [arguments for call, arguments in aws.asked if call == "Query"]
    for call, arguments in aws.asked:
        if call == "BatchGetItem":
            reads += arguments["RequestItems"].values()
    assert len(reads) == 4
    assert all(arguments["ConsistentRead"] for arguments in reads)


def test_what_has_come_is_counted_without_ones_own(anna: str, ben: str) -> None:
    make_friends(anna, ben)
    for owner in (anna, ben):
        feed.deliver(ready_photo(owner, owner))

    assert feed.count_since(ben, 0) == 1
