"""The methods of dataclasses, compiled when a package was made (deploy/methods.py).

`dataclasses` writes the methods of each class as source and compiles it at import: half of what our
own modules take at a cold start. What was compiled when packaging is found by that very source;
what is not there, as with another Python, is compiled at import.
"""

from __future__ import annotations

import dataclasses
import marshal
from pathlib import Path

COMPILED = Path(__file__).with_name("methods.marshal")


def use_compiled() -> None:
    if COMPILED.is_file():
        codes = marshal.loads(COMPILED.read_bytes())
        dataclasses.exec = lambda source, *scopes: exec(codes.get(source, source), *scopes)  # type: ignore[attr-defined]
