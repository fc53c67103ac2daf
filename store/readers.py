"""The people an owner has in mind: whom an audience takes in, a page at a time.

Pointers and news are written for them. What they may see is asked when they look.
"""

from __future__ import annotations

from store import circles, friends, keys, table
from store.audience import FOR_FRIENDS, Audience


def list_readers(
    owner_id: str, said: Audience, *, limit: int, after: str | None = None
) -> table.Page[str]:
    """Return a page of the user ids of those friends whom the owner's audience names, once each.

    Friends are one Query. Chosen circles are one Query each, on every page, and a BatchGetItem for
    each hundred people: a form may name anybody, and nobody hears of somebody who is no friend.
    """
    if said.visibility == FOR_FRIENDS:
        page = friends.list_friend_ids(owner_id, limit=limit, after=after)
        listed = [item["friend_id"] for item in page.items if friends.is_friendship(item)]
        return table.Page(listed, page.cursor)
    named = {one for circle in said.circles for one in circles.list_member_ids(circle)}
    rest = sorted(each for each in named.union(said.people) if each > (after or ""))
    ties = {each: keys.friendship(owner_id, each) for each in rest[:limit]}
    found = table.get_many(ties.values())
    listed = [each for each, tie in ties.items() if friends.is_friendship(found.get(tie))]
    return table.Page(listed, rest[limit - 1] if len(rest) > limit else None)
