"""What the web function is told by its environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from store.errors import MissingSetting


@dataclass(frozen=True, slots=True)
class Settings:
    """`public_url` is where people reach the site, without a slash at the end."""

    public_url: str
    oidc_discovery_url: str
    oidc_client_id: str
    oidc_logout_url: str

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read the settings from the variables of the same names. Raises MissingSetting."""
        names = [name.upper() for name in cls.__slots__]
        missing = [name for name in names if not environ.get(name)]
        if missing:
            raise MissingSetting(f"Not set in the environment: {', '.join(missing)}.")
        return cls(**{name.lower(): environ[name].rstrip("/") for name in names})

    @property
    def secure(self) -> bool:
        """Whether the site is served over https: everywhere but on a developer's loopback."""
        return urlsplit(self.public_url).scheme == "https"

    def cookie(self, name: str) -> str:
        """Return the full name of a cookie that is for this site alone.

        Browsers accept the __Host- prefix with Secure only, and Secure on plain http nowhere. There
        the port must do: cookies know none, and two sites on one loopback would share them.
        """
        return f"__Host-{name}" if self.secure else f"{name}-{urlsplit(self.public_url).port}"

    @property
    def login_origin(self) -> str:
        """The origin of the sign-in pages, where signing out leads through."""
        parts = urlsplit(self.oidc_logout_url)
        return f"{parts.scheme}://{parts.netloc}"
