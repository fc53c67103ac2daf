"""Which deployment a command is about, and what its parts are called."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from click import ClickException

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = "zappa_settings.json"
COMPONENTS = ("web", "thumbnails", "fanout")


@dataclass(frozen=True)
class Site:
    """One environment ("production") of a project ("contact-sheet") in one region."""

    project: str
    environment: str
    session: boto3.Session

    @property
    def name(self) -> str:
        return f"{self.project}-{self.environment}"

    @property
    def stack(self) -> str:
        """Zappa's own stack, for the API, is called `name`; this one is everything else."""
        return f"{self.name}-site"

    @property
    def tags(self) -> dict[str, str]:
        """What the stack and everything that it makes is tagged with."""
        return {"project": self.project}

    @property
    def secrets(self) -> str:
        """The SSM parameter with the web function's secrets."""
        return f"/{self.project}/{self.environment}/web"

    @property
    def push(self) -> str:
        """The SSM parameter with the key that signs pushes, which only the fan-out reads."""
        return f"/{self.project}/{self.environment}/push"

    @property
    def providers(self) -> str:
        """The SSM parameter with the secrets of Google, Facebook, Apple or another provider."""
        return f"/{self.project}/{self.environment}/providers"

    def function(self, component: str) -> str:
        return self.name if component == "web" else f"{self.name}-{component}"


def split_stage(stage: str) -> tuple[str, str]:
    """Return environment and component: "production_fanout" -> ("production", "fanout")."""
    environment, _, component = stage.partition("_")
    component = component or "web"
    if component not in COMPONENTS:
        raise ClickException(
            f"The stage {stage} is none of ours: name it {environment}, {environment}_thumbnails "
            f"or {environment}_fanout."
        )
    return environment, component


def stage_settings(stages: dict[str, dict[str, Any]], stage: str) -> dict[str, Any]:
    """Return what Zappa takes for a stage's settings: its own, and those of what it extends."""
    own = stages[stage]
    return {**stage_settings(stages, own["extends"]), **own} if "extends" in own else own


def find_site(environment: str, settings: Path = Path(SETTINGS)) -> Site:
    """Return the site of one environment as zappa_settings.json has it.

    Raises ClickException where the file or the environment is missing.
    """
    try:
        stages = json.loads(settings.read_text())
    except FileNotFoundError:
        raise ClickException(f"There is no {settings} here: run this in the project.") from None
    if environment not in stages:
        raise ClickException(f"{settings} has no stage {environment}.")
    found = stage_settings(stages, environment)
    session = boto3.Session(
        profile_name=found.get("profile_name"),
        region_name=str(found["aws_region"]),
    )
    return Site(str(found["project_name"]), environment, session)
