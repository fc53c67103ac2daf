"""What goes wrong at AWS ends in one sentence, and what the sentence advises leads out of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click import ClickException

from tests.deploy import aws_cli
from tests.deploy.bare_site import make, site_in
from tests.deploy.cloud import PROJECT, Checkout, Cloud

pytestmark = pytest.mark.deployed

NAME = f"{PROJECT}-production"


def test_taken_bucket_is_named_and_the_broken_stack_can_be_deleted_as_told(
    bare_cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = site_in("eu-north-1", bare_cloud, monkeypatch)
    s3, bucket = site.session.client("s3"), f"{NAME}-media-000000000000-eu-north-1"
    place = {"LocationConstraint": "eu-north-1"}
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=place)  # type: ignore[arg-type]

    with pytest.raises(ClickException, match="The bucket's name is taken.*another project_name"):
        make(site)
    with pytest.raises(ClickException, match="ROLLBACK_COMPLETE") as told:
        make(site)

    s3.delete_bucket(Bucket=bucket)
    advised = re.findall(r"'(aws [^']+)'", told.value.message)
    assert len(advised) == 2
    for command in advised:
        aws_cli.run(command, site.session.client)  # type: ignore[arg-type]
    site.session.client("cloudformation").get_waiter("stack_delete_complete").wait(
        StackName=site.stack, WaiterConfig={"Delay": 1}
    )
    assert make(site)["MediaBucket"] == bucket


def test_taken_sign_in_domain_is_told_with_the_setting_that_helps(
    bare_cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = site_in("eu-west-3", bare_cloud, monkeypatch)
    cognito = site.session.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="another")["UserPool"]["Id"]
    cognito.create_user_pool_domain(Domain=f"{NAME}-000000000000", UserPoolId=pool)

    with pytest.raises(ClickException, match="sign-in page's address is taken.*SignInDomain"):
        make(site)


@pytest.mark.parametrize(
    ("keys", "advice"),
    [
        (("AKIAUNKNOWNTOEVERYBODY", "secret"), "AWS does not accept these credentials"),
        (None, "give them the policy in deploy/deployer-policy.json"),
    ],
    ids=["unknown", "without rights"],
)
def test_zappa_ends_in_a_sentence_where_credentials_do_not_reach(
    bare_cloud: Cloud, keys: tuple[str, str] | None, advice: str, tmp_path: Path
) -> None:
    little = {"Effect": "Allow", "Action": "sts:GetCallerIdentity", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [little]}
    checkout = Checkout(tmp_path, bare_cloud, keys or bare_cloud.new_user("nobody", policy))
    checkout.edit_settings("production", aws_region="eu-south-1", project_name=PROJECT)

    done = checkout.run("zappa", "status", "production")

    assert done.returncode == 1
    assert advice in done.stdout
    assert "Traceback" not in done.stdout
