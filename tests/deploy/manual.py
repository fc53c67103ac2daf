"""docs/deploy.md as a list of what a deployer does: commands to type and settings to write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.deploy.cloud import ROOT

PROGRAMS = ("aws", "git", "make", "python", "zappa", ".venv-deploy/bin/")


@dataclass(frozen=True)
class Step:
    """One thing to do; `kind` is "command" or "json"."""

    section: str
    kind: str
    text: str


def steps(document: str) -> list[Step]:
    """Return the commands and JSON snippets of a page of docs/, in the order of the text."""
    return list(_steps((ROOT / "docs" / document).read_text()))


def _steps(text: str) -> Iterator[Step]:
    section = ""
    # Fences may be indented: they stand in lists too.
    for part in re.split(r"^( *```(?:sh|json|)\n.*?^ *```)$", text, flags=re.DOTALL | re.MULTILINE):
        fence, _, body = part.partition("\n")
        match fence.strip():
            case "```sh":
                script = body.rsplit("\n", 1)[0].replace("\\\n", " ")
                for line in script.splitlines():
                    command = re.sub(r"\s+#.*", "", line).strip()
                    yield Step(section, "command", re.sub(r"\s+", " ", command))
            case "```json":
                yield Step(section, "json", body.rsplit("\n", 1)[0])
            case _:
                for line in part.splitlines():
                    if heading := re.match(r"#+ (.*)", line):
                        section = heading[1]
                    for command in re.findall(r"`([^`]+)`", line):
                        if command.startswith(PROGRAMS) and " " in command:
                            yield Step(section, "command", command)
