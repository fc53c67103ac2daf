"""E-mail by SES, and what the links in a mail may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from store import keys, table
from store.aws import client, variable
from store.clock import DAY, now
from store.errors import NotFound
from store.ids import new_secret

LINKS_LIFETIME = 14 * DAY


@dataclass(frozen=True, slots=True)
class Links:
    """What somebody who has a mail of this person's may do: stop the mail, see these pictures.

    `pictures` has for each photo id the album in which it is told of, empty for none.
    """

    user_id: str
    pictures: Mapping[str, str]


def create_links(user_id: str, pictures: Mapping[str, str]) -> str:
    """Return a token for the links of one mail; the table knows only its SHA-256."""
    token = new_secret()
    item = {
        **keys.mail(keys.fingerprint(token)).primary,
        "user_id": user_id,
        "pictures": dict(pictures),
        "expires_at": now() + LINKS_LIFETIME,
    }
    table.write(table.put(item))
    return token


def find_links(token: str) -> Links:
    """Return what the links of that token may do. Raises NotFound if they have expired."""
    item = table.get(keys.mail(keys.fingerprint(token)))
    if item is None or item["expires_at"] <= now():
        raise NotFound("mail")
    return Links(item["user_id"], item["pictures"])


def send(raw: bytes, *, sender: str, address: str, user_id: str) -> None:
    """Send a whole message (RFC 5322). What SES tells of it later carries the user id."""
    client("sesv2").send_email(
        FromEmailAddress=sender,
        Destination={"ToAddresses": [address]},
        Content={"Raw": {"Data": raw}},
        EmailTags=[{"Name": "user_id", "Value": user_id}],
        ConfigurationSetName=variable("MAIL_CONFIGURATION_SET"),
    )
