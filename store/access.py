"""Who may see and do what: the one place that decides, asked by every page, picture and list.

A *viewer* is a person who is signed in, or a guest who has opened a link. What a viewer may do with
a photo or an album is a set of *rights*. Deciding reads nothing itself: for every question one
function names the items that the answer rests on, and another answers from them, so that a page
reads them together with what it shows, consistently, in one call.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from store import keys
from store.audience import CHOSEN, FOR_FRIENDS
from store.clock import now
from store.friends import is_block, is_friendship

if TYPE_CHECKING:
    from store.album_entries import Entry
    from store.albums import Album
    from store.keys import Key
    from store.photos import Photo
    from store.table import Item

VIEW, ADD, COMMENT, DOWNLOAD, MANAGE = "view", "add", "comment", "download", "manage"
NOTHING: frozenset[str] = frozenset()
LOOKING = frozenset({VIEW, COMMENT, DOWNLOAD})
CONTRIBUTOR, ONLOOKER = "contributor", "viewer"  # the parts that a member of an album can have

Found = Mapping["Key", "Item"]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in."""

    user_id: str


@dataclass(frozen=True, slots=True)
class Guest:
    """A browser that has opened the link `link_id`.

    `guest_id` is who they are to the link's owner; `unlocked` says that they knew the passcode.
    `user_id` is who is signed in beside it: somebody blocked gets nothing through a link either.
    """

    link_id: str
    guest_id: str
    unlocked: bool = True
    user_id: str = ""


Viewer = Person | Guest


class Shared(Protocol):
    """What has an owner and an audience: a photo or an album."""

    @property
    def user_id(self) -> str: ...
    @property
    def visibility(self) -> str: ...
    @property
    def circles(self) -> list[str]: ...
    @property
    def people(self) -> list[str]: ...


def is_meant_for(viewer_id: str, shared: Shared, friendship: Item | None) -> bool:
    """Say whether the thing's audience takes in this person, who is not its owner.

    `friendship` is the owner's item about them as just read (None: there is none). It is the
    owner's side that counts: a block by either of the two removes or replaces it.
    """
    if not is_friendship(friendship) or friendship is None:
        return False
    if shared.visibility == CHOSEN:
        in_circle = not friendship.get("circles", set()).isdisjoint(shared.circles)
        return in_circle or viewer_id in shared.people
    return shared.visibility == FOR_FRIENDS


def photo_keys(viewer: Viewer, photo: Photo) -> list[Key]:
    """Name the items that `photo_rights` rests on."""
    if isinstance(viewer, Person):
        return [keys.friendship(photo.user_id, viewer.user_id)]
    return [*_link_keys(viewer), *block_keys(photo.user_id, viewer.user_id)]


def photo_rights(viewer: Viewer, photo: Photo, found: Found) -> frozenset[str]:
    """Return what the viewer may do with the photo on its own, outside of albums."""
    if photo.status != "ready":
        return NOTHING
    if isinstance(viewer, Guest):
        rights = _link_rights(viewer, photo.user_id, f"photo:{photo.photo_id}", found)
        return rights & LOOKING if VIEW in rights else NOTHING
    if photo.user_id == viewer.user_id:
        return LOOKING | {MANAGE}
    friendship = found.get(keys.friendship(photo.user_id, viewer.user_id))
    return LOOKING if is_meant_for(viewer.user_id, photo, friendship) else NOTHING


def album_part_keys(viewer: Viewer, album_id: str) -> list[Key]:
    """Name the items, to be read with the album's own, that say which part the viewer has in it."""
    if isinstance(viewer, Person):
        return [keys.member(album_id, viewer.user_id)]
    return _link_keys(viewer)


def album_keys(viewer: Viewer, album: Album, part: Found) -> list[Key]:
    """Name the further items that `album_rights` rests on, given what `album_part_keys` found."""
    ties = block_keys(album.user_id, viewer.user_id)
    if isinstance(viewer, Person):
        member = part.get(keys.member(album.album_id, viewer.user_id))
        if member:
            ties.append(keys.friendship(member["host_id"], viewer.user_id))
    return ties


def album_rights(viewer: Viewer, album: Album, found: Found) -> frozenset[str]:
    """Return what the viewer may do with the album."""
    if isinstance(viewer, Person) and viewer.user_id == album.user_id:
        return LOOKING | {ADD, MANAGE}
    if blocked(album.user_id, viewer.user_id, found):
        return NOTHING
    if isinstance(viewer, Guest):
        return _link_rights(viewer, album.user_id, f"album:{album.album_id}", found)
    part = member_part(album.album_id, viewer.user_id, found)
    if part == CONTRIBUTOR:
        return LOOKING | {ADD}
    friendship = found.get(keys.friendship(album.user_id, viewer.user_id))
    if part == ONLOOKER or is_meant_for(viewer.user_id, album, friendship):
        return LOOKING
    return NOTHING


def member_part(album_id: str, user_id: str, found: Found) -> str | None:
    """Return the part of a member, as long as the friendship by which they were let in lasts.

    Its bond tells it from another one between the same two: who was removed and becomes a friend
    again is not back in every album.
    """
    member = found.get(keys.member(album_id, user_id))
    friendship = found.get(keys.friendship(member["host_id"], user_id)) if member else None
    if member is None or friendship is None or friendship.get("bond") != member["bond"]:
        return None
    part: str = member["part"]
    return part


def entry_keys(viewer: Viewer, album: Album, entry: Entry) -> list[Key]:
    """Name the items that `entry_rights` rests on, beyond the album's and the photo's own."""
    needed = block_keys(entry.owner_id, _looks_as(viewer, album))
    if entry.guest_id:
        needed.append(keys.guest(entry.guest_id))
    if entry.owner_id != album.user_id:
        needed.append(keys.member(album.album_id, entry.owner_id))
        # Who let them in: as a rule the owner, before the album was handed over somebody else.
        needed += [keys.friendship(each, entry.owner_id) for each in (album.user_id, entry.host_id)]
    return needed


def host_keys(album: Album, entry: Entry, found: Found) -> list[Key]:
    """Name the further item that `entry_rights` rests on, given what `entry_keys` found.

    Whoever was let in again by a later owner has another host than the entry names: as a rule
    nobody, and nothing is left to read.
    """
    member = found.get(keys.member(album.album_id, entry.owner_id))
    if member is None or member["host_id"] in (album.user_id, entry.host_id):
        return []
    return [keys.friendship(member["host_id"], entry.owner_id)]


def entry_rights(
    viewer: Viewer, album: Album, entry: Entry, photo: Photo | None, found: Found
) -> frozenset[str]:
    """Return what the viewer may do with a photo in the album. There it follows the album.

    It is there as long as its owner has the part of a contributor, is not blocked, and, if a guest
    took it, as long as that guest is not.
    """
    rights = album_rights(viewer, album, found)
    if photo is None or photo.status != "ready" or photo.user_id != entry.owner_id:
        return NOTHING
    is_member = member_part(album.album_id, entry.owner_id, found) == CONTRIBUTOR
    if entry.owner_id != album.user_id and not is_member:
        return NOTHING
    if entry.guest_id and _is_banned(entry.guest_id, found):
        return NOTHING
    if blocked(entry.owner_id, _looks_as(viewer, album), found):
        return NOTHING
    if _made_it(viewer, entry, found):
        return (rights | LOOKING | {MANAGE}) if rights else NOTHING
    return rights if VIEW in rights else NOTHING


def _made_it(viewer: Viewer, entry: Entry, found: Found) -> bool:
    """Say whether the viewer is the photo's author; a guest may have become a person since."""
    if isinstance(viewer, Guest):
        return bool(entry.guest_id) and viewer.guest_id == entry.guest_id
    if not entry.guest_id:
        return viewer.user_id == entry.owner_id
    friend_id: str | None = found.get(keys.guest(entry.guest_id), {}).get("friend_id")
    return friend_id == viewer.user_id


def _looks_as(viewer: Viewer, album: Album) -> str:
    """A link shows no more than its owner may see."""
    return viewer.user_id if isinstance(viewer, Person) else album.user_id


def _link_keys(guest: Guest) -> list[Key]:
    return [keys.link(guest.link_id), keys.guest(guest.guest_id)]


def _link_rights(guest: Guest, owner_id: str, target: str, found: Found) -> frozenset[str]:
    """Return the rights of the guest's link if it is this owner's, for this target, and works."""
    link = found.get(keys.link(guest.link_id))
    if not link or link["user_id"] != owner_id or link["target"] != target:
        return NOTHING
    if link.get("expires_at", now() + 1) <= now() or _is_banned(guest.guest_id, found):
        return NOTHING
    if "passcode" in link and not guest.unlocked:
        return NOTHING
    if blocked(owner_id, guest.user_id, found):
        return NOTHING
    return frozenset(link["rights"])


def _is_banned(guest_id: str, found: Found) -> bool:
    return bool(found.get(keys.guest(guest_id), {}).get("banned"))


def block_keys(one: str, other: str) -> list[Key]:
    """Name where a block between the two would be written; nobody blocks themselves or nobody."""
    if not other or one == other:
        return []
    return [keys.friendship(one, other), keys.friendship(other, one)]


def blocked(one: str, other: str, found: Found) -> bool:
    """Say whether either of the two has blocked the other, from what `block_keys` named."""
    return any(is_block(found.get(key)) for key in block_keys(one, other))
