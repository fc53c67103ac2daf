"""Remove a site with everything in it: `python -m deploy.remove production`.

`zappa undeploy --all` comes first; what holds data outlives that, and only this takes it away.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError, WaiterError
from click import ClickException, echo

from deploy import functions, stack
from deploy.errors import plainly
from deploy.site import COMPONENTS, Site, find_site


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m deploy.remove", description=__doc__)
    parser.add_argument("environment", help="production, or another one of zappa_settings.json")
    arguments = parser.parse_args()
    try:
        remove(find_site(arguments.environment))
    except ClickException as error:
        error.show()
        sys.exit(error.exit_code)


@plainly
def remove(site: Site) -> None:
    """Ask for the project's name, then remove the stack, the data and the secrets.

    Everything is found by the site's name, so what a first run could not finish a second one does.
    """
    left = [
        site.function(component) for component in COMPONENTS if functions.exists(site, component)
    ]
    if left:
        raise ClickException(f"{', '.join(left)} still runs: run 'zappa undeploy --all' first.")
    pools = _user_pools(site)
    uploads, media = _buckets(site)
    echo(
        f"This removes the table {site.name}, every photo in {uploads} and {media}, and every "
        f"account in {' and '.join(pools) or 'the user pool'}, as far as they are there; nothing "
        "brings them back."
    )
    if input(f"Type the project's name ({site.project}) to go on: ").strip() != site.project:
        raise ClickException("That is not the project's name: nothing was removed.")
    _remove_stack(site)
    for bucket in (uploads, media):
        _remove_bucket(site.session.client("s3"), bucket)
    _remove_table(site)
    for pool in pools:
        _remove_pool(site, pool)
    _remove_secrets(site)
    echo(f"{site.name} is gone.")


def _user_pools(site: Site) -> list[str]:
    """Return the ids of the site's user pools: more than one after a failed start.

    A pool's name says nothing, since any number may have it: the stack's tag says whose it is.
    """
    cognito: Any = site.session.client("cognito-idp")
    own = []
    for page in cognito.get_paginator("list_user_pools").paginate(MaxResults=60):
        for pool in (each["Id"] for each in page["UserPools"] if each["Name"] == site.name):
            if _describe_pool(cognito, pool).get("UserPoolTags", {}).items() >= site.tags.items():
                own.append(pool)
            else:
                echo(f"The user pool {pool} has this site's name but not its tag, and stays.")
    return own


def _buckets(site: Site) -> tuple[str, str]:
    """Return what the template calls the buckets."""
    place = f"{site.session.client('sts').get_caller_identity()['Account']}"
    place += f"-{site.session.region_name}"
    return f"{site.name}-uploads-{place}", f"{site.name}-media-{place}"


def _remove_stack(site: Site) -> None:
    cloudformation: Any = site.session.client("cloudformation")
    found = stack.find(cloudformation, site.stack)
    if found is None:
        return
    if found.get("EnableTerminationProtection"):
        cloudformation.update_termination_protection(
            StackName=site.stack, EnableTerminationProtection=False
        )
    cloudformation.delete_stack(StackName=site.stack)
    echo(f"Removing the stack {site.stack} ...")
    try:
        # By its id: a stack that is gone is not found by its name.
        waiter = cloudformation.get_waiter("stack_delete_complete")
        waiter.wait(StackName=found["StackId"], WaiterConfig={"Delay": 5, "MaxAttempts": 360})
    except WaiterError as error:
        last: Any = error.last_response
        if "Error" in last:  # it could not be asked, which says nothing about the stack
            raise ClientError(last, "DescribeStacks") from error
        reason = last["Stacks"][0].get("StackStatusReason", str(error))
        raise ClickException(
            f"The stack {site.stack} could not be removed ({reason}): the data is still there; "
            "mend what the CloudFormation console shows, then run the same command again."
        ) from error


def _remove_bucket(s3: Any, bucket: str) -> None:
    """Remove a bucket with every version of everything in it."""
    count = 0
    try:
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
            versions = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
            keys = [{"Key": entry["Key"], "VersionId": entry["VersionId"]} for entry in versions]
            if keys:
                s3.delete_objects(Bucket=bucket, Delete={"Objects": keys, "Quiet": True})
                count += len(keys)
        s3.delete_bucket(Bucket=bucket)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchBucket":
            raise
        return
    echo(f"  {bucket}: {count} versions removed")


def _remove_table(site: Site) -> None:
    dynamodb = site.session.client("dynamodb")
    try:
        dynamodb.update_table(TableName=site.name, DeletionProtectionEnabled=False)
    except dynamodb.exceptions.ResourceNotFoundException:
        return
    dynamodb.get_waiter("table_exists").wait(TableName=site.name)  # until it is no longer changing
    dynamodb.delete_table(TableName=site.name)


def _remove_pool(site: Site, pool: str) -> None:
    cognito: Any = site.session.client("cognito-idp")
    if domain := _describe_pool(cognito, pool).get("Domain"):
        cognito.delete_user_pool_domain(UserPoolId=pool, Domain=domain)
    cognito.update_user_pool(  # what it is not given it may reset, and a second run needs the tags
        UserPoolId=pool,
        AutoVerifiedAttributes=["email"],
        DeletionProtection="INACTIVE",
        UserPoolTags=site.tags,
    )
    cognito.delete_user_pool(UserPoolId=pool)


def _describe_pool(cognito: Any, pool: str) -> dict[str, Any]:
    found: dict[str, Any] = cognito.describe_user_pool(UserPoolId=pool)["UserPool"]
    return found


def _remove_secrets(site: Site) -> None:
    ssm = site.session.client("ssm")
    for name in (site.secrets, site.push, site.providers):
        with suppress(ssm.exceptions.ParameterNotFound):
            ssm.delete_parameter(Name=name)


if __name__ == "__main__":
    main()
