"""What a grant allows and what it does not, through the product's own code.

Every case is put to MiniStack, to the rules as AWS documents them, and with `make test-s3` to a
Ceph object gateway. moto is no judge: it takes every one of them.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import boto3
import pytest

from store import aws, ids, media, presigned
from tests.functional.ceph import CephGateway
from tests.functional.judges import Answer, Judge, Rules, Server, s3_client
from tests.stack import Stack

BYTES = b"\xff\xd8\xff" + b"a picture" * 20
OTHER_BYTES = BYTES[::-1]
Fields = dict[str, str]


@pytest.fixture(scope="session")
def ceph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CephGateway]:
    with CephGateway(tmp_path_factory.mktemp("ceph")) as gateway:
        yield gateway


@pytest.fixture(params=["rules", "ministack", pytest.param("ceph", marks=pytest.mark.ceph)])
def judge(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Judge]:
    """Decides; the product's environment is its own for the time of a test."""
    if request.param == "ceph":
        judge: Judge = request.getfixturevalue("ceph").judge()
    else:
        stack: Stack = request.getfixturevalue("stack")
        environment = stack.environment("web")
        keys = dict(stack.memory["keys"].values())
        judge = (
            Rules(environment, keys)
            if request.param == "rules"
            else Server(environment, stack.client("s3"), checks_checksums=False)
        )
    use(monkeypatch, **judge.environment)
    yield judge
    aws._client.cache_clear()


def use(monkeypatch: pytest.MonkeyPatch, **environment: str) -> None:
    """Let the product's clients be made anew in this environment: boto3 keeps the keys it saw."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    aws._client.cache_clear()


@dataclass
class Form:
    """A grant's form as a browser would post it, before somebody tampers with it."""

    judge: Judge
    bucket: str
    fields: Fields

    def post(self, body: bytes = BYTES, *, bucket: str | None = None) -> Answer:
        return self.judge.post(bucket or self.bucket, self.fields, body)

    def is_stored(self) -> bool:
        return self.judge.stored(self.bucket, self.fields.get("key", "")) is not None


@pytest.fixture
def form(judge: Judge) -> Form:
    """The form that the script posts, for these very bytes."""
    return granted(judge)


@pytest.fixture
def plain_form(judge: Judge) -> Form:
    """The form for a browser without scripts."""
    grant = presigned.grant_form(ids.new_id(), ids.new_id(), redirect_to="http://site.example/done")
    words = {f"x-amz-meta-{name}": name for name in ("visibility", "caption", "tags")}
    return Form(judge, judge.environment["UPLOAD_BUCKET"], grant.fields | words)


def granted(judge: Judge, body: bytes = BYTES) -> Form:
    grant = presigned.grant(
        ids.new_id(),
        ids.new_id(),
        content_type="image/jpeg",
        size=len(body),
        sha256=hashlib.sha256(body).hexdigest(),
        visibility="friends",
    )
    return Form(judge, judge.environment["UPLOAD_BUCKET"], grant.fields)


def test_what_was_granted_is_stored_as_it_was_granted(judge: Judge, form: Form) -> None:
    answer = form.post()

    assert answer.status == 204
    stored = judge.stored(form.bucket, form.fields["key"])
    assert stored is not None
    assert (stored.size, stored.content_type) == (len(BYTES), "image/jpeg")
    assert stored.metadata == {"visibility": "friends"}


def test_the_plain_form_comes_back_to_the_site(judge: Judge, plain_form: Form) -> None:
    answer = plain_form.post()

    assert answer.status == 303
    stored = judge.stored(plain_form.bucket, plain_form.fields["key"])
    assert stored is not None
    assert stored.metadata == {"visibility": "visibility", "caption": "caption", "tags": "tags"}


def change(changes: dict[str, str | None]) -> Callable[[Fields], Fields]:
    def apply(fields: Fields) -> Fields:
        changed = {**fields, **changes}
        return {key: value for key, value in changed.items() if value is not None}

    return apply


def someone_elses_key(fields: Fields) -> Fields:
    return {**fields, "key": media.incoming_key(ids.new_id(), fields["key"].split("/")[2])}


def a_policy_without_a_limit(fields: Fields) -> Fields:
    policy = json.loads(base64.b64decode(fields["policy"]))
    policy["conditions"] = [it for it in policy["conditions"] if "content-length-range" not in it]
    return {**fields, "policy": base64.b64encode(json.dumps(policy).encode()).decode()}


SIGNATURE = ["policy", *(f"x-amz-{it}" for it in ("algorithm", "credential", "date", "signature"))]
TAMPERED = {
    "another photo's key": change({"key": "incoming/00000000000000000000000000/other"}),
    "another person's key": someone_elses_key,
    "a key beyond incoming": change({"key": "originals/evil"}),
    "another type": change({"Content-Type": "text/html"}),
    "no type": change({"Content-Type": None}),
    "another checksum": change(
        {"x-amz-checksum-sha256": base64.b64encode(hashlib.sha256(b"").digest()).decode()}
    ),
    "no checksum": change({"x-amz-checksum-sha256": None}),
    "another audience": change({"x-amz-meta-visibility": "everybody"}),
    "no audience": change({"x-amz-meta-visibility": None}),
    "a field that was not granted": change({"x-amz-meta-evil": "1"}),
    "an ACL": change({"acl": "public-read"}),
    "a redirect": change({"success_action_redirect": "http://evil.example/"}),
    "a wrong signature": change({"x-amz-signature": "0" * 64}),
    "no signature": change({"x-amz-signature": None}),
    "a policy without a limit": a_policy_without_a_limit,
    "no policy at all": change(
        dict.fromkeys(
            ("policy", "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature")
        )
    ),
}


@pytest.mark.parametrize("tamper", TAMPERED.values(), ids=TAMPERED.keys())
def test_a_tampered_form_is_refused(form: Form, tamper: Callable[[Fields], Fields]) -> None:
    form.fields = tamper(form.fields)

    answer = form.post()

    assert answer.status in (400, 403), answer
    assert not form.is_stored()


@pytest.mark.parametrize(
    ("body", "code"),
    [(BYTES[:-1], "EntityTooSmall"), (BYTES + b"1", "EntityTooLarge"), (b"", "EntityTooSmall")],
    ids=["a byte too few", "a byte too many", "nothing"],
)
def test_another_size_is_refused(form: Form, body: bytes, code: str) -> None:
    answer = form.post(body)

    assert answer == Answer(400, code)
    assert not form.is_stored()


def test_other_bytes_of_the_same_size_are_refused(judge: Judge, form: Form) -> None:
    if not judge.checks_checksums:
        pytest.skip("this server ignores x-amz-checksum fields of a form")

    answer = form.post(OTHER_BYTES)

    assert answer.status == 400
    assert not form.is_stored()


def test_an_expired_grant_is_refused(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presigned, "GRANT_LIFETIME", -1)
    form = granted(judge)

    assert form.post() == Answer(403, "AccessDenied")
    assert not form.is_stored()


def test_a_grant_lasts_ten_minutes(judge: Judge) -> None:
    form = granted(judge)

    policy = json.loads(base64.b64decode(form.fields["policy"]))
    signed_at = form.fields["x-amz-date"]

    assert presigned.GRANT_LIFETIME == 600
    assert _seconds(policy["expiration"]) - _seconds(signed_at) <= 600


def test_a_policy_of_another_grant_is_refused(judge: Judge, form: Form) -> None:
    other = granted(judge, OTHER_BYTES)
    form.fields["policy"] = other.fields["policy"]

    assert form.post().status == 403
    assert not form.is_stored()


def test_a_grant_is_for_no_other_bucket(judge: Judge, form: Form) -> None:
    answer = form.post(bucket=judge.environment["MEDIA_BUCKET"])

    assert answer.status == 403
    assert judge.stored(judge.environment["MEDIA_BUCKET"], form.fields["key"]) is None


def test_a_grant_by_an_unknown_key_is_refused(
    judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, AWS_ACCESS_KEY_ID="AKIDNOBODYKNOWSTHISONE")
    form = granted(judge)

    assert form.post().status == 403
    assert not form.is_stored()


def test_a_grant_signed_with_a_wrong_secret_is_refused(
    judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, AWS_SECRET_ACCESS_KEY="guessed")
    form = granted(judge)

    assert form.post().status == 403
    assert not form.is_stored()


@pytest.mark.parametrize(
    ("body", "code"), [(b"", "EntityTooSmall"), (b"x" * 1001, "EntityTooLarge")]
)
def test_the_plain_form_takes_one_byte_to_the_limit(
    judge: Judge, monkeypatch: pytest.MonkeyPatch, body: bytes, code: str
) -> None:
    monkeypatch.setattr(presigned, "MAX_BYTES", 1000)
    grant = presigned.grant_form(ids.new_id(), ids.new_id(), redirect_to="http://site.example/done")
    words = {f"x-amz-meta-{name}": "" for name in ("visibility", "caption", "tags")}
    form = Form(judge, judge.environment["UPLOAD_BUCKET"], grant.fields | words)

    assert form.post(body) == Answer(400, code)
    assert not form.is_stored()


@pytest.mark.parametrize(
    "change",
    [
        {"Content-Type": "text/html"},
        {"success_action_redirect": "http://evil.example/"},
        {"key": "incoming/00000000000000000000000000/other"},
        {"x-amz-meta-evil": "1"},
    ],
    ids=["another type", "another redirect", "another key", "another field"],
)
def test_a_tampered_plain_form_is_refused(plain_form: Form, change: dict[str, str]) -> None:
    plain_form.fields |= change

    answer = plain_form.post()

    assert answer.status == 403
    assert not plain_form.is_stored()


def test_the_web_functions_key_grants_nothing_outside_incoming(stack: Stack) -> None:
    environment = stack.environment("web")
    key, secret = stack.memory["keys"]["web"]
    server = Server(environment, stack.client("s3"), checks_checksums=False)
    for bucket, name in (
        (environment["UPLOAD_BUCKET"], "elsewhere/photo"),
        (environment["MEDIA_BUCKET"], "originals/photo"),
    ):
        post = s3_client(environment, key, secret).generate_presigned_post(bucket, name)

        answer = server.post(bucket, post["fields"], BYTES)

        assert answer == Answer(403, "AccessDenied")
        assert server.stored(bucket, name) is None


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()
