from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from fanout.handler import handle
from store import (
    access,
    album_photos,
    albums,
    bundles,
    comments,
    feed,
    friends,
    keys,
    likes,
    members,
    notices,
    photos,
    sessions,
    table,
    wording,
)
from store.access import Person
from store.audience import PRIVATE, Audience
from store.authors import Author
from store.ids import new_id
from store.inbox import read_inbox
from tests.aws import Account
from tests.people import finish, make_friends, pending_photo, person, ready_photo


def deliver(aws: Account, *, repeats: int = 1) -> None:
    """Hand the fan-out what it has in its queue, and what that makes it send itself."""
    while waiting := aws.events():
        for event in [each for each in waiting if each["type"] != "notice.opened"]:
            for _ in range(repeats):
                handle(event)


def told(user_id: str) -> list[str]:
    page = notices.list_notices(user_id)
    return [wording.sentence(notice, "en") for notice in page.items]


def unread(user_id: str) -> int:
    found = table.get_many([keys.inbox(user_id)])
    return read_inbox(user_id, found).unread


@pytest.fixture
def friends_of_anna(anna: str, ben: str) -> tuple[str, str]:
    make_friends(anna, ben)
    return anna, ben


def test_sixty_photos_are_one_notice(aws: Account, friends_of_anna: tuple[str, str]) -> None:
    anna, ben = friends_of_anna
    for n in range(14):
        ready_photo(anna, str(n))

    deliver(aws)

    assert told(ben) == ["Anna added 14 photos"]
    assert unread(ben) == 1
    assert told(anna) == []


def test_repeats_in_any_order_are_told_once(aws: Account, friends_of_anna: tuple[str, str]) -> None:
    anna, ben = friends_of_anna
    for n in range(3):
        ready_photo(anna, str(n))
    events = aws.events()

    for order in permutations(events):
        for event in order:
            for _ in range(2):
                handle(event)
    deliver(aws, repeats=2)

    assert told(ben) == ["Anna added 3 photos"]
    assert unread(ben) == 1


def test_a_repeat_after_reading_does_not_make_it_unread(
    aws: Account, friends_of_anna: tuple[str, str]
) -> None:
    anna, ben = friends_of_anna
    ready_photo(anna)
    events = aws.events()
    for event in events:
        handle(event)
    notices.mark_all_read(ben)

    for event in events:
        handle(event)

    assert unread(ben) == 0
    assert [notice.unread for notice in notices.list_notices(ben).items] == [False]


def test_what_broke_off_between_bundle_and_notice_is_taken_up(
    aws: Account, friends_of_anna: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, ben = friends_of_anna
    ready_photo(anna)
    (event,) = aws.events()
    with monkeypatch.context() as patch:
        patch.setattr(notices, "tell", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            handle(event)

    handle(event)

    assert told(ben) == ["Anna added a photo"]


def test_a_bundle_is_told_although_its_first_photo_is_deleted_meanwhile(
    aws: Account, friends_of_anna: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, ben = friends_of_anna
    first = ready_photo(anna, "1")
    (event,) = aws.events()
    with monkeypatch.context() as patch:
        patch.setattr(notices, "tell", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            handle(event)
    photos.delete(anna, first.photo_id)
    handle(event)
    assert told(ben) == []
    ready_photo(anna, "2")

    deliver(aws)

    assert told(ben) == ["Anna added a photo"]
    assert unread(ben) == 1


def test_the_rest_of_many_friends_are_told_although_the_first_photo_is_deleted(
    aws: Account, anna: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fanout.readers.READERS_A_RUN", 2)
    readers = [person(f"Friend {n}") for n in range(5)]
    for reader in readers:
        friends.befriend(anna, reader)
    first, _ = (ready_photo(anna, str(n)) for n in range(2))
    for event in aws.events():
        handle(event)
    photos.delete(anna, first.photo_id)

    deliver(aws)

    assert [told(reader) for reader in readers] == [["Anna added a photo"]] * 5


def test_many_friends_are_told_in_parts(
    aws: Account, anna: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fanout.readers.READERS_A_RUN", 3)
    monkeypatch.setattr(notices, "PEOPLE_A_CALL", 2)
    readers = [person(f"Friend {n}") for n in range(7)]
    for reader in readers:
        friends.befriend(anna, reader)
    ready_photo(anna)

    deliver(aws, repeats=2)

    assert [unread(reader) for reader in readers] == [1] * 7


def test_nobody_is_told_before_the_photo_is_in_their_feed(
    aws: Account, anna: str, ben: str, carla: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "ITEMS_A_RUN", 1)
    for reader in (ben, carla):
        friends.befriend(anna, reader)
    ready_photo(anna)

    while waiting := aws.events():
        for event in waiting:
            handle(event)
        for reader in (ben, carla):
            assert len(told(reader)) <= len(feed.read(reader, limit=9).items)

    assert told(ben) == told(carla) == ["Anna added a photo"]


def test_the_right_to_see_is_asked_when_it_is_shown(
    aws: Account, friends_of_anna: tuple[str, str]
) -> None:
    anna, ben = friends_of_anna
    first, second = (ready_photo(anna, str(n)) for n in range(2))
    deliver(aws)

    photos.set_visibility(anna, first.photo_id, photos.audience.PRIVATE)
    assert told(ben) == ["Anna added a photo"]

    photos.delete(anna, second.photo_id)
    assert told(ben) == []
    assert unread(ben) == 0, "what cannot be seen is not counted"


def test_a_private_photo_is_nobodys_news(aws: Account, friends_of_anna: tuple[str, str]) -> None:
    anna, ben = friends_of_anna
    ready_photo(anna, visibility="private")

    deliver(aws)

    assert (told(ben), unread(ben)) == ([], 0)


def test_whoever_is_named_and_no_friend_hears_nothing(
    aws: Account, friends_of_anna: tuple[str, str], carla: str
) -> None:
    anna, ben = friends_of_anna
    named = " ".join(f"person:{each}" for each in (anna, ben, carla))
    ready_photo(anna, visibility=named)

    deliver(aws)

    assert (told(ben), unread(carla)) == (["Anna added a photo"], 0)
    assert {item["PK"] for item in aws.items() if item["PK"].endswith(carla)} == {f"USER#{carla}"}


@pytest.mark.parametrize("ending", [friends.remove, friends.block])
def test_an_ended_friendship_takes_its_news_along(
    aws: Account, friends_of_anna: tuple[str, str], ending: Any
) -> None:
    anna, ben = friends_of_anna
    ready_photo(anna)
    deliver(aws)

    ending(ben, anna)

    assert told(ben) == []


def test_reading_and_counting(aws: Account, friends_of_anna: tuple[str, str]) -> None:
    anna, ben = friends_of_anna
    ready_photo(anna)
    deliver(aws)
    (notice,) = notices.list_notices(ben).items

    for _ in range(2):
        notices.mark(ben, notice.bundle_id, unread=False)
        assert unread(ben) == 0
    for _ in range(2):
        notices.mark(ben, notice.bundle_id, unread=True)
        assert unread(ben) == 1


def test_all_are_read_at_once_also_when_one_was_read_meanwhile(
    aws: Account, anna: str, ben: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(5):
        bundle_id, _ = bundles.add(bundles.Event(str(n), bundles.ROOM, str(n), audience=ben))
        notices.tell(bundles.get(bundle_id), [ben])
    latest = notices.list_notices(ben).items[0].bundle_id
    query = table.query

    def read_one_after(*args: Any, **kwargs: Any) -> Any:
        page = query(*args, **kwargs)
        notices.mark(ben, latest, unread=False)
        return page

    monkeypatch.setattr(notices.table, "query", read_one_after)
    notices.mark_all_read(ben)

    assert unread(ben) == 0


def test_session_and_count_are_one_read(aws: Account, friends_of_anna: tuple[str, str]) -> None:
    anna, ben = friends_of_anna
    token, _ = sessions.start("identity", ben)
    ready_photo(anna)
    deliver(aws)
    aws.calls.clear()

    session = sessions.check(token)

    assert session is not None
    assert session.inbox.unread == 1
    assert aws.calls == {"BatchGetItem": 1}


def test_a_bundle_that_grows_is_noticed_by_who_watches_it(
    aws: Account, friends_of_anna: tuple[str, str]
) -> None:
    anna, ben = friends_of_anna
    token, _ = sessions.start("identity", ben)
    ready_photo(anna, "1")
    deliver(aws)
    before, _ = sessions.check_and_read(token, [])
    ready_photo(anna, "2")
    deliver(aws)

    after, _ = sessions.check_and_read(token, [keys.bundle(before.inbox.photos_id)])

    assert after.inbox.photos_at > before.inbox.photos_at
    assert after.inbox.unread == 1


def test_an_accepted_invite_is_told_to_who_invited(aws: Account, anna: str, ben: str) -> None:
    handle({"type": "friendship.made", "user_ids": [anna, ben]})
    friends.befriend(anna, ben)

    assert told(anna) == ["Ben accepted your invite"]
    assert told(ben) == []


def test_likes_of_many_are_one_notice_and_go_with_the_likes(
    aws: Account, anna: str, ben: str, carla: str
) -> None:
    photo = ready_photo(anna)
    dora = person("Dora")
    for name in (ben, carla, dora, anna):
        likes.like(photo, Author(name))
    deliver(aws, repeats=2)

    (sentence,) = told(anna)
    assert sentence.endswith("and one more like your photo")
    assert unread(anna) == 1

    for name in (ben, carla, dora):
        likes.unlike(photo, Author(name))
    assert told(anna) == []


def test_comment_and_mention_are_told_to_those_they_concern(
    aws: Account, friends_of_anna: tuple[str, str], carla: str
) -> None:
    anna, ben = friends_of_anna
    friends.befriend(ben, carla)
    friends.befriend(anna, carla)
    photo = ready_photo(anna)
    aws.events()
    comments.post(photo, Author(ben), new_id(), "Look, @Carla")

    deliver(aws)

    assert told(anna) == ["Ben commented on your photo"]
    assert told(carla) == ["Ben mentioned you"]
    assert told(ben) == []


def test_what_somebody_blocked_says_is_not_told(
    aws: Account, friends_of_anna: tuple[str, str]
) -> None:
    anna, ben = friends_of_anna
    photo = ready_photo(anna)
    aws.events()
    likes.like(photo, Author(ben))
    friends.block(anna, ben)

    deliver(aws)

    assert told(anna) == []
    assert unread(anna) == 0


def test_photos_sent_to_an_album_are_told_to_its_members_by_its_name(
    aws: Account, friends_of_anna: tuple[str, str], carla: str
) -> None:
    anna, ben = friends_of_anna
    album_id = albums.create(anna, "Alps", Audience(PRIVATE))
    members.let_in(anna, album_id, ben, access.ONLOOKER)
    deliver(aws)
    assert told(ben) == ["Anna added you to the album Alps"]

    for n in range(3):
        photo = pending_photo(anna, str(n), visibility="private")
        table.write(table.update(keys.photo(photo.photo_id), set_={"album_id": album_id}))
        finish(photo)
    deliver(aws, repeats=2)

    assert told(ben) == ["Anna added 3 photos to Alps", "Anna added you to the album Alps"]
    assert told(carla) == []

    members.let_go(album_id, ben)
    assert told(ben) == []


def test_photos_put_into_an_album_later_are_told_to_its_members(
    aws: Account, friends_of_anna: tuple[str, str], carla: str
) -> None:
    anna, ben = friends_of_anna
    album_id = albums.create(anna, "Alps", Audience(PRIVATE))
    members.let_in(anna, album_id, ben, access.CONTRIBUTOR)
    hers = [ready_photo(anna, str(n), visibility="private") for n in range(2)]
    his = ready_photo(ben, "his", visibility="private")
    deliver(aws)

    album_photos.add(Person(anna), album_id, hers)
    album_photos.add(Person(ben), album_id, [his])
    album_photos.add(Person(anna), album_id, hers)  # they are there already
    deliver(aws, repeats=2)

    assert told(ben) == ["Anna added 2 photos to Alps", "Anna added you to the album Alps"]
    assert told(anna) == ["Ben added a photo to Alps"]
    assert told(carla) == []


def test_what_a_guest_adds_is_told_to_who_made_the_link(aws: Account, anna: str) -> None:
    guest = new_id()
    key = keys.guest(guest)
    table.write(table.put({"PK": key.pk, "SK": key.sk, "name": "Granny", "user_id": anna}))
    photo = ready_photo(anna)
    table.write(table.update(keys.photo(photo.photo_id), set_={"guest_id": guest}))

    deliver(aws)

    assert told(anna) == ["Granny added a photo through your link"]


def test_little_room_is_told_once_a_month(
    aws: Account, anna: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(2):
        ready_photo(anna, str(n))
    monkeypatch.setattr("store.grants.QUOTA", 2100)

    deliver(aws)

    assert told(anna) == ["There is little room left for your photos"]


def bundle(kind: str, actors: set[str], ids: set[str], rests_on: set[str]) -> bundles.Bundle:
    return bundles.Bundle(new_id(), kind, 1, actors=actors, photos=ids, rests_on=rests_on)


def test_a_page_reads_what_it_shows_and_not_all_that_its_bundles_list(
    aws: Account, friends_of_anna: tuple[str, str]
) -> None:
    anna, ben = friends_of_anna
    photo = ready_photo(ben)
    likers = {f"person:{new_id()}" for _ in range(100)}
    on_photo = [keys.like(photo.photo_id, str(n)) for n in range(100)]
    table.write(table.put({"PK": on_photo[0].pk, "SK": on_photo[0].sk}))
    liked = {f"{key.pk}|{key.sk}" for key in on_photo}
    earlier = [{new_id() for _ in range(99)} for _ in range(10)]
    latest = ready_photo(anna).photo_id
    page = [
        bundle(bundles.PHOTOS, {f"person:{anna}"}, ids | {latest}, set()) for ids in earlier
    ] + [bundle(bundles.LIKES, likers, {photo.photo_id}, liked) for _ in range(10)]
    aws.asked.clear()

    notices.show(ben, page)

    read = [
        len(arguments["RequestItems"]["table"]["Keys"])
        for name, arguments in aws.asked
        if name == "BatchGetItem"
    ]
    assert sum(read) < notices.LOOKED_AT + 200, "of a thousand photos and as many likes"


def test_of_too_many_photos_only_as_many_are_told_as_one_may_see(
    aws: Account, friends_of_anna: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, ben = friends_of_anna
    monkeypatch.setattr(notices, "LOOKED_AT", 9)
    hers = [
        ready_photo(anna, str(n), visibility="friends" if n < 7 else "private") for n in range(12)
    ]
    page = [
        bundle(bundles.PHOTOS, {f"person:{anna}"}, {each.photo_id for each in some}, set())
        for some in (hers[:5], hers[5:10], hers[10:])
    ]

    shown = notices.show(ben, page)

    assert {
        wording.sentence(notice, "en"): [photo.photo_id for photo in notice.photos]
        for notice in shown.values()
    } == {
        "Anna added more than 2 photos": [hers[3].photo_id, hers[4].photo_id],
        "Anna added 2 photos": [hers[5].photo_id, hers[6].photo_id],
    }


def test_a_notice_stands_as_long_as_one_of_many_likes_does(aws: Account, anna: str) -> None:
    photo = ready_photo(anna)
    likers = [person(f"Friend {n}") for n in range(notices.ASKED + 2)]
    for liker in likers:
        likes.like(photo, Author(liker))
    deliver(aws)
    (sentence,) = told(anna)
    assert sentence.endswith(f"and {len(likers) - 2} more like your photo")

    for liker in likers[:-1]:
        likes.unlike(photo, Author(liker))
    assert len(told(anna)) == 1

    likes.unlike(photo, Author(likers[-1]))
    assert told(anna) == []


def test_news_of_many_in_one_album_ask_for_it_once(
    aws: Account, friends_of_anna: tuple[str, str]
) -> None:
    anna, ben = friends_of_anna
    album_id = albums.create(anna, "Alps", Audience(PRIVATE))
    members.let_in(anna, album_id, ben, access.ONLOOKER)
    hers = [ready_photo(anna, str(n), visibility="private") for n in range(3)]
    album_photos.add(Person(anna), album_id, hers)
    page = [
        replace(
            bundle(bundles.PHOTOS, {f"person:{anna}"}, {each.photo_id}, set()), album_id=album_id
        )
        for each in hers
    ]
    aws.calls.clear()

    shown = notices.show(ben, page)

    assert [notice.album_title for notice in shown.values()] == ["Alps"] * 3
    assert aws.calls == {"BatchGetItem": 6}
