"""People as others see them: profiles, and the names that suggestions are made of."""

from __future__ import annotations

from dataclasses import dataclass

from store import friends, keys, table
from store.errors import NotFound
from store.users import User

SUGGESTED_FROM = 300  # friends that a suggestion looks at: four calls
SUGGESTIONS = 8


@dataclass(frozen=True, slots=True)
class Profile:
    """A person, as this viewer may see them."""

    user: User
    is_me: bool
    is_friend: bool


def get_profile(viewer_id: str, user_id: str) -> Profile:
    """Return the profile of oneself or of a friend, in one call. Raises NotFound for strangers."""
    me, them = keys.user(user_id), keys.friendship(user_id, viewer_id)
    found = table.get_many([me, them])
    is_me, is_friend = user_id == viewer_id, friends.is_friendship(found.get(them))
    if me not in found or not (is_me or is_friend):
        raise NotFound(user_id)
    return Profile(User.from_item(found[me]), is_me, is_friend)


def suggest(viewer_id: str, typed: str) -> list[str]:
    """Return names of friends in which a word begins with what was typed, at most SUGGESTIONS."""
    people = friends.list_friends(viewer_id, limit=SUGGESTED_FROM).items
    typed = typed.casefold()
    found = {
        friend.name
        for friend in people
        if friend.state == friends.FRIENDS
        and any(word.startswith(typed) for word in [friend.name, *friend.name.casefold().split()])
    }
    return sorted(found, key=str.casefold)[:SUGGESTIONS]
