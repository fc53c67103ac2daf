"""What goes wrong at AWS ends in one sentence, and what the sentence advises leads out of it."""

from __future__ import annotations

import re
from pathlib import Path
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError
from click import ClickException

from deploy import remove, stack
from deploy.site import Site
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


def left_of(site: Site) -> list[str]:
    """Return what holds data and is still there."""
    dynamodb, cognito = site.session.client("dynamodb"), site.session.client("cognito-idp")
    region = str(site.session.region_name)
    buckets = [bucket["Name"] for bucket in site.session.client("s3").list_buckets()["Buckets"]]
    pools = [pool["Id"] for pool in cognito.list_user_pools(MaxResults=60)["UserPools"]]
    tables = dynamodb.list_tables()["TableNames"]
    return [*tables, *pools, *(bucket for bucket in buckets if bucket.endswith(region))]


def test_removing_goes_on_where_it_broke_off(
    bare_cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = site_in("ap-south-1", bare_cloud, monkeypatch)
    made = make(site)
    stack.ensure(site, {"ApiId": "theapi"})  # from now on it is protected
    media = site.session.client("s3")
    media.put_object(Bucket=made["MediaBucket"], Key="originals/one", Body=b"one")
    monkeypatch.setattr("builtins.input", lambda _: PROJECT)
    refusal = ClientError({"Error": {"Code": "SlowDown", "Message": "slower"}}, "DeleteObjects")

    with monkeypatch.context() as patch:
        patch.setattr(remove, "_remove_bucket", Mock(side_effect=refusal))
        with pytest.raises(ClickException, match="slower"):
            remove.remove(site)
    assert len(left_of(site)) == 4
    remove.remove(site)

    assert left_of(site) == []
    remove.remove(site)  # and once more is no error


def test_rolled_back_stack_and_what_was_in_its_way_are_removed_too(
    bare_cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = site_in("ap-southeast-1", bare_cloud, monkeypatch)
    s3, bucket = site.session.client("s3"), f"{NAME}-media-000000000000-ap-southeast-1"
    s3.create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "ap-southeast-1"}
    )
    s3.put_object(Bucket=bucket, Key="originals/left-over", Body=b"left over")
    monkeypatch.setattr("builtins.input", lambda _: PROJECT)
    with pytest.raises(ClickException, match="taken"):
        make(site)

    remove.remove(site)

    assert left_of(site) == []
    assert make(site)["MediaBucket"] == bucket


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
