"""Remove a site with everything in it: `python -m deploy.remove production`.

`zappa undeploy --all` comes first; what holds data outlives that, and only this takes it away.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

from botocore.exceptions import ClientError
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
    """Ask for the project's name, then remove the stack, the data and the secrets."""
    left = [
        site.function(component) for component in COMPONENTS if functions.exists(site, component)
    ]
    if left:
        raise ClickException(f"{', '.join(left)} still runs: run 'zappa undeploy --all' first.")
    cloudformation: Any = site.session.client("cloudformation")
    found = stack.find(cloudformation, site.stack)
    if found is None:
        raise ClickException(f"There is no stack {site.stack} in {site.session.region_name}.")
    made = stack.outputs(found)
    echo(
        f"This removes the table {made['Table']}, every photo in {made['UploadBucket']} and "
        f"{made['MediaBucket']}, and every account in {made['UserPool']}; nothing brings them "
        "back."
    )
    if input(f"Type the project's name ({site.project}) to go on: ").strip() != site.project:
        raise ClickException("That is not the project's name: nothing was removed.")
    cloudformation.update_termination_protection(
        StackName=site.stack, EnableTerminationProtection=False
    )
    cloudformation.delete_stack(StackName=site.stack)
    echo(f"Removing the stack {site.stack} ...")
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=site.stack)
    _remove_data(site, made)
    echo(f"{site.name} is gone.")


def _remove_data(site: Site, made: dict[str, str]) -> None:
    for bucket in (made["UploadBucket"], made["MediaBucket"]):
        _remove_bucket(site.session.client("s3"), bucket)
    dynamodb = site.session.client("dynamodb")
    dynamodb.update_table(TableName=made["Table"], DeletionProtectionEnabled=False)
    dynamodb.delete_table(TableName=made["Table"])
    cognito: Any = site.session.client("cognito-idp")
    pool = made["UserPool"]
    cognito.update_user_pool(
        UserPoolId=pool, AutoVerifiedAttributes=["email"], DeletionProtection="INACTIVE"
    )
    cognito.delete_user_pool(UserPoolId=pool)
    ssm = site.session.client("ssm")
    for name in (site.secrets, site.push, site.providers):
        try:
            ssm.delete_parameter(Name=name)
        except ssm.exceptions.ParameterNotFound:
            continue


def _remove_bucket(s3: Any, bucket: str) -> None:
    """Remove a bucket with every version of everything in it."""
    count = 0
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        versions = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        keys = [{"Key": entry["Key"], "VersionId": entry["VersionId"]} for entry in versions]
        if keys:
            s3.delete_objects(Bucket=bucket, Delete={"Objects": keys, "Quiet": True})
            count += len(keys)
    try:
        s3.delete_bucket(Bucket=bucket)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchBucket":
            raise
    echo(f"  {bucket}: {count} versions removed")


if __name__ == "__main__":
    main()
