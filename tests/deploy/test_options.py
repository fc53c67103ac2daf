"""What a deployer can switch on besides: a rate limit, or a web ACL of their own.

AWS WAF's ACLs for CloudFront live in us-east-1, so this is a site there, beside one of the same
name in another region. It has no functions: Zappa's part is the same everywhere.
"""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from deploy.site import Site
from tests.deploy.bare_site import make, site_in
from tests.deploy.cloud import REGION, Cloud

pytestmark = pytest.mark.deployed

CERTIFICATE = "arn:aws:acm:us-east-1:000000000000:certificate/0123"
OWN = "arn:aws:wafv2:us-east-1:000000000000:global/webacl/own/0123"


def acl_of(site: Site, outputs: dict[str, str]) -> str:
    found: Any = site.session.client("cloudfront").get_distribution_config(
        Id=outputs["DistributionId"]
    )
    return str(found["DistributionConfig"].get("WebACLId", ""))


def test_rate_limit_is_switched_on_and_off(
    bare_cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = site_in("us-east-1", bare_cloud, monkeypatch)

    made = make(site, RequestsPerFiveMinutes="500")

    waf: Any = site.session.client("wafv2")
    (listed,) = waf.list_web_acls(Scope="CLOUDFRONT")["WebACLs"]
    acl = waf.get_web_acl(Name=listed["Name"], Scope="CLOUDFRONT", Id=listed["Id"])["WebACL"]
    (rule,) = acl["Rules"]
    limit = rule["Statement"]["RateBasedStatement"]
    assert acl_of(site, made) == listed["ARN"]
    assert acl["DefaultAction"] == {"Allow": {}}
    assert (int(limit["Limit"]), limit["AggregateKeyType"]) == (500, "IP")
    assert limit["EvaluationWindowSec"] == 300
    assert rule["Action"]["Block"]["CustomResponse"]["ResponseCode"] == 429

    without = make(site)
    assert acl_of(site, without) == ""
    assert waf.list_web_acls(Scope="CLOUDFRONT")["WebACLs"] == []


def test_web_acl_of_ones_own_is_taken_from_any_region(
    bare_cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = site_in(REGION, bare_cloud, monkeypatch)

    assert acl_of(site, make(site, WebAclArn=OWN)) == OWN


def test_somebody_else_hears_of_alarms_and_of_the_budget(
    bare_cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = site_in("eu-central-2", bare_cloud, monkeypatch)
    make(site, AlertEmail="before@example.org")

    make(site, AlertEmail="after@example.org", MonthlyBudget="7")

    topic = f"arn:aws:sns:eu-central-2:000000000000:{site.name}-alerts"
    listening = site.session.client("sns").list_subscriptions_by_topic(TopicArn=topic)
    assert [each["Endpoint"] for each in listening["Subscriptions"]] == ["after@example.org"]
    budgets: Any = site.session.client("budgets")
    name = f"{site.name}-month-eu-central-2"
    asked = {"AccountId": "000000000000", "BudgetName": name}
    budget = budgets.describe_budget(**asked)["Budget"]
    assert float(budget["BudgetLimit"]["Amount"]) == 7
    for notification in budgets.describe_notifications_for_budget(**asked)["Notifications"]:
        told = budgets.describe_subscribers_for_notification(**asked, Notification=notification)
        assert told["Subscribers"] == [{"SubscriptionType": "SNS", "Address": topic}]


@pytest.mark.parametrize(
    "alone", [{"SiteOrigin": "https://photos.example"}, {"CertificateArn": CERTIFICATE}]
)
def test_half_an_own_domain_is_refused(
    bare_cloud: Cloud, monkeypatch: pytest.MonkeyPatch, alone: dict[str, str]
) -> None:
    site = site_in("eu-west-2", bare_cloud, monkeypatch)

    with pytest.raises(ClientError, match="Own domain"):
        make(site, **alone)


def test_rate_limit_elsewhere_is_refused_with_the_way_out(
    bare_cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = site_in("eu-west-1", bare_cloud, monkeypatch)

    with pytest.raises(ClientError, match="give its ARN as WebAclArn"):
        make(site, RequestsPerFiveMinutes="500")


def test_sites_of_one_name_in_two_regions_share_nothing(
    bare_cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = (site_in(region, bare_cloud, monkeypatch) for region in (REGION, "us-west-2"))
    first = make(one)

    second = make(other)

    assert make(one) == first
    for name in ("UploadBucket", "MediaBucket", "WebRole", "DistributionId", "SignInHost"):
        assert first[name] != second[name], name
