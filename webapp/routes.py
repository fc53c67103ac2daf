"""How addresses are built: each route's builder is compiled when it is first asked for.

Werkzeug compiles two for every route as it is added: two thirds of the time that assembling the app
takes, at every cold start, where a page builds addresses of a dozen routes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from werkzeug.routing import Rule


def init_app(app: Flask) -> None:
    app.url_rule_class = _Rule


class _Rule(Rule):
    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        builder: Callable[..., tuple[str, str]] | None = None

        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:
            nonlocal builder
            if builder is None:
                builder = super(_Rule, self)._compile_builder(append_unknown)
            return builder(rule, **values)

        return build
