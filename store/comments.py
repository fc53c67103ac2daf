"""Comments on a photo, with one level of replies.

A comment's id is the one that its form carried, so that a form sent twice is one comment. A
reply's id begins with that of the comment it answers: sorted by id, a thread lies together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from store import authors, events, keys, table
from store.authors import Author, Face
from store.clock import MINUTE, as_datetime, now
from store.errors import Conflict, NotFound
from store.ids import created_at, is_id
from store.photos import READY, Photo

TEXT_LIMIT = 2000
MENTIONS_LIMIT = 10
PAGE = 30  # three keys for each author: one BatchGetItem


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment. `mentions` are the friends it names, {user id: name as it stands in the text}."""

    photo_id: str
    comment_id: str
    author: Author
    text: str
    created_at: datetime
    edited: bool = False
    mentions: Mapping[str, str] = field(default_factory=dict)

    @property
    def thread_id(self) -> str:
        """The id of the comment that this one answers, or its own."""
        return self.comment_id.partition("-")[0]

    @property
    def is_reply(self) -> bool:
        return self.thread_id != self.comment_id

    @classmethod
    def from_item(cls, item: table.Item) -> Comment:
        return cls(
            photo_id=item["photo_id"],
            comment_id=item["comment_id"],
            author=Author(item["author_id"], item["author_kind"]),
            text=item["text"],
            created_at=as_datetime(item["created_at"]),
            edited=item.get("edited", False),
            mentions=item.get("mentions", {}),
        )


@dataclass(frozen=True, slots=True)
class Spoken:
    """A comment and who wrote it; without a face there is nobody to be heard."""

    comment: Comment
    face: Face


def is_comment_id(text: str) -> bool:
    """Say whether `text` could be a comment's id or a reply's."""
    return all(is_id(part) for part in text.split("-")) and text.count("-") <= 1


def post(photo: Photo, author: Author, form_id: str, text: str, *, answers: str = "") -> Comment:
    """Write a comment on a photo that its author may see; two calls.

    `form_id` is the ULID that the form carried: what it wrote before stays as it was. Raises
    NotFound if the photo, or the comment it `answers`, is gone, or if the id is no form's of ours.
    """
    if not is_id(form_id) or created_at(form_id) > now() + MINUTE:
        raise NotFound(form_id)
    thread_id = answers.partition("-")[0]
    comment = Comment(
        photo_id=photo.photo_id,
        comment_id=f"{thread_id}-{form_id}" if thread_id else form_id,
        author=author,
        text=text,
        created_at=as_datetime(now()),
    )
    operations = [
        table.put(_item(comment), condition="attribute_not_exists(PK)"),
        _count(photo.photo_id, 1),
    ]
    if thread_id:
        parent = keys.comment(photo.photo_id, thread_id)
        operations.append(table.check(parent, condition="attribute_exists(PK)"))
    try:
        events.commit(operations, "comment.made", **_details(photo, comment))
    except Conflict as conflict:
        if conflict.failed != (0,):
            raise NotFound(photo.photo_id) from None
        return _posted_before(comment)
    return comment


def _posted_before(comment: Comment) -> Comment:
    existing = get(comment.photo_id, comment.comment_id)
    if existing.author != comment.author:
        raise NotFound(comment.comment_id)
    return existing


def _details(photo: Photo, comment: Comment) -> dict[str, str]:
    return {
        "photo_id": comment.photo_id,
        "owner_id": photo.user_id,
        "comment_id": comment.comment_id,
        "author_id": comment.author.author_id,
        "author_kind": comment.author.kind,
    }


def get(photo_id: str, comment_id: str) -> Comment:
    """Return a comment, whoever may see its photo. Raises NotFound."""
    item = table.get(keys.comment(photo_id, comment_id)) if is_comment_id(comment_id) else None
    if item is None:
        raise NotFound(comment_id)
    return Comment.from_item(item)


def list_spoken(
    viewer_id: str, photo_id: str, *, after: str | None = None, also: tuple[keys.Key, ...] = ()
) -> tuple[table.Page[Spoken], Mapping[keys.Key, table.Item]]:
    """Return a page of comments, thread by thread, oldest first, and the items `also` asked for.

    The caller has made sure that the viewer may see the photo. Two calls. People hidden by a block
    are not heard.
    """
    page = table.query(
        *keys.all_of(keys.comment, photo_id),
        after=keys.comment(photo_id, after).sk if after else None,
        limit=PAGE,
    )
    comments = [Comment.from_item(item) for item in page.items]
    faces, found = authors.faces(viewer_id, (comment.author for comment in comments), also=also)
    spoken = [
        Spoken(comment, faces[comment.author]) for comment in comments if comment.author in faces
    ]
    return table.Page(spoken, comments[-1].comment_id if page.cursor else None), found


def edit(photo: Photo, comment: Comment, text: str) -> Comment:
    """Change the words of a comment, for its author. Raises NotFound."""
    changed = replace(comment, text=text, edited=True, mentions={})
    change = table.update(
        keys.comment(photo.photo_id, comment.comment_id),
        set_={"text": text, "edited": True},
        remove=["mentions"],
        condition="#author_id = :me",
        values={":me": comment.author.author_id},
    )
    with table.must_exist(comment.comment_id):
        events.commit([change], "comment.edited", **_details(photo, changed))
    return changed


def remove(author: Author, photo: Photo, comment_id: str) -> None:
    """Remove a comment: one's own, or any on one's own photo. Raises NotFound.

    Replies to it stay: they are other people's words.
    """
    comment = keys.comment(photo.photo_id, comment_id)
    if photo.user_id == author.author_id:
        mine = table.delete(comment, condition="attribute_exists(PK)")
    else:
        mine = table.delete(comment, condition="#author_id = :me", values={":me": author.author_id})
    with table.must_exist(comment_id):
        table.transact([mine, _count(photo.photo_id, -1)])


def mention(comment: Comment, people: Mapping[str, str]) -> None:
    """Note whom a comment names, unless its words have changed or it is gone meanwhile."""
    note = table.update(
        keys.comment(comment.photo_id, comment.comment_id),
        set_={"mentions": dict(people)},
        condition="#text = :text",
        values={":text": comment.text},
    )
    try:
        table.write(note)
    except Conflict:
        return


def forget(photo_id: str) -> None:
    """Remove what was said about a photo that was deleted, and its likes."""
    for kind in (keys.comment, keys.like):
        found = table.query_all(*keys.all_of(kind, photo_id))
        table.write_many(deletes=map(keys.Key.of, found))


def _count(photo_id: str, change: int) -> table.Operation:
    return table.update(
        keys.photo(photo_id),
        add={"comments": change},
        condition="#status = :ready",
        values={":ready": READY},
    )


def _item(comment: Comment) -> table.Item:
    return {
        **keys.comment(comment.photo_id, comment.comment_id).primary,
        "photo_id": comment.photo_id,
        "comment_id": comment.comment_id,
        "author_id": comment.author.author_id,
        "author_kind": comment.author.kind,
        "text": comment.text,
        "created_at": int(comment.created_at.timestamp()),
    }
