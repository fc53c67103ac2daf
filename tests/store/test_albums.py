from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fanout.handler import handle
from store import (
    album_order,
    album_photos,
    albums,
    circles,
    copies,
    covers,
    friends,
    guests,
    invites,
    links,
    members,
    photos,
    sheets,
    shelf,
)
from store.access import ADD, Guest, Person
from store.audience import CHOSEN, FOR_FRIENDS, PRIVATE, Audience
from store.errors import NotFound
from store.ids import new_id
from store.search import Query
from tests.aws import Account
from tests.people import finish, pending_photo, person, ready_photo
from tests.store.test_feed import deliver

EVERYBODY, NOBODY = Audience(FOR_FRIENDS), Audience(PRIVATE)


def album_of(owner: str, *captions: str, audience: Audience = NOBODY) -> str:
    album_id = albums.create(owner, "Alps", audience)
    for number, caption in enumerate(captions):
        pending = pending_photo(owner, caption + owner, visibility="private", caption=caption)
        finish(pending, taken_at=f"2026-08-0{9 - number}T12:00:00")
        album_photos.add(Person(owner), album_id, [photos.get(pending.photo_id)])
    return album_id


def captions(viewer: str, album_id: str, **page: object) -> list[str]:
    sheet = sheets.read(Person(viewer), album_id, **{"limit": 15, **page})
    return [tile.photo.caption for tile in sheet.tiles]


def test_photos_stand_by_the_time_they_were_taken(anna: str) -> None:
    album_id = album_of(anna, "third", "second", "first")

    assert captions(anna, album_id) == ["first", "second", "third"]


def test_scans_of_old_prints_stand_by_their_time_too(anna: str) -> None:
    album_id = album_of(anna)
    for year in (1965, 2001, 1938):
        pending = pending_photo(anna, str(year), visibility="private", caption=str(year))
        finish(pending, taken_at=f"{year}-05-01T12:00:00")
        album_photos.add(Person(anna), album_id, [photos.get(pending.photo_id)])

    assert captions(anna, album_id) == ["1938", "1965", "2001"]
    sixties = Query(since="1960-01-01", until="1970-01-01")
    (tile,) = sheets.find(Person(anna), album_id, sixties, limit=15).tiles
    assert tile.photo.caption == "1965"

    album_order.move(anna, album_id, tile.photo.photo_id, where="first")
    assert captions(anna, album_id) == ["1965", "1938", "2001"]


def test_without_a_time_a_photo_stands_where_it_was_uploaded(anna: str) -> None:
    """A camera's clock without a zone is taken as it is: nobody knows where it was."""
    album_id = album_of(anna)
    now = datetime.now(UTC)
    for caption, taken_at in {
        "tomorrow": f"{now + timedelta(days=1):%Y-%m-%dT%H:%M:%S}",
        "unknown": None,
        "yesterday": f"{now - timedelta(days=1):%Y-%m-%dT%H:%M:%S}-11:00",
    }.items():
        pending = pending_photo(anna, caption, visibility="private", caption=caption)
        finish(pending, taken_at=taken_at)
        album_photos.add(Person(anna), album_id, [photos.get(pending.photo_id)])

    assert captions(anna, album_id) == ["yesterday", "unknown", "tomorrow"]


@pytest.mark.parametrize(
    ("where", "expected"),
    [("first", "cab"), ("earlier", "acb"), ("later", "abc"), ("last", "abc")],
)
def test_a_photo_is_moved_by_hand(anna: str, where: str, expected: str) -> None:
    album_id = album_of(anna, "c", "b", "a")
    last = sheets.read(Person(anna), album_id, limit=15).tiles[-1].photo.photo_id

    album_order.move(anna, album_id, last, where=where)

    assert captions(anna, album_id) == list(expected)
    assert captions(anna, album_id, limit=2) == list(expected[:2])


def test_moving_on_and_on_keeps_every_photo(anna: str) -> None:
    album_id = album_of(anna, "d", "c", "b", "a")
    photo_id = sheets.read(Person(anna), album_id, limit=15).tiles[0].photo.photo_id

    orders = []
    for where in ("later", "later", "later", "later", "first", "earlier", "last"):
        album_order.move(anna, album_id, photo_id, where=where)
        orders.append("".join(captions(anna, album_id)))

    assert orders == ["bacd", "bcad", "bcda", "bcda", "abcd", "abcd", "bcda"]


def test_order_by_time_is_kept_beside_the_one_by_hand(anna: str) -> None:
    album_id = album_of(anna, "b", "a")
    photo_id = sheets.read(Person(anna), album_id, limit=15).tiles[0].photo.photo_id
    album_order.move(anna, album_id, photo_id, where="last")

    albums.edit(anna, album_id, title="Alps", order=albums.BY_TIME, audience=NOBODY)

    assert captions(anna, album_id) == ["a", "b"]


@pytest.mark.parametrize("order", albums.ORDERS)
def test_pages_follow_without_gap_or_repeat(anna: str, order: str) -> None:
    album_id = album_of(anna, *"gfedcba")
    albums.edit(anna, album_id, title="Alps", order=order, audience=NOBODY)

    seen, cursor = [], None
    while True:
        sheet = sheets.read(Person(anna), album_id, limit=3, after=cursor)
        seen += [tile.photo.caption for tile in sheet.tiles]
        cursor = sheet.cursor
        if cursor is None:
            break

    assert seen == list("abcdefg")


def test_a_page_is_three_calls(aws: Account, anna: str, ben: str) -> None:
    friends.befriend(anna, ben)
    album_id = album_of(anna, *"abcd")
    members.let_in(anna, album_id, ben, "contributor")
    album_photos.add(Person(ben), album_id, [ready_photo(ben, "his", visibility="private")])
    aws.calls.clear()

    assert len(captions(ben, album_id)) == 5
    assert aws.calls == {"BatchGetItem": 2, "Query": 1}


def test_a_page_of_fifteen_contributors_is_three_calls_too(aws: Account, anna: str) -> None:
    album_id = albums.create(anna, "Wedding", EVERYBODY)
    for number in range(15):
        friend = person(f"Friend {number}")
        friends.befriend(anna, friend)
        members.let_in(anna, album_id, friend, "contributor")
        album_photos.add(Person(friend), album_id, [ready_photo(friend, visibility="private")])
    aws.calls.clear()

    assert len(captions(friend, album_id)) == 15
    assert aws.calls == {"BatchGetItem": 2, "Query": 1}


def test_what_a_photo_is_for_elsewhere_does_not_matter_in_the_album(anna: str, ben: str) -> None:
    friends.befriend(anna, ben)
    album_id = album_of(anna, "a", audience=EVERYBODY)
    (tile,) = sheets.read(Person(ben), album_id, limit=15).tiles

    with pytest.raises(NotFound):
        photos.get_visible(ben, tile.photo.photo_id)


def test_friends_find_the_album_on_their_shelf(aws: Account, anna: str, ben: str) -> None:
    friends.befriend(anna, ben)
    album_id = album_of(anna, "a", audience=EVERYBODY)
    deliver(aws)

    (found,) = shelf.read(ben, limit=16).items

    assert (found.album.album_id, found.owner) == (album_id, "Anna")
    assert found.cover.caption == "a"
    albums.set_audience(anna, album_id, NOBODY)
    assert shelf.read(ben, limit=16).items == []


def shelved(user_id: str) -> set[str]:
    return {each.album.title for each in shelf.read(user_id, limit=16).items}


def test_new_friends_find_each_others_albums(aws: Account, anna: str, ben: str) -> None:
    albums.create(anna, "Anna's", EVERYBODY)
    albums.create(ben, "Ben's", EVERYBODY)
    albums.create(ben, "secret", NOBODY)
    deliver(aws)

    friends.befriend(anna, ben)
    deliver(aws)

    assert shelved(anna) == {"Anna's", "Ben's"}
    assert shelved(ben) == {"Anna's", "Ben's", "secret"}


def test_who_is_new_in_a_circle_finds_all_its_albums(
    aws: Account, anna: str, ben: str, carla: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for friend in (ben, carla):
        friends.befriend(anna, friend)
    circle_id = circles.create(anna, "Family")
    for number in range(5):
        albums.create(anna, str(number), Audience(CHOSEN, circles=(circle_id,)))
    albums.create(anna, "for nobody", NOBODY)
    aws.events()
    monkeypatch.setattr(shelf, "POINTERS_A_RUN", 4)

    circles.change(anna, circle_id, add=[ben, carla], remove=[])
    while waiting := aws.events():
        for event in waiting:
            handle(event)

    pointers = [item for item in aws.items() if item["PK"] == f"SHELF#{ben}"]
    assert len(pointers) == 5, "what is for nobody is not pointed to"
    assert shelved(ben) == shelved(carla) == set("01234")


def test_a_shelf_is_three_calls(aws: Account, anna: str, ben: str) -> None:
    friends.befriend(anna, ben)
    for number in range(10):
        album_of(anna, f"a{number}", audience=EVERYBODY)
    deliver(aws)
    aws.calls.clear()

    assert len(shelf.read(ben, limit=16).items) == 10
    assert aws.calls == {"Query": 1, "BatchGetItem": 2}


def test_who_leaves_takes_their_photos_along(aws: Account, anna: str, ben: str) -> None:
    friends.befriend(anna, ben)
    album_id = album_of(anna, "anna's")
    members.let_in(anna, album_id, ben, "contributor")
    mine = ready_photo(ben, visibility="private", caption="ben's")
    album_photos.add(Person(ben), album_id, [mine])

    members.let_go(album_id, ben)

    assert captions(anna, album_id) == ["anna's"]
    deliver(aws)
    assert albums.find(album_id).photo_count == 1
    assert photos.get(mine.photo_id)


def test_who_was_let_in_again_keeps_their_photos_when_the_old_news_come(
    aws: Account, anna: str, ben: str
) -> None:
    friends.befriend(anna, ben)
    album_id = album_of(anna)
    members.let_in(anna, album_id, ben, "contributor")
    mine = ready_photo(ben, visibility="private", caption="ben's")
    album_photos.add(Person(ben), album_id, [mine])

    members.let_go(album_id, ben)
    members.let_in(anna, album_id, ben, "contributor")
    deliver(aws)

    assert captions(anna, album_id) == ["ben's"]


def test_friends_again_is_not_back_in_the_album(anna: str, ben: str) -> None:
    friends.befriend(anna, ben)
    album_id = album_of(anna, "a")
    members.let_in(anna, album_id, ben, "viewer")
    friends.remove(anna, ben)
    friends.befriend(anna, ben)

    with pytest.raises(NotFound):
        captions(ben, album_id)


def test_a_block_between_members_hides_each_others_photos(anna: str, ben: str, carla: str) -> None:
    album_id = album_of(anna, "anna's", audience=NOBODY)
    for friend, name in ((ben, "ben's"), (carla, "carla's")):
        friends.befriend(anna, friend)
        members.let_in(anna, album_id, friend, "contributor")
        added = ready_photo(friend, name, visibility="private", caption=name)
        album_photos.add(Person(friend), album_id, [added])

    friends.block(ben, carla)

    assert sorted(captions(ben, album_id)) == ["anna's", "ben's"]
    assert sorted(captions(carla, album_id)) == ["anna's", "carla's"]
    assert len(captions(anna, album_id)) == 3


def cover(album_id: str) -> str | None:
    found = covers.find(albums.find(album_id))
    return found.caption if found else None


def test_the_first_of_several_photos_stands_for_the_album(anna: str) -> None:
    album_id = album_of(anna)
    added = [ready_photo(anna, each, visibility="private", caption=each) for each in "abc"]

    album_photos.add(Person(anna), album_id, added)
    assert cover(album_id) == "a"

    covers.choose(anna, album_id, added[1].photo_id)
    album_photos.add(Person(anna), album_id, [ready_photo(anna, "d", caption="d")])
    assert cover(album_id) == "b"


@pytest.mark.parametrize("deleted", [True, False])
def test_what_is_taken_out_stands_for_the_album_no_more(
    aws: Account, anna: str, deleted: bool
) -> None:
    album_id = album_of(anna, "a")
    photo_id = albums.find(album_id).cover

    if deleted:
        photos.delete(anna, photo_id)
        assert cover(album_id) is None
        deliver(aws)
    else:
        album_photos.remove(album_id, photo_id)

    assert albums.find(album_id).cover == ""
    album_photos.add(Person(anna), album_id, [ready_photo(anna, "next", caption="next")])
    assert cover(album_id) == "next"


@pytest.mark.parametrize("in_album", [True, False])
def test_what_is_chosen_while_it_changes_hands_or_is_taken_out_shows_nothing(
    anna: str, ben: str, in_album: bool
) -> None:
    friends.befriend(anna, ben)
    album_id = album_of(anna, "a")
    members.let_in(anna, album_id, ben, "contributor")
    chosen = ready_photo(ben if in_album else anna, "secret")
    if in_album:
        album_photos.add(Person(ben), album_id, [chosen])

    albums.change(anna, album_id, {"cover": chosen.photo_id})

    assert cover(album_id) is None


def test_a_cover_that_was_chosen_meanwhile_stays(anna: str) -> None:
    album_id = album_of(anna)
    before = albums.find(album_id)
    first, other = (ready_photo(anna, each, caption=each) for each in "ab")
    album_photos.add(Person(anna), album_id, [first, other])
    covers.choose(anna, album_id, other.photo_id)

    covers.choose_first(before, [first])

    assert cover(album_id) == "b"


def test_an_heir_chooses_another_cover(anna: str, ben: str) -> None:
    friends.befriend(anna, ben)
    album_id = album_of(anna, "anna's")
    members.let_in(anna, album_id, ben, "contributor")

    members.hand_over(anna, album_id, ben)
    assert cover(album_id) is None

    album_photos.add(Person(ben), album_id, [ready_photo(ben, "ben's", caption="ben's")])
    assert cover(album_id) == "ben's"


def test_handing_over(anna: str, ben: str, carla: str) -> None:
    for friend in (ben, carla):
        friends.befriend(anna, friend)
    album_id = album_of(anna, "a")
    members.let_in(anna, album_id, ben, "contributor")
    members.let_in(anna, album_id, carla, "viewer")

    members.hand_over(anna, album_id, ben)

    assert albums.get_own(ben, album_id)
    assert ADD in albums.get(Person(anna), album_id)[1]
    assert captions(carla, album_id) == captions(ben, album_id) == ["a"]
    with pytest.raises(NotFound):
        albums.get_own(anna, album_id)


def test_who_was_let_in_again_stays_when_the_album_is_handed_on(
    aws: Account, anna: str, ben: str, carla: str
) -> None:
    """Their photo still names who let them in at first."""
    dora = person("Dora")
    for one, other in ((anna, ben), (anna, carla), (carla, ben), (carla, dora)):
        friends.befriend(one, other)
    album_id = album_of(anna)
    members.let_in(anna, album_id, ben, "contributor")
    members.let_in(anna, album_id, carla, "contributor")
    added = ready_photo(ben, visibility="private", caption="ben's")
    album_photos.add(Person(ben), album_id, [added])
    members.hand_over(anna, album_id, carla)
    members.let_in(carla, album_id, ben, "viewer")
    members.let_in(carla, album_id, ben, "contributor")
    members.let_in(carla, album_id, dora, "contributor")

    members.hand_over(carla, album_id, dora)

    assert captions(dora, album_id) == captions(ben, album_id) == ["ben's"]
    assert sheets.look_at(Person(dora), album_id, added.photo_id)
    assert len(sheets.pick(Person(dora), album_id, [added.photo_id])[1]) == 1
    aws.calls.clear()
    assert len(sheets.find(Person(dora), album_id, Query(), limit=9).tiles) == 1
    assert aws.calls == {"BatchGetItem": 3, "Query": 1}


def test_who_is_a_friend_again_but_not_back_in_it_cannot_inherit(anna: str, ben: str) -> None:
    friends.befriend(anna, ben)
    album_id = album_of(anna)
    members.let_in(anna, album_id, ben, "contributor")
    friends.remove(anna, ben)
    friends.befriend(anna, ben)

    with pytest.raises(NotFound):
        members.hand_over(anna, album_id, ben)


def test_viewer_cannot_inherit(anna: str, ben: str) -> None:
    friends.befriend(anna, ben)
    album_id = album_of(anna)
    members.let_in(anna, album_id, ben, "viewer")

    with pytest.raises(NotFound):
        members.hand_over(anna, album_id, ben)


def test_deleting_leaves_the_photos_and_nothing_else(
    aws: Account, anna: str, ben: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(album_photos, "RUN", 2)
    friends.befriend(anna, ben)
    album_id = album_of(anna, "b", "a")
    members.let_in(anna, album_id, ben, "viewer")
    copies.note(album_id, replace(ready_photo(anna), likeness="0" * 32))

    albums.delete(anna, album_id)
    while waiting := aws.events():  # a run each, and the rest of it
        for event in waiting:
            handle(event)
    for reader in (anna, ben):  # drops the pointer
        assert shelf.read(reader, limit=9).items == []

    assert len(photos.list_roll(anna, limit=9).items) == 3
    left = [item for item in aws.items() if album_id in item["PK"] + item["SK"]]
    assert [item for item in left if "expires_at" not in item] == []  # what its news remember


def test_an_emptied_shelf_reads_on_and_drops_what_is_gone(
    aws: Account, anna: str, ben: str
) -> None:
    friends.befriend(anna, ben)
    albums.create(ben, "Ben's own", NOBODY)
    gone = [albums.create(anna, str(number), EVERYBODY) for number in range(5)]
    deliver(aws)
    for number, album_id in enumerate(gone):
        if number % 2:
            albums.delete(anna, album_id)
        else:
            albums.set_audience(anna, album_id, NOBODY)

    (found,) = shelf.read(ben, limit=2).items

    assert found.album.title == "Ben's own"
    assert len([item for item in aws.items() if item["PK"] == f"SHELF#{ben}"]) == 1


def test_a_members_pointer_outlives_a_block(aws: Account, anna: str, ben: str, carla: str) -> None:
    """Their part is by somebody else's friendship, and is back when the block is lifted."""
    for one, other in ((anna, ben), (anna, carla)):
        friends.befriend(one, other)
    album_id = album_of(anna)
    for friend in (ben, carla):
        members.let_in(anna, album_id, friend, "contributor")
    members.hand_over(anna, album_id, carla)
    friends.block(carla, ben)
    assert shelved(ben) == set()

    friends.unblock(carla, ben)

    assert shelved(ben) == {"Alps"}


def test_a_guests_photo_of_a_deleted_album_goes_to_who_keeps_it(aws: Account, anna: str) -> None:
    album_id = album_of(anna)
    guest_photo(aws, anna, album_id)

    albums.delete(anna, album_id)
    deliver(aws)

    assert [photo.caption for photo in photos.list_roll(anna, limit=9).items] == ["guest's"]


def test_a_guests_photo_goes_there_also_if_the_album_is_deleted_while_it_is_put_in(
    aws: Account, anna: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    album_id = album_of(anna)
    find = copies.find

    def delete_first(*args: object) -> list[str]:
        albums.delete(anna, album_id)
        return find(*args)

    monkeypatch.setattr(copies, "find", delete_first)
    guest_photo(aws, anna, album_id)

    assert [photo.caption for photo in photos.list_roll(anna, limit=9).items] == ["guest's"]


def test_deleted_photo_leaves_its_albums(aws: Account, anna: str) -> None:
    album_id = album_of(anna, "b", "a")
    photo_id = sheets.read(Person(anna), album_id, limit=15).tiles[0].photo.photo_id

    photos.delete(anna, photo_id)
    assert captions(anna, album_id) == ["b"]
    deliver(aws)

    assert albums.find(album_id).photo_count == 1
    assert photo_id not in str(aws.items())


def guest_photo(
    aws: Account, owner: str, album_id: str, rights: tuple[str, ...] = ("add",)
) -> Guest:
    """Add a photo by a link; return the guest."""
    token = links.create(owner, f"album:{album_id}", label="party", rights=["add"])
    link = links.find(links.fingerprint(token))
    _token, session = guests.open_link(None, link)
    guests.introduce(session, link, "Gus")
    guest = Guest(link.link_id, session.guest_ids[owner])
    pending = pending_photo(
        owner,
        new_id(),
        visibility="private",
        caption="guest's",
        album_id=album_id,
        guest_id=guest.guest_id,
        link_id=link.link_id,
    )
    finish(pending)
    deliver(aws)
    return guest


def test_a_guests_photo_stands_in_the_album_under_their_name(aws: Account, anna: str) -> None:
    album_id = album_of(anna, "anna's")
    guest = guest_photo(aws, anna, album_id)

    tiles = sheets.read(Person(anna), album_id, limit=15).tiles

    assert {(tile.photo.caption, tile.author) for tile in tiles} == {
        ("anna's", "Anna"),
        ("guest's", "Gus"),
    }
    (own,) = sheets.read(guest, album_id, limit=15).tiles  # all that a link to add shows
    assert own.photo.caption == "guest's"
    assert [p.caption for p in photos.list_roll(anna, limit=9).items] == ["anna's"]


def test_what_a_banned_guest_added_is_hidden(aws: Account, anna: str) -> None:
    album_id = album_of(anna, "anna's")
    guest = guest_photo(aws, anna, album_id)

    guests.ban(anna, guest.guest_id, banned=True)

    assert captions(anna, album_id) == ["anna's"]
    with pytest.raises(NotFound):
        sheets.read(guest, album_id, limit=15)


def test_a_guest_who_becomes_a_friend_keeps_authorship(aws: Account, anna: str, ben: str) -> None:
    album_id = album_of(anna, audience=EVERYBODY)
    guest = guest_photo(aws, anna, album_id)

    invites.accept(invites.get(invites.create(anna, guest_id=guest.guest_id)), ben)

    (tile,) = sheets.read(Person(ben), album_id, limit=15).tiles
    assert tile.author == "Ben"
    assert "manage" in tile.rights


def test_a_photo_that_comes_after_the_link_was_revoked_is_kept_by_its_owner(
    aws: Account, anna: str
) -> None:
    album_id = album_of(anna)
    token = links.create(anna, f"album:{album_id}", label="", rights=["add"])
    link_id = links.fingerprint(token)
    pending = pending_photo(
        anna, visibility="private", album_id=album_id, guest_id=new_id(), link_id=link_id
    )
    links.revoke(anna, link_id)

    finish(pending)
    deliver(aws)

    assert captions(anna, album_id) == []
    assert len(photos.list_roll(anna, limit=9).items) == 1


def test_what_was_taken_out_stays_out_when_the_news_comes_again(aws: Account, anna: str) -> None:
    album_id = album_of(anna)
    sent = pending_photo(anna, visibility="private", caption="sent", album_id=album_id)
    finish(sent)
    deliver(aws)
    assert captions(anna, album_id) == ["sent"]

    album_photos.take_out(photos.get(sent.photo_id), album_id)
    handle({"type": "photo.ready", "photo_id": sent.photo_id})

    assert captions(anna, album_id) == []
