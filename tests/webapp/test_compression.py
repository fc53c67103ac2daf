"""Pages travel compressed, except where their length could tell another site something."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import pytest
from apig_wsgi import make_lambda_handler
from flask import Flask
from werkzeug.test import TestResponse

from webapp.assets import asset


def ask(app: Flask, path: str, **headers: str) -> TestResponse:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return app.test_client().get(
        path, headers=names, base_url="https://photos.example", buffered=True
    )


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_a_page_is_compressed(app: Flask, site: str) -> None:
    plain = ask(app, "/")
    answer = ask(app, "/", Accept_Encoding="gzip, br", Sec_Fetch_Site=site)

    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data) == plain.data
    assert answer.content_length == len(answer.data) < len(plain.data) / 2
    assert {"Accept-Encoding", "Sec-Fetch-Site"} <= set(answer.vary)


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept_Encoding": "gzip", "Sec_Fetch_Site": "cross-site"},
        {"Accept_Encoding": "gzip", "Sec_Fetch_Site": "same-site"},
        {"Accept_Encoding": "gzip"},
        {"Accept_Encoding": "gzip;q=0", "Sec_Fetch_Site": "none"},
        {"Accept_Encoding": "br", "Sec_Fetch_Site": "none"},
        {"Sec_Fetch_Site": "none"},
    ],
    ids=str,
)
def test_what_another_site_asks_for_is_not(app: Flask, headers: dict[str, str]) -> None:
    answer = ask(app, "/", **headers)

    assert "Content-Encoding" not in answer.headers
    assert b"<!doctype html>" in answer.data


def test_a_files_text_is_compressed_and_a_picture_is_not(app: Flask) -> None:
    with app.test_request_context(base_url="https://photos.example"):
        script, picture = asset("vendor/htmx.min.js"), asset("img/icon-192.png")
    us = {"Accept_Encoding": "gzip", "Sec_Fetch_Site": "same-origin"}

    assert gzip.decompress(ask(app, script, **us).data) == ask(app, script).data
    assert "Content-Encoding" not in ask(app, picture, **us).headers


def test_it_leaves_the_function_as_bytes(app: Flask) -> None:
    event: dict[str, Any] = {
        "version": "1.0",
        "httpMethod": "GET",
        "path": "/",
        "headers": {
            "Accept": "text/html",
            "Accept-Encoding": "gzip",
            "Host": "photos.example",
            "Sec-Fetch-Site": "none",
        },
        "requestContext": {"stage": "production"},
        "body": None,
        "isBase64Encoded": False,
    }

    answer = make_lambda_handler(app.wsgi_app, binary_support=True)(event, None)

    assert answer["isBase64Encoded"] is True, json.dumps(answer)[:200]
    assert b"<!doctype html>" in gzip.decompress(base64.b64decode(answer["body"]))
