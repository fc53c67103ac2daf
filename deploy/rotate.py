"""Replace a secret without a pause: `python -m deploy.rotate production origin`.

`origin`   the header by which the API knows CloudFront; both values pass while it changes
`signing`  the key that signs pictures' addresses; old addresses work until `--finish`
`cookie`   the key of the sign-in cookie; who is just signing in starts again
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace

from click import ClickException, echo

from deploy import functions, secrets, stack
from deploy.errors import plainly
from deploy.secrets import Secrets
from deploy.site import Site, find_site


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m deploy.rotate",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("environment")
    parser.add_argument("secret", choices=("origin", "signing", "cookie"))
    parser.add_argument("--finish", action="store_true", help="with signing: forget the old key")
    arguments = parser.parse_args()
    try:
        rotate(find_site(arguments.environment), arguments.secret, finish=arguments.finish)
    except ClickException as error:
        error.show()
        sys.exit(error.exit_code)


@plainly
def rotate(site: Site, secret: str, *, finish: bool = False) -> None:
    found = stack.find(site.session.client("cloudformation"), site.stack)
    if found is None:
        raise ClickException(f"There is no stack {site.stack}: nothing to rotate.")
    values, _ = secrets.ensure(site.session.client("ssm"), site.secrets)
    if secret == "origin":
        _rotate_origin(site, values)
    elif secret == "cookie":
        _use(site, replace(values, cookie_key=secrets.new_token()))
    elif finish:
        _forget_old_signing_key(site, values, stack.parameters(found))
    else:
        _rotate_signing(site, values, stack.parameters(found))


def _rotate_origin(site: Site, values: Secrets) -> None:
    current, fresh = values.origin_secrets[0], secrets.new_token()
    _use(site, replace(values, origin_secrets=(current, fresh)))
    echo("The functions take both values; CloudFront now changes to the new one.")
    stack.ensure(site, {"OriginSecret": fresh})
    _use(site, replace(values, origin_secrets=(fresh,)))
    echo("The old value is refused from now on.")


def _rotate_signing(site: Site, values: Secrets, current: dict[str, str]) -> None:
    keys, active = secrets.place_public_key(current, values)
    if all(keys.values()):
        raise ClickException(
            "The key before this one is still there: run "
            f"'python -m deploy.rotate {site.environment} signing --finish' first."
        )
    fresh = replace(values, signing_key=secrets.new_signing_key())
    free = "SigningKeyB" if active == "PublicKeyA" else "SigningKeyA"
    outputs = stack.ensure(site, {free: fresh.public_key})
    _use(site, fresh, SIGNING_KEY_ID=outputs[free.replace("Signing", "Public")])
    echo(
        "New addresses are signed with the new key; the old ones work for ten minutes at most. "
        f"After that run 'python -m deploy.rotate {site.environment} signing --finish'."
    )


def _forget_old_signing_key(site: Site, values: Secrets, current: dict[str, str]) -> None:
    _, active = secrets.place_public_key(current, values)
    old = "SigningKeyB" if active == "PublicKeyA" else "SigningKeyA"
    stack.ensure(site, {old: ""})
    echo("The old key signs nothing any more.")


def _use(site: Site, values: Secrets, **variables: str) -> None:
    """Keep the secrets and have the web function start anew with them."""
    version = secrets.save(site.session.client("ssm"), site.secrets, values)
    functions.restart(site, "web", {"SECRETS_VERSION": str(version), **variables})


if __name__ == "__main__":
    main()
