"""E-mails: one for a bundle, or one a day with all that is unread; and what SES tells of them."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fanout import channels
from store import bundles, mail, notices, preferences, sent, wording
from store.aws import variable
from store.clock import DAY, as_datetime, now
from store.notices import Notice
from store.preferences import DAILY, EACH, MAIL, Preferences, zone_info

if TYPE_CHECKING:
    from jinja2 import Environment

PICTURES = 3  # in one mail
DIGEST_LENGTH = 20


def handle(message: dict[str, Any]) -> None:
    """Mail a bundle to its people, send somebody's daily mail, or note a bounce or complaint."""
    match message:
        case {"eventType": kind}:
            _note_feedback(kind, message)
        case {"type": "daily.due"}:
            _send_daily(message["user_id"])
        case _:
            channels.deliver(message, MAIL, _send_one, _takes_each)


def _takes_each(chosen: Preferences) -> bool:
    return bool(chosen.mail == EACH and chosen.address and preferences.mail_sender())


def _send_one(chosen: Preferences, notice: Notice) -> None:
    with sent.once(chosen.user_id, notice.bundle_id, MAIL) as mine:
        if mine:
            _send(chosen, [notice], wording.sentence(notice, chosen.language))


def _send_daily(user_id: str) -> None:
    """Mail what has come in the last day and is unread, and plan the next; nothing is no mail.

    A day without an address or a sender is followed by the next all the same.
    """
    chosen = preferences.get(user_id)
    if chosen.mail != DAILY:
        return
    today = as_datetime(now()).astimezone(zone_info(chosen.zone)).date().isoformat()
    with sent.once(user_id, f"daily#{today}", MAIL) as mine:
        if not mine:
            return
        can_mail = chosen.address and preferences.mail_sender()
        unread = _unread_of_a_day(chosen) if can_mail else []
        if unread:
            ngettext = wording.translations(chosen.language).ngettext
            text = ngettext("%(count)d piece of news", "%(count)d pieces of news", len(unread))
            _send(chosen, unread, text % {"count": len(unread)})
        preferences.plan_daily(chosen)


def _unread_of_a_day(chosen: Preferences) -> list[Notice]:
    page = notices.list_notices(chosen.user_id, limit=DIGEST_LENGTH)
    found = bundles.get_many(notice.bundle_id for notice in page.items)
    yesterday = as_datetime(now() - DAY)
    return [
        notice
        for notice in page.items
        if notice.unread
        and notice.moment > yesterday
        and chosen.wants(found[notice.bundle_id], MAIL)
    ]


def _send(chosen: Preferences, told: list[Notice], subject: str) -> None:
    raw = compose(chosen, told, subject)
    sender = preferences.mail_sender()
    mail.send(raw, sender=sender, address=chosen.address, user_id=chosen.user_id)


def compose(chosen: Preferences, told: list[Notice], subject: str) -> bytes:
    """Return a whole message: a plain and an HTML part, and one click to stop (RFC 8058).

    Pictures are not in it. It links to them by an address that ends with the mail's token, and
    that shows them only to whom may see them then.
    """
    site = variable("PUBLIC_URL")
    shown = [notice for notice in told if notice.photos][:PICTURES]
    pictures = {notice.photos[-1].photo_id: notice.album_id for notice in shown}
    links = f"{site}/mail/{mail.create_links(chosen.user_id, pictures)}"
    catalogue = wording.translations(chosen.language)
    _ = catalogue.gettext
    values = {
        "language": chosen.language.replace("_", "-"),
        "lines": [
            (wording.sentence(notice, chosen.language), f"{site}/notifications/{notice.bundle_id}")
            for notice in told
        ],
        "pictures": [f"{links}/{photo_id}" for photo_id in pictures],
        "stop": links,
        "choose": f"{site}/notifications/preferences",
        "subject": subject,
        "words": {
            "look": _("Have a look"),
            "photo": _("A photo"),
            "why": _("You get this because you turned on e-mail at Contact Sheet."),
            "stop": _("Stop these e-mails"),
            "choose": _("Choose what you are told"),
        },
    }
    # A mail program that wants to stop it should find the address on one line.
    message = EmailMessage(policy=SMTP.clone(max_line_length=200))
    message["From"] = formataddr(("Contact Sheet", preferences.mail_sender()))
    message["To"] = chosen.address
    message["Subject"] = subject
    message["List-Unsubscribe"] = f"<{links}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_templates().get_template("mail.txt").render(values))
    message.add_alternative(_templates().get_template("mail.html").render(values), subtype="html")
    return message.as_bytes()


@cache
def _templates() -> Environment:
    from jinja2 import Environment, FileSystemLoader, select_autoescape

    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(["html"]),
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _note_feedback(kind: str, event: dict[str, Any]) -> None:
    """Send nothing more to an address that does not exist, or whose owner called it spam.

    Reference: "Amazon SES event data", Amazon SES Developer Guide.
    """
    if kind == "Bounce" and event["bounce"]["bounceType"] == "Permanent":
        recipients = event["bounce"]["bouncedRecipients"]
    elif kind == "Complaint":
        recipients = event["complaint"]["complainedRecipients"]
    else:
        return
    for user_id in event["mail"]["tags"].get("user_id", []):
        for recipient in recipients:
            preferences.stop_mail(user_id, address=recipient["emailAddress"])
