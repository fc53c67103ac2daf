"""The pages' templates, compiled when the package is made: a cold function need not do it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from deploy.lean import bytecode, wanted
from webapp import COMPILED, create_app
from webapp.settings import Settings


def compiled() -> dict[str, bytes]:
    """Return name in the zip -> bytecode for every template of the web function."""
    nowhere = Settings("https://site.example", "", "", "")
    found: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory() as folder:
        environment = create_app(nowhere).jinja_env
        environment.compile_templates(
            folder,
            filter_func=lambda name: wanted(f"webapp/templates/{name}", "web"),
            zip=None,
            ignore_errors=False,
        )
        for module in Path(folder).iterdir():
            name = f"webapp/{COMPILED}/{module.name}"
            code = bytecode(name, module.read_bytes())
            assert code is not None, name
            found[f"{name}c"] = code
    return found
