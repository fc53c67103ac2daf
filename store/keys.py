"""Every key of the table, as pure functions. docs/data-model.md is tested against this module."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from inspect import signature
from typing import Any, NamedTuple


class Key(NamedTuple):
    """A primary key of the table, or a key of its index GSI1."""

    pk: str
    sk: str

    @property
    def primary(self) -> dict[str, Any]:
        """The attributes with which the table's item of this key begins."""
        return {"PK": self.pk, "SK": self.sk}

    @property
    def indexed(self) -> dict[str, Any]:
        """The attributes by which the index has an item under this key."""
        return {"GSI1PK": self.pk, "GSI1SK": self.sk}

    @classmethod
    def of(cls, item: Mapping[str, Any]) -> Key:
        """Return the primary key of an item as read."""
        return cls(item["PK"], item["SK"])


def fingerprint(secret: str) -> str:
    """Return the SHA-256 of a token in hex: the only form in which the table knows a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def all_of(kind: Callable[..., Key], *known: str) -> Key:
    """Return the partition of all items of a kind, and how their sort keys begin.

    `kind` is one of the functions below and `known` the first of its arguments: all that a person
    is friends with lie where `all_of(friendship, user_id)` says.
    """
    rest = "\0"
    unknown = [rest] * (len(signature(kind).parameters) - len(known))
    pk, sk = kind(*known, *unknown)
    return Key(pk, sk.partition(rest)[0])


def user(user_id: str) -> Key:
    """A person."""
    return Key(f"USER#{user_id}", "PROFILE")


def identity(identity_id: str) -> Key:
    """Whose a sign-in is."""
    return Key(f"IDENTITY#{identity_id}", "IDENTITY")


def session(session_id: str) -> Key:
    """A browser that signed in."""
    return Key(f"SESSION#{session_id}", "SESSION")


def session_index(user_id: str, session_id: str) -> Key:
    """The sessions of a person."""
    return Key(f"USER#{user_id}", f"SESSION#{session_id}")


def friendship(user_id: str, friend_id: str) -> Key:
    """What one person is to another: one side of a friendship, or a block."""
    return Key(f"USER#{user_id}", f"FRIEND#{friend_id}")


def invite(invite_id: str) -> Key:
    """A link that makes friends."""
    return Key(f"INVITE#{invite_id}", "INVITE")


def invite_index(user_id: str, created_at: int | str, invite_id: str) -> Key:
    """The invites of a person, by time."""
    return Key(f"USER#{user_id}", f"INVITE#{created_at}#{invite_id}")


def photo(photo_id: str) -> Key:
    """A photo, in whatever state."""
    return Key(f"PHOTO#{photo_id}", "PHOTO")


def roll_index(user_id: str, photo_id: str) -> Key:
    """An owner's ready photos, by time."""
    return Key(f"ROLL#{user_id}", photo_id)


def pending_index(granted_at: int | str, photo_id: str) -> Key:
    """All uploads under way, by the time of their grants."""
    return Key("PENDING", f"{granted_at}#{photo_id}")


def checksum(user_id: str, sha256: str) -> Key:
    """Bytes that a person or guest has sent or may send."""
    return Key(f"USER#{user_id}", f"SHA256#{sha256}")


def feed_entry(user_id: str, photo_id: str) -> Key:
    """A pointer in somebody's feed."""
    return Key(f"FEED#{user_id}", photo_id)


def comment(photo_id: str, comment_id: str) -> Key:
    """A comment on a photo; a reply lies behind what it answers."""
    return Key(f"PHOTO#{photo_id}", f"COMMENT#{comment_id}")


def like(photo_id: str, author_id: str) -> Key:
    """Who likes a photo."""
    return Key(f"PHOTO#{photo_id}", f"LIKE#{author_id}")


def posting(user_id: str, term: str, taken: str, photo_id: str) -> Key:
    """A photo in somebody's index, under one of its terms, by time."""
    return Key(f"INDEX#{user_id}#{term}", f"{taken}#{photo_id}")


def likeness(album_id: str, band: str) -> Key:
    """Photos of an album that look alike, by one part of their hash."""
    return Key(f"ALBUM#{album_id}", f"LIKENESS#{band}")


def request(user_id: str, asker_id: str) -> Key:
    """A wish to be friends, with whom it was told."""
    return Key(f"USER#{user_id}", f"REQUEST#{asker_id}")


def tag(user_id: str, tag: str) -> Key:
    """On how many of their photos a person has a tag."""
    return Key(f"USER#{user_id}", f"TAG#{tag}")


def circle(user_id: str, circle_id: str) -> Key:
    """A circle of a person's."""
    return Key(f"USER#{user_id}", f"CIRCLE#{circle_id}")


def circle_member(circle_id: str, friend_id: str) -> Key:
    """Who is listed in a circle."""
    return Key(f"CIRCLE#{circle_id}", friend_id)


def album(album_id: str) -> Key:
    """An album."""
    return Key(f"ALBUM#{album_id}", "ALBUM")


def album_index(user_id: str, album_id: str) -> Key:
    """The albums of a person."""
    return Key(f"USER#{user_id}", f"ALBUM#{album_id}")


def member(album_id: str, user_id: str) -> Key:
    """Somebody's part in an album."""
    return Key(f"ALBUM#{album_id}", f"MEMBER#{user_id}")


def album_photo(photo_id: str, album_id: str) -> Key:
    """A photo's entry in an album."""
    return Key(f"PHOTO#{photo_id}", f"ALBUM#{album_id}")


def album_photo_index(album_id: str, taken: str) -> Key:
    """The photos of an album, by the time taken."""
    return Key(f"ALBUM#{album_id}", taken)


def by_hand(album_id: str, rank: str) -> Key:
    """The photos of an album, in the order that was made by hand."""
    return Key(f"ALBUM#{album_id}", f"HAND#{rank}")


def shelf_entry(user_id: str, album_id: str) -> Key:
    """A pointer to an album that somebody may open."""
    return Key(f"SHELF#{user_id}", album_id)


def link(link_id: str) -> Key:
    """A link to a photo or an album."""
    return Key(f"LINK#{link_id}", "LINK")


def link_index(user_id: str, created_at: int | str, link_id: str) -> Key:
    """The links of a person, by time."""
    return Key(f"USER#{user_id}", f"LINK#{created_at}#{link_id}")


def link_tries(link_id: str, window: int | str) -> Key:
    """How often a passcode was tried in a quarter of an hour."""
    return Key(f"LINK#{link_id}", f"TRIES#{window}")


def guest(guest_id: str) -> Key:
    """Somebody who came by a link."""
    return Key(f"GUEST#{guest_id}", "GUEST")


def guest_index(user_id: str, guest_id: str) -> Key:
    """The guests of a person."""
    return Key(f"USER#{user_id}", f"GUEST#{guest_id}")


def guest_session(session_id: str) -> Key:
    """What a browser has opened by links."""
    return Key(f"SESSION#{session_id}", "GUEST")


def guest_photo_index(guest_id: str, photo_id: str) -> Key:
    """The photos that a guest has added, by time."""
    return Key(f"GUEST#{guest_id}", photo_id)


def inbox(user_id: str) -> Key:
    """What waits for a person."""
    return Key(f"USER#{user_id}", "INBOX")


def notice(user_id: str, bundle_id: str) -> Key:
    """A pointer to a bundle, for a person."""
    return Key(f"NOTICES#{user_id}", bundle_id)


def bundle(bundle_id: str) -> Key:
    """Events that are told as one."""
    return Key(f"BUNDLE#{bundle_id}", "BUNDLE")


def window(scope: str) -> Key:
    """The bundle of a scope that is open for more."""
    return Key(f"WINDOW#{scope}", "WINDOW")


def told(event_id: str) -> Key:
    """Which bundle an event is in."""
    return Key(f"TOLD#{event_id}", "TOLD")


def preferences(user_id: str) -> Key:
    """What a person wants to be told."""
    return Key(f"USER#{user_id}", "PREFERENCES")


def device(user_id: str, device_id: str) -> Key:
    """A browser that takes pushes for a person."""
    return Key(f"USER#{user_id}", f"DEVICE#{device_id}")


def mail(mail_id: str) -> Key:
    """What the links in a mail may do."""
    return Key(f"MAIL#{mail_id}", "MAIL")


def sent(user_id: str, news_id: str, channel: str) -> Key:
    """News that went out to a person by a channel."""
    return Key(f"USER#{user_id}", f"SENT#{news_id}#{channel}")


def due(due_at: int | str, whose: str, what: str) -> Key:
    """What waits for a time."""
    return Key("DUE", f"{due_at}#{whose}#{what}")


def zip_(zip_id: str) -> Key:
    """A zip of chosen photos."""
    return Key(f"ZIP#{zip_id}", "ZIP")
