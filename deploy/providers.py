"""Let people sign in with Google, Facebook, Apple or another provider:

    python -m deploy.providers production google

It asks for what the provider gave you and keeps it in SSM; the next `zappa update` switches the
provider on. `--remove` forgets it again.
"""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path

from click import ClickException, echo

from deploy import secrets
from deploy.errors import plainly
from deploy.site import Site, find_site

# The template's parameters of each; those with "Secret" or "Private" are typed unseen.
PROVIDERS = {
    "google": ("GoogleClientId", "GoogleClientSecret"),
    "facebook": ("FacebookClientId", "FacebookClientSecret"),
    "apple": ("AppleServicesId", "AppleTeamId", "AppleKeyId", "ApplePrivateKey"),
    "oidc": ("OidcName", "OidcIssuer", "OidcClientId", "OidcClientSecret"),
}


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m deploy.providers",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("environment")
    parser.add_argument("provider", choices=sorted(PROVIDERS))
    parser.add_argument("--remove", action="store_true")
    arguments = parser.parse_args()
    try:
        site = find_site(arguments.environment)
        keep(site, arguments.provider, {} if arguments.remove else ask(arguments.provider))
    except ClickException as error:
        error.show()
        sys.exit(error.exit_code)


def ask(provider: str) -> dict[str, str]:
    """Ask for a provider's parameters; a private key may be given as the name of its file."""
    given = {}
    for name in PROVIDERS[provider]:
        hidden = "Secret" in name or "Private" in name
        value = (getpass.getpass if hidden else input)(f"{name}: ").strip()
        if name == "ApplePrivateKey" and value.endswith(".p8"):
            value = Path(value).read_text()
        if not value:
            raise ClickException(f"{name} is needed: the provider's own page shows it.")
        given[name] = value
    return given


@plainly
def keep(site: Site, provider: str, given: dict[str, str]) -> None:
    """Write a provider's parameters beside the others'; empty ones switch it off."""
    ssm = site.session.client("ssm")
    found = secrets.read(ssm, site.providers)
    switched_off = {name: "" for name in PROVIDERS[provider] if name != "OidcName"}
    values = {**(found[0] if found else {}), **(given or switched_off)}
    secrets.write(ssm, site.providers, values)
    echo(f"Kept in {site.providers}; 'zappa update {site.environment}' makes it so.")


if __name__ == "__main__":
    main()
