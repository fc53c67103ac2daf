"""Every route of the site, crossed with every kind of viewer.

What a route asks for is one word of `ASKS`; who has that is said once, in `MAY`. A route that is
not in the table fails the test, and so does one that lets in or keeps out anybody else.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

import pytest
from flask import Flask
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from werkzeug.test import TestResponse

from store import aws as store_aws
from store.ids import new_id
from tests.aws import REGION, account
from tests.webapp.conftest import SETTINGS
from tests.webapp.village import GUESTS, PEOPLE, VIEWERS, Village, build
from webapp import create_app

FRIENDS = {"friend", "circle_member", "chosen_person", "album_viewer", "album_contributor"}
SIGNED_IN = set(PEOPLE)
EVERYBODY = set(VIEWERS)
LOOKERS = {"guest_view", "guest_comment", "guest_download"}
MEMBERS = {"owner", "circle_member", "album_viewer", "album_contributor"}
ALBUM_GUESTS = LOOKERS | {"guest_add"}

SEES_PHOTO = {
    "private": {"owner"},
    "friends": {"owner"} | FRIENDS,
    "circle": {"owner", "circle_member"} | LOOKERS,
    "chosen": {"owner", "chosen_person"},
}
OWNER = {"owner"}
MAY = {
    "sees album": MEMBERS | ALBUM_GUESTS,
    "adds": {"owner", "album_contributor", "guest_add"},
    "adds own": {"owner", "album_contributor"},
    "sees private photo in album": MEMBERS | LOOKERS,
    "sees guest's photo in album": MEMBERS | ALBUM_GUESTS,
    "downloads in album": MEMBERS | {"guest_download"},
    "takes out private photo": OWNER,
    "takes out guest's photo": {"owner", "guest_add"},
    "takes out contributed photo": {"owner", "album_contributor"},
    "owner": OWNER,
    "signed in": SIGNED_IN,
    "anybody": EVERYBODY,
    "locked guest": {"guest_locked"},
    "one's own link": {"guest_view"},
}
# endpoint: what it asks for. "photo" is tried with each of Olga's photos,
# "own" concerns nobody but who asks, and must only not be for guests;
# "elsewhere" leads to the sign-in pages, which tests/functional and tests/local drive.
ASKS = {
    "account.picture": "own",
    "account.settings": "own",
    "albums.album": "sees album",
    "albums.cover": "owner",
    "albums.create": "own",
    "albums.delete": "owner",
    "albums.download": "downloads in album",
    "albums.edit": "owner",
    "albums.index": "own",
    "albums.move": "owner",
    "albums.photo": "sees private photo in album",
    "albums.remove": "takes out private photo",
    "albums.set_audience": "owner",
    "audience.of_album": "owner",
    "audience.of_photo": "owner",
    "auth.address": "elsewhere",
    "auth.callback": "elsewhere",
    "auth.sign_in": "elsewhere",
    "auth.sign_out": "own",
    "auth.sign_out_everywhere": "own",
    "auth.welcome": "anybody",
    "circles.change": "owner",
    "circles.circle": "owner",
    "circles.circles": "own",
    "circles.create": "own",
    "circles.delete": "owner",
    "circles.rename": "owner",
    "comments.comments": "photo",
    "comments.create": "photo to talk about",
    "comments.delete": "photo's comment",
    "comments.edit": "photo's comment",
    "contributions.add": "adds own",
    "contributions.arrival": "adds",
    "contributions.choose": "adds own",
    "contributions.grant": "adds",
    "contributions.status": "adds",
    "contributions.upload": "adds",
    "copies.copies": "sees private photo in album",
    "copies.part": "owner",
    "device.manifest": "anybody",
    "device.offline": "anybody",
    "device.service_worker": "anybody",
    "devices.add": "own",
    "devices.remove": "own",
    "downloads.copy": "photo to download",
    "downloads.original": "owner",
    "feed.feed": "own",
    "friends.accept_invite": "own",
    "friends.block": "own",
    "friends.create_invite": "own",
    "friends.friends": "own",
    "friends.invite": "anybody",
    "friends.remove": "own",
    "friends.revoke_invite": "owner",
    "friends.unblock": "own",
    "home.home": "anybody",
    "likes.like": "photo to talk about",
    "likes.likes": "photo",
    "likes.unlike": "photo to talk about",
    "links.ban": "owner",
    "links.create": "owner",
    "links.invite": "owner",
    "links.links": "own",
    "links.new": "owner",
    "links.open_link": "anybody",
    "links.passcode": "locked guest",
    "links.revoke": "owner",
    "links.revoke_all": "own",
    "links.say_name": "one's own link",
    "links.unban": "owner",
    "mail.picture": "anybody",
    "mail.show": "anybody",
    "mail.stop": "anybody",
    "members.hand_over": "owner",
    "members.leave": "own",
    "members.let_go": "owner",
    "members.let_in": "owner",
    "notices.follow": "own",
    "notices.mark": "own",
    "notices.mark_all": "own",
    "notices.news": "own",
    "notices.notices": "own",
    "people.accept": "own",
    "people.ask": "own",
    "people.decline": "own",
    "people.mutual": "own",
    "people.person": "own",
    "people.suggestions": "own",
    "photos.delete": "owner",
    "photos.edit": "owner",
    "photos.photo": "photo",
    "photos.visibility": "owner",
    "preferences.mute": "own",
    "preferences.save": "own",
    "preferences.show": "own",
    "preferences.unmute": "own",
    "search.on_this_day": "own",
    "search.search": "own",
    "selection.act": "own",
    "selection.choose": "own",
    "selection.chosen": "own",
    "selection.copies": "own",
    "static": "anybody",
    "tags.rename": "own",
    "tags.suggestions": "own",
    "tags.tag": "own",
    "tags.tags": "own",
    "uploads.arrival": "own",
    "uploads.grant": "own",
    "uploads.share": "anybody",
    "uploads.status": "own",
    "uploads.upload": "own",
    "you.you": "own",
    "zips.create": "own",
    "zips.part": "own",
    "zips.show": "own",
}
FORMS = {
    "albums.edit": {"title": "Alpen", "order": "taken", "visibility": "friends"},
    "albums.move": {"where": "last"},
    "albums.set_audience": {"visibility": "private"},
    "members.hand_over": {"heir": "@album_contributor"},
    "members.let_in": {"friend": "@friend", "part": "viewer"},
    "circles.rename": {"name": "Clan"},
    "comments.create": {"text": "Oh!"},
    "comments.edit": {"text": "Oh!"},
    "contributions.add": {"photo": "@photo_friends"},
    "links.say_name": {"name": "Gus"},
    "links.create": {"to": "album:@album_id", "right": "view", "days": "7"},
    "photos.edit": {"caption": "", "tags": ""},
    "photos.visibility": {"visibility": "private"},
    "links.passcode": {"passcode": "sesame"},
}
GRANT = {
    "visibility": "private",
    "files": [{"name": "a", "size": 9, "type": "image/png", "sha256": "0" * 64}],
}


@pytest.fixture(scope="module")
def app() -> Iterator[Flask]:
    with pytest.MonkeyPatch.context() as monkeypatch, account(monkeypatch):
        yield create_app(SETTINGS)


@pytest.fixture(scope="module")
def village(app: Flask) -> Village:
    return build(app)


def routes() -> list[tuple[str, str]]:
    return [(endpoint, method) for endpoint in sorted(ASKS) for method in ("GET", "POST")]


def test_table_knows_every_route(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(ASKS)


@pytest.mark.parametrize(("endpoint", "method"), routes())
def test_route_lets_in_whom_it_should(
    app: Flask, village: Village, endpoint: str, method: str
) -> None:
    rules = [rule for rule in app.url_map.iter_rules(endpoint) if method in rule.methods]
    if not rules or ASKS[endpoint] == "elsewhere":
        return
    for photo, allowed, reach_404 in questions(ASKS[endpoint]):
        before = snapshot()
        for name in sorted(EVERYBODY - allowed):
            answer = ask(village, endpoint, method, photo, name)
            if name in reach_404:
                assert answer.status_code == 404, (name, photo, answer)
            else:
                assert kept_out(answer, method), (name, photo, answer)
        assert unchanged(before), photo
        for name in sorted(allowed):
            answer = ask(village, endpoint, method, photo, name)
            assert let_in(answer, ASKS[endpoint]), (name, photo, answer, answer.text[:300])
            if method == "POST" and ASKS[endpoint] != "own":
                restore(before)
        restore(before)


def questions(asked: str) -> Iterator[tuple[str, set[str], set[str]]]:
    """Yield the photo to ask about, who is let in, and who of the others is told 404.

    The rest is sent to sign in: those without a session, and guests whose link is for another
    thing; or, where the link has a passcode, to say it.
    """
    visitors = SIGNED_IN | set(GUESTS) - {"guest_locked"}
    if asked.startswith("photo"):
        for photo, allowed in SEES_PHOTO.items():
            people = allowed & SIGNED_IN
            guests = allowed - SIGNED_IN
            if asked == "photo to download":
                guests &= {"guest_download"}
            if asked == "photo to talk about":
                guests &= {"guest_comment"}
            if asked == "photo's comment":
                people, guests = OWNER, set()
            has_link = set(GUESTS) - {"guest_locked"} if photo == "circle" else set()
            yield photo, people | guests, SIGNED_IN | has_link
    elif asked == "own":
        yield "friends", SIGNED_IN, set()
    elif asked == "locked guest" or asked == "one's own link":
        yield "private", MAY[asked], SIGNED_IN | set(GUESTS)
    elif asked == "sees private photo in album":
        yield "private", MAY[asked], visitors
        yield "guest", MAY["sees guest's photo in album"], visitors
    elif asked == "takes out private photo":
        yield "private", MAY[asked], visitors
        yield "guest", MAY["takes out guest's photo"], visitors
        yield "contributed", MAY["takes out contributed photo"], visitors
    elif asked == "owner" or asked == "adds own":
        yield "private", MAY[asked], SIGNED_IN
    else:
        yield (
            "private",
            MAY[asked],
            visitors | {"anonymous"} if asked == "locked guest" else visitors,
        )


def ask(village: Village, endpoint: str, method: str, photo: str, name: str) -> TestResponse:
    ids, app = village.ids, village.app
    values = {
        "photo_id": ids[f"photo_{photo}"],
        "album_id": ids["album_id"],
        "circle_id": ids["circle_id"],
        "comment_id": ids.get(f"comment_{photo}", ""),
        "user_id": ids["album_viewer"],
        "guest_id": ids["guest_view"],
        "link_id": ids["link_guest_view" if endpoint == "links.say_name" else "link_guest_locked"],
        "invite_id": ids["invite_id"],
        "token": ids["invite_token"],
        "version": "0",
        "filename": "css/app.css",
        "bundle_id": ids["album_id"],
        "zip_id": ids["album_id"],
        "number": 1,
        "tag": "alps",
        "what": "person",
        "target_id": ids["friend"],
        "device_id": "0" * 64,
    }
    rule = next(r for r in app.url_map.iter_rules(endpoint) if method in r.methods)
    if endpoint in ("contributions.arrival", "uploads.arrival"):
        values["photo_id"] = new_id()
    arguments = {each: values[each] for each in rule.arguments}
    if endpoint == "links.new":
        arguments["to"] = f"album:{ids['album_id']}"
    with app.test_request_context(base_url=SETTINGS.public_url):
        path = app.url_map.bind("photos.example").build(endpoint, arguments)
    browser = village.browser(name)
    if method == "GET":
        return browser.get(path)
    if endpoint in ("contributions.grant", "uploads.grant"):
        return browser.post(path, json=GRANT)
    return browser.post(path, **{k: _fill(v, ids) for k, v in FORMS.get(endpoint, {}).items()})


def _fill(value: str, ids: dict[str, str]) -> str:
    head, at, name = value.partition("@")
    return head + ids[name] if at else value


def kept_out(answer: TestResponse, method: str) -> bool:
    """Sent to sign in, or for a post and what scripts ask for refused, or to say the passcode."""
    if answer.status_code == 303:
        return answer.location.startswith("/auth/sign-in") or answer.location.endswith("/passcode")
    return answer.status_code in (401, 404)


def let_in(answer: TestResponse, asked: str) -> bool:
    if asked == "anybody":
        return answer.status_code < 500
    if asked == "own":
        return answer.status_code in (
            200,
            204,
            303,
            304,
            400,
            404,
            409,
            415,
        ) and "sign-in" not in str(answer.location)
    if answer.status_code == 303:
        return "/auth/sign-in" not in answer.location
    return answer.status_code == 200


Items = dict[tuple[str, str], dict]


def snapshot() -> Items:
    """Return every item as DynamoDB has it; past moto, whose answer takes it half a second."""
    items = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables["table"].items
    found = [item.to_json()["Attributes"] for of_key in items.values() for item in of_key.values()]
    return {(item["PK"]["S"], item["SK"]["S"]): deepcopy(item) for item in found}


def unchanged(before: Items) -> bool:
    """Whether nothing was written, but that a passcode was tried."""
    now = {key: item for key, item in snapshot().items() if not key[1].startswith("TRIES#")}
    return now == {key: item for key, item in before.items() if not key[1].startswith("TRIES#")}


def restore(before: Items) -> None:
    dynamodb, now = store_aws.client("dynamodb"), snapshot()
    for pk, sk in now.keys() - before.keys():
        dynamodb.delete_item(TableName="table", Key={"PK": {"S": pk}, "SK": {"S": sk}})
    for key, item in before.items():
        if now.get(key) != item:
            dynamodb.put_item(TableName="table", Item=item)
