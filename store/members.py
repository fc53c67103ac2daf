"""The members of an album: friends whom its owner let in, as contributors or viewers."""

from __future__ import annotations

from dataclasses import dataclass

from store import events, keys, photos, table
from store.access import CONTRIBUTOR, ONLOOKER
from store.albums import Album, pointer
from store.audience import PRIVATE, Audience
from store.errors import NotFound
from store.friends import FRIENDS

PARTS = (CONTRIBUTOR, ONLOOKER)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who was let into an album, as a contributor or a viewer."""

    user_id: str
    part: str
    host_id: str


def list_all(album_id: str) -> list[Member]:
    """Return who was let into the album; `access.member_part` says whose part still counts."""
    found = table.query_all(*keys.all_of(keys.member, album_id))
    return [Member(item["user_id"], item["part"], item["host_id"]) for item in found]


def let_in(owner_id: str, album_id: str, friend_id: str, part: str) -> None:
    """Make a friend a contributor or a viewer of one's own album, or change which.

    Raises NotFound if the album or the friendship is not there at that instant.
    """
    tie = keys.friendship(owner_id, friend_id)
    found = table.get_many([keys.album(album_id), tie])
    album, friendship = found.get(keys.album(album_id)), found.get(tie)
    if album is None or friendship is None or "bond" not in friendship:
        raise NotFound(friend_id)
    member = _item(album_id, friend_id, part, host_id=owner_id, bond=friendship["bond"])
    with table.must_exist(album_id):
        events.commit(
            [
                table.check(
                    keys.album(album_id), condition="#user_id = :me", values={":me": owner_id}
                ),
                table.check(
                    tie,
                    condition="#state = :friends",
                    values={":friends": FRIENDS},
                ),
                table.put(member),
                table.put(pointer(friend_id, Album.from_item(album), host_id=owner_id)),
            ],
            "album.invited",
            album_id=album_id,
            user_id=friend_id,
            host_id=owner_id,
        )


def _item(album_id: str, user_id: str, part: str, *, host_id: str, bond: str) -> table.Item:
    return {
        **keys.member(album_id, user_id).primary,
        "user_id": user_id,
        "part": part,
        "host_id": host_id,
        "bond": bond,
    }


def let_go(album_id: str, user_id: str) -> None:
    """End a membership: by the owner, who removes somebody, or by the member, who leaves.

    The photos that they had put in are gone from the album with them. Raises NotFound.
    """
    member = table.delete(keys.member(album_id, user_id), condition="attribute_exists(PK)")
    with table.must_exist(user_id):
        events.commit([member], "album.left", album_id=album_id, user_id=user_id)


def hand_over(owner_id: str, album_id: str, heir_id: str) -> None:
    """Make a contributor the owner; the owner becomes a contributor. Raises NotFound.

    The links that the owner made for the album end with that: they speak for its owner.
    """
    member = table.get(keys.member(album_id, heir_id))
    friendship = table.get(keys.friendship(heir_id, owner_id))
    if member is None or member["part"] != CONTRIBUTOR or friendship is None:
        raise NotFound(heir_id)
    index = keys.album_index(heir_id, album_id)
    before = _item(album_id, owner_id, CONTRIBUTOR, host_id=heir_id, bond=member["bond"])
    # What an audience names are its owner's circles and friends: they mean nothing to the heir.
    nobody = photos.audience_attributes(Audience(PRIVATE))
    with table.must_exist(album_id):
        events.commit(
            [
                table.update(
                    keys.album(album_id),
                    set_={"user_id": heir_id, "GSI1PK": index.pk, **nobody},
                    remove=["cover"],  # one of the owner's own photos
                    condition="#user_id = :me",
                    values={":me": owner_id},
                ),
                table.delete(
                    keys.member(album_id, heir_id),
                    condition="#bond = :bond",
                    values={":bond": friendship.get("bond", "")},
                ),
                table.check(
                    keys.friendship(heir_id, owner_id),
                    condition="#state = :friends",
                    values={":friends": FRIENDS},
                ),
                table.put(before),
            ],
            "album.shared",
            album_id=album_id,
        )
