"""People as others see them: profiles, mutual friends, and the names for suggestions."""

from __future__ import annotations

from dataclasses import dataclass

from store import access, friends, keys, requests, table, users
from store.errors import NotFound
from store.users import User

SUGGESTED_FROM = 300  # friends that a suggestion looks at: four calls
SUGGESTIONS = 8
COMPARED = 1000  # friends on each side that are looked at for mutual ones: one call each
MUTUAL = 30


@dataclass(frozen=True, slots=True)
class Profile:
    """A person, as this viewer may see them. `asks` says that they wait for the viewer's answer.

    `may_ask` and `has_asked` are about the viewer asking them.
    """

    user: User
    is_me: bool
    is_friend: bool
    asks: bool = False
    may_ask: bool = False
    has_asked: bool = False


def get_profile(viewer_id: str, user_id: str, *, album_id: str = "") -> Profile:
    """Return the profile of oneself, a friend, somebody who asks, or somebody from an album.

    One call; three for somebody from the shared album `album_id`. Raises NotFound for strangers,
    and where either has blocked the other.
    """
    person = keys.user(user_id)
    theirs, mine = keys.friendship(user_id, viewer_id), keys.friendship(viewer_id, user_id)
    to_me, to_them = keys.request(viewer_id, user_id), keys.request(user_id, viewer_id)
    found = table.get_many([person, theirs, mine, to_me, to_them])
    if person not in found or access.blocked(viewer_id, user_id, found):
        raise NotFound(user_id)
    profile = Profile(
        user=User.from_item(found[person]),
        is_me=user_id == viewer_id,
        is_friend=friends.is_friendship(found.get(theirs)),
        asks=requests.is_open(found.get(to_me)),
        has_asked=requests.stands(found.get(to_them)),
    )
    if profile.is_me or profile.is_friend or profile.asks:
        return profile
    if not album_id or not requests.share_album(viewer_id, user_id, album_id):
        raise NotFound(user_id)
    return Profile(profile.user, False, False, False, profile.user.may_be_asked, profile.has_asked)


def list_mutual(viewer: User, person: User) -> list[User]:
    """Return friends of both, at most MUTUAL, if both show theirs; else nobody."""
    if not (viewer.shows_mutual and person.shows_mutual):
        return []
    ours = [
        {
            item["friend_id"]
            for item in friends.list_friend_ids(each.user_id, limit=COMPARED).items
            if friends.is_friendship(item)
        }
        for each in (viewer, person)
    ]
    mutual = sorted(ours[0] & ours[1])[:MUTUAL]
    return list(users.get_many(mutual).values())


def suggest(viewer_id: str, typed: str) -> list[str]:
    """Return names of friends in which a word begins with what was typed, at most SUGGESTIONS."""
    people = friends.list_friends(viewer_id, limit=SUGGESTED_FROM).items
    typed = typed.casefold()
    found = {
        friend.name
        for friend in people
        if friend.state == friends.FRIENDS
        and any(
            words.startswith(typed)
            for words in [friend.name.casefold(), *friend.name.casefold().split()]
        )
    }
    return sorted(found, key=str.casefold)[:SUGGESTIONS]
