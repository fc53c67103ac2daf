"""Web Push on the wire: the RFC's own example, and a push service that knows only the RFCs."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from fanout import webpush
from local.push_service import PushService, decode, decrypt
from store.clock import as_datetime
from store.devices import Device

# RFC 8291, section 5 and appendix A
PLAINTEXT = b"When I grow up, I want to be a watermelon"
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
P256DH = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
    "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)
RECEIVER = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"


def key_of(number: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(decode(number), "big"), ec.SECP256R1())


def test_encryption_is_that_of_the_rfc() -> None:
    body = webpush.encrypt(PLAINTEXT, P256DH, AUTH, salt=decode(SALT), key=key_of(SENDER))

    assert webpush.encode(body) == BODY


def test_the_stand_in_reads_the_rfcs_own_message() -> None:
    assert decrypt(decode(BODY), key_of(RECEIVER), decode(AUTH)) == PLAINTEXT


def test_no_two_bodies_are_alike() -> None:
    assert len({webpush.encrypt(PLAINTEXT, P256DH, AUTH) for _ in range(5)}) == 5


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def serve() -> Iterator[Callable[[Any], str]]:
    """Serves a WSGI app on loopback; returns its origin."""
    webpush._key.cache_clear()
    webpush._pool.cache_clear()
    servers = []

    def start(app: Any) -> str:
        server = make_server("127.0.0.1", 0, app, handler_class=Quiet)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    webpush._pool().clear()
    for server in servers:
        server.shutdown()
        server.server_close()


def device(subscription: dict[str, Any]) -> Device:
    keys = subscription["keys"]
    return Device(
        "id", subscription["endpoint"], keys["p256dh"], keys["auth"], "phone", as_datetime(0)
    )


def test_a_push_service_takes_it_and_the_browser_can_read_it(
    serve: Callable[[Any], str], tmp_path: Path
) -> None:
    service: list[PushService] = []
    origin = serve(lambda environ, start: service[0](environ, start))
    service.append(PushService(tmp_path, origin))

    message = {"title": "Anna added a photo", "url": "https://photos.example/x", "tag": "1"}
    to = device(service[0].subscribe())
    webpush.send(to, message, subject="https://photos.example", topic="topic")

    (taken,) = tmp_path.glob("*.push")
    assert "Anna added a photo" in taken.read_text()


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("404 Not Found", webpush.Gone),
        ("410 Gone", webpush.Gone),
        ("403 Forbidden", webpush.Gone),
        ("429 Too Many Requests", webpush.Unavailable),
        ("503 Service Unavailable", webpush.Unavailable),
        ("400 Bad Request", webpush.Unavailable),
        ("302 Found", webpush.Unavailable),
    ],
)
def test_what_the_push_service_says_is_understood(
    serve: Callable[[Any], str], tmp_path: Path, status: str, error: type[Exception]
) -> None:
    def answer(environ: dict[str, Any], start: Any) -> list[bytes]:
        environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        start(status, [("Location", "http://127.0.0.1:1/")])
        return [b""]

    origin = serve(answer)
    to = device(PushService(tmp_path, origin).subscribe())

    with pytest.raises(error):
        webpush.send(to, {"title": "x"}, subject="https://photos.example", topic="t")


def test_a_push_service_that_is_down_or_slow_is_unavailable(
    serve: Callable[[Any], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    to = device(PushService(tmp_path, "http://127.0.0.1:1").subscribe())
    with pytest.raises(webpush.Unavailable):
        webpush.send(to, {}, subject="https://photos.example", topic="t")

    released = threading.Event()

    def hang(environ: dict[str, Any], start: Any) -> list[bytes]:
        released.wait(10)
        start("201 Created", [])
        return [b""]

    monkeypatch.setattr(webpush, "SECONDS", 0.2)
    webpush._pool.cache_clear()
    slow = device(PushService(tmp_path, serve(hang)).subscribe())
    with pytest.raises(webpush.Unavailable):
        webpush.send(slow, {}, subject="https://photos.example", topic="t")
    released.set()


def test_the_stand_in_turns_away_what_no_push_service_takes(tmp_path: Path) -> None:
    service = PushService(tmp_path, "https://push.example")
    path = service.subscribe()["endpoint"].removeprefix("https://push.example")
    said: list[str] = []

    def ask(**headers: str) -> str:
        environ = {"PATH_INFO": path, "REQUEST_METHOD": "POST", "wsgi.input": io.BytesIO()}
        service(environ | headers, lambda status, _: said.append(status))  # type: ignore[arg-type]
        return said[-1]

    assert ask() == "403 Forbidden"
    assert ask(HTTP_AUTHORIZATION="vapid t=a.b.c, k=d") == "403 Forbidden"
    assert ask(PATH_INFO="/local/push/../memory") == "410 Gone"


def test_a_key_that_is_none_ends_the_subscription() -> None:
    keys = {"p256dh": "B" * 87, "auth": "a" * 22}
    to = device({"endpoint": "https://fcm.googleapis.com/x", "keys": keys})

    with pytest.raises(webpush.Gone):
        webpush.send(to, {}, subject="https://photos.example", topic="t")
