"""Links for people without an account: to look at a photo or an album, or to add to an album.

The table knows the SHA-256 of a link's token only, which is the link's id. The token is exchanged
for a guest's cookie when the link is opened (store/guests.py), so that it stands in no address
that a page could pass on.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from store import keys, table
from store.access import ADD, COMMENT, DOWNLOAD, VIEW
from store.clock import MINUTE, as_datetime, now
from store.errors import Conflict, NotFound
from store.ids import new_secret

LABEL_LIMIT = 60
PASSCODE_LIMIT = 200
RIGHTS = (VIEW, ADD, COMMENT, DOWNLOAD)
LINKS_LIMIT = 200
TRIES, TRIES_WINDOW = 10, 15 * MINUTE


class TooManyTries(Exception):
    """The link's passcode was tried too often; it may be tried again in a quarter of an hour."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link that was handed out. `target` is "photo:ID" or "album:ID"; its owner's own, always.

    `watermark` makes every picture that it shows a marked one; `preview` lets chat programs show
    a picture beside the title.
    """

    link_id: str
    user_id: str
    target: str
    label: str
    rights: list[str]
    created: int
    expires_at: int | None = None
    watermark: bool = False
    preview: bool = False
    passcode: str = ""
    times_opened: int = 0
    opened: int | None = None
    title: str = field(default="")

    @property
    def target_kind(self) -> str:
        return self.target.partition(":")[0]

    @property
    def target_id(self) -> str:
        return self.target.partition(":")[2]

    @property
    def created_at(self) -> datetime:
        return as_datetime(self.created)

    @property
    def ends_at(self) -> datetime | None:
        return as_datetime(self.expires_at) if self.expires_at else None

    @property
    def opened_at(self) -> datetime | None:
        return as_datetime(self.opened) if self.opened else None

    @property
    def works(self) -> bool:
        """Whether it has not expired."""
        return self.expires_at is None or self.expires_at > now()

    @classmethod
    def from_item(cls, item: table.Item) -> Link:
        return cls(**{name: item[name] for name in cls.__slots__ if name in item})


def create(
    user_id: str,
    target: str,
    *,
    label: str,
    rights: Iterable[str],
    title: str = "",
    lifetime: int | None = None,
    passcode: str = "",
    watermark: bool = False,
    preview: bool = False,
) -> str:
    """Create a link and return its token, which is shown once.

    The caller has made sure that the target is the person's own. `lifetime` in seconds, None for a
    link that lasts until it is revoked. `title` says in the person's list what it is for.
    """
    token, created = new_secret(), now()
    link_id = keys.fingerprint(token)
    key, index = keys.link(link_id), keys.link_index(user_id, created, link_id)
    item: table.Item = {
        **key.primary,
        **index.indexed,
        "link_id": link_id,
        "user_id": user_id,
        "target": target,
        "label": label,
        "title": title,
        "rights": [right for right in RIGHTS if right in set(rights)],
        "created": created,
        "times_opened": 0,
    }
    if lifetime:
        item["expires_at"] = created + lifetime
    if passcode:
        item["passcode"] = _stretch(passcode, secrets.token_hex(16))
    item |= {name: True for name, on in (("watermark", watermark), ("preview", preview)) if on}
    table.write(table.put(item))
    return token


def find(link_id: str) -> Link:
    """Return the link while it works. Raises NotFound if it is unknown, revoked or expired."""
    item = table.get(keys.link(link_id))
    link = Link.from_item(item) if item else None
    if link is None or not link.works:
        raise NotFound("link")
    return link


def fingerprint(token: str) -> str:
    """Return the id of the link that has this token."""
    return keys.fingerprint(token)


def count_opening(link: Link) -> None:
    """Note that the link was opened now. Raises NotFound if it was revoked this instant."""
    opening = table.update(
        keys.link(link.link_id),
        set_={"opened": now()},
        add={"times_opened": 1},
        condition="attribute_exists(PK)",
    )
    table.write_existing(opening)


def list_own(user_id: str) -> list[Link]:
    """Return the person's links, newest first, those that have expired too while they are kept."""
    page = table.query(
        *keys.all_of(keys.link_index, user_id), limit=LINKS_LIMIT, index=True, newest_first=True
    )
    return [Link.from_item(item) for item in page.items]


def revoke(user_id: str, link_id: str) -> None:
    """Make one's own link useless at once. Raises NotFound."""
    table.write_existing(
        table.delete(keys.link(link_id), condition="#user_id = :me", values={":me": user_id})
    )


def revoke_all(user_id: str) -> None:
    """Make all of one's own links useless."""
    found = table.query_all(*keys.all_of(keys.link_index, user_id), index=True)
    table.write_many(deletes=map(keys.Key.of, found))


def check_passcode(link: Link, passcode: str) -> bool:
    """Say whether this is the link's passcode. Raises TooManyTries.

    Tries are counted before they are judged, so that many at once are not judged either.
    """
    window = now() // TRIES_WINDOW
    attempt = table.update(
        keys.link_tries(link.link_id, window),
        set_={"expires_at": (window + 2) * TRIES_WINDOW},
        add={"tries": 1},
        condition="attribute_not_exists(#tries) OR #tries < :most",
        values={":most": TRIES},
    )
    try:
        table.write(attempt)
    except Conflict:
        raise TooManyTries from None
    salt = link.passcode.partition("$")[0]
    return hmac.compare_digest(_stretch(passcode, salt), link.passcode)


def _stretch(passcode: str, salt: str) -> str:
    """Return salt and scrypt hash of a passcode.

    scrypt is in the standard library, where Argon2 would be one more binary in the package; the
    parameters are OWASP's for 16 MB, which fits the smallest function.
    Reference: OWASP, Password Storage Cheat Sheet, scrypt.
    """
    digest = hashlib.scrypt(
        passcode[:PASSCODE_LIMIT].encode(), salt=bytes.fromhex(salt), n=2**14, r=8, p=5, dklen=32
    )
    return f"{salt}${digest.hex()}"
