"""What the template says, where neither MiniStack nor cfn-lint nor checkov would notice."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cfnlint.decode.cfn_yaml import load

from deploy import functions, stack
from deploy.cost import ALARM_METRICS
from tests.deploy.cloud import ROOT

Template = dict[str, Any]


@pytest.fixture(scope="module")
def template() -> Template:
    return json.loads(json.dumps(load(str(stack.TEMPLATE))))


def of_type(template: Template, kind: str) -> dict[str, Template]:
    resources = template["Resources"]
    return {name: body for name, body in resources.items() if body["Type"] == f"AWS::{kind}"}


def statements(body: Template) -> list[Template]:
    return body["Properties"]["PolicyDocument"]["Statement"]


def test_cfn_lint_finds_nothing() -> None:
    lint = str(Path(sys.executable).with_name("cfn-lint"))
    done = subprocess.run([lint, str(stack.TEMPLATE)], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_body_that_is_sent_says_the_same_and_is_short_enough(tmp_path: Path) -> None:
    sent = tmp_path / "sent.yaml"
    sent.write_text(stack.template_body())

    assert len(stack.template_body()) <= 51_200
    assert json.dumps(load(str(sent))) == json.dumps(load(str(stack.TEMPLATE)))


def test_what_holds_data_outlives_its_stack_but_not_a_failed_first_try(template: Template) -> None:
    kept = {"Table", "UploadBucket", "MediaBucket", "UserPool"}

    for name, body in template["Resources"].items():
        expected = "RetainExceptOnCreate" if name in kept else None
        assert body.get("DeletionPolicy") == expected, name


def test_data_is_protected_once_there_is_a_site_but_not_a_failed_first_try(
    template: Template,
) -> None:
    table, pool = (template["Resources"][name]["Properties"] for name in ("Table", "UserPool"))

    assert table["DeletionProtectionEnabled"] == {"Fn::If": ["HasApi", True, False]}
    assert pool["DeletionProtection"] == {"Fn::If": ["HasApi", "ACTIVE", "INACTIVE"]}


def test_uploads_go_after_a_day_and_removed_pictures_after_thirty(template: Template) -> None:
    uploads = template["Resources"]["UploadBucket"]["Properties"]
    media = template["Resources"]["MediaBucket"]["Properties"]
    rules = {rule["Id"]: rule for rule in media["LifecycleConfiguration"]["Rules"]}
    (incoming,) = [
        rule for rule in uploads["LifecycleConfiguration"]["Rules"] if rule["Id"] == "incoming"
    ]

    assert incoming["Prefix"] == "incoming/"
    assert incoming["ExpirationInDays"] == 1
    assert media["VersioningConfiguration"] == {"Status": "Enabled"}
    assert rules["removed"]["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
    assert rules["unfinished"]["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
    assert rules["old-originals"]["Prefix"] == "originals/"
    assert rules["old-originals"]["Transitions"][0]["StorageClass"] == "GLACIER_IR"


@pytest.mark.parametrize("bucket", ["UploadBucket", "MediaBucket"])
def test_bucket_takes_tls_and_young_signatures_only(template: Template, bucket: str) -> None:
    properties = template["Resources"][bucket]["Properties"]
    denied = {
        entry["Sid"]: entry
        for entry in statements(template["Resources"][f"{bucket}Policy"])
        if entry["Effect"] == "Deny"
    }

    assert denied["OnlyOverTls"]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    age = denied["NoSignatureOlderThanTenMinutes"]["Condition"]["NumericGreaterThan"]
    assert age == {"s3:signatureAge": 600_000}
    assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert properties["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]


def test_pages_of_the_site_and_no_others_post_uploads_and_fetch_copies(
    template: Template,
) -> None:
    upload, media = (
        template["Resources"][f"{name}Bucket"]["Properties"]["CorsConfiguration"]
        for name in ("Upload", "Media")
    )
    site = [
        "HasSiteOrigin",
        {"Ref": "SiteOrigin"},
        {"Fn::Sub": "https://${Distribution.DomainName}"},
    ]
    condition, once_known, _nothing = media["Fn::If"]

    (posting,), (fetching,) = upload["CorsRules"], once_known["CorsRules"]
    assert (posting["AllowedMethods"], fetching["AllowedMethods"]) == (["POST"], ["GET"])
    assert posting["AllowedOrigins"] == [{"Fn::If": site}]
    assert condition == "HasPagesOrigin"
    assert fetching["AllowedOrigins"] == [{"Ref": "PagesOrigin"}]


def test_only_our_distribution_reads_pictures(template: Template) -> None:
    allowed = [
        entry
        for entry in statements(template["Resources"]["MediaBucketPolicy"])
        if entry["Effect"] == "Allow"
    ]

    assert [entry["Action"] for entry in allowed] == ["s3:GetObject"]
    assert allowed[0]["Resource"] == {"Fn::Sub": "${MediaBucket.Arn}/media/*"}
    assert "${Distribution}" in json.dumps(allowed[0]["Condition"])


def test_every_queue_has_dead_letters_patience_and_tls(template: Template) -> None:
    queues = of_type(template, "SQS::Queue")
    policies = of_type(template, "SQS::QueuePolicy")
    guarded = {
        body["Properties"]["Queues"][0]["Ref"]
        for body in policies.values()
        if any(entry["Sid"] == "OnlyOverTls" for entry in statements(body))
    }
    settings = json.loads((ROOT / "zappa_settings.json").read_text())
    longest = max(stage["timeout_seconds"] for stage in settings.values())

    assert guarded == set(queues)
    for name, body in queues.items():
        properties = body["Properties"]
        assert properties["SqsManagedSseEnabled"], name
        if name.endswith("DeadLetters"):
            assert properties["MessageRetentionPeriod"] == 14 * 24 * 3600
            assert properties["RedriveAllowPolicy"]["redrivePermission"] == "byQueue"
        else:
            dead = properties["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
            assert dead == name.replace("Queue", "DeadLetters")
            assert properties["VisibilityTimeout"] >= 6 * longest


def test_topics_take_tls_only(template: Template) -> None:
    guarded = {
        body["Properties"]["Topics"][0]["Ref"]
        for body in of_type(template, "SNS::TopicPolicy").values()
        if any(entry["Sid"] == "OnlyOverTls" for entry in statements(body))
    }

    assert guarded == set(of_type(template, "SNS::Topic"))


def test_zip_that_breaks_off_can_take_its_parts_back(template: Template) -> None:
    (policy,) = template["Resources"]["ThumbnailsRole"]["Properties"]["Policies"]
    (pictures,) = [
        each for each in policy["PolicyDocument"]["Statement"] if each.get("Sid") == "WritePictures"
    ]

    assert "s3:AbortMultipartUpload" in pictures["Action"]


def test_roles_name_their_actions_and_resources(template: Template) -> None:
    for name, body in of_type(template, "IAM::Role").items():
        assert "ManagedPolicyArns" not in body["Properties"], name
        for policy in body["Properties"]["Policies"]:
            for entry in policy["PolicyDocument"]["Statement"]:
                if "Fn::If" in entry:  # tracing has no resources to name
                    continue
                actions = (
                    entry["Action"] if isinstance(entry["Action"], list) else [entry["Action"]]
                )
                assert not any("*" in action for action in actions), (name, entry)
                assert entry["Resource"] != "*", (name, entry)


def test_sign_in_takes_the_code_flow_only(template: Template) -> None:
    client = template["Resources"]["UserPoolClient"]["Properties"]

    assert client["AllowedOAuthFlows"] == ["code"]
    assert client["GenerateSecret"]
    assert client["EnableTokenRevocation"]
    assert client["PreventUserExistenceErrors"] == "ENABLED"
    assert "aws.cognito.signin.user.admin" not in client["AllowedOAuthScopes"]
    assert client["WriteAttributes"] == ["email", "name"]


def test_cloudfront_caches_what_is_the_same_for_all_and_nothing_else(template: Template) -> None:
    config = template["Resources"]["Distribution"]["Properties"]["DistributionConfig"]
    behaviours = {entry["PathPattern"]: entry for entry in config["CacheBehaviors"]}
    year = template["Resources"]["CacheForAYear"]["Properties"]["CachePolicyConfig"]
    key = year["ParametersInCacheKeyAndForwardedToOrigin"]

    caching_disabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    assert config["DefaultCacheBehavior"]["CachePolicyId"] == caching_disabled
    assert config["HttpVersion"] == "http2and3"
    assert behaviours["/media/*"]["TrustedKeyGroups"] == [{"Ref": "SigningKeys"}]
    assert "TrustedKeyGroups" not in behaviours["/static/*"]
    assert year["MinTTL"] == 0
    assert year["MaxTTL"] == 365 * 24 * 3600
    assert key["CookiesConfig"] == {"CookieBehavior": "none"}
    assert key["QueryStringsConfig"] == {"QueryStringBehavior": "none"}
    for behaviour in (config["DefaultCacheBehavior"], *behaviours.values()):
        assert behaviour["ResponseHeadersPolicyId"] == {"Ref": "SecurityHeaders"}
        assert behaviour["ViewerProtocolPolicy"] in ("redirect-to-https", "https-only")


def test_no_secret_has_a_default_and_each_is_hidden(template: Template) -> None:
    for name, parameter in template["Parameters"].items():
        if "Secret" in name or "Private" in name:
            assert parameter["NoEcho"] is True, name
            assert parameter["Default"] == "", name


def test_alarms_stay_within_what_is_free(template: Template) -> None:
    alarms = of_type(template, "CloudWatch::Alarm")

    for name, body in alarms.items():
        assert body["Properties"]["AlarmActions"] == [{"Ref": "AlertsTopic"}], name
        assert body["Properties"]["TreatMissingData"] == "notBreaching", name
    documented = (ROOT / "docs" / "operations.md").read_text()
    for name in alarms:
        assert f"`{name}`" in documented, f"docs/operations.md does not explain {name}"


def test_functions_find_what_their_environment_names(template: Template) -> None:
    outputs = {name: f"<{name}>" for name in template["Outputs"]}

    class Site:
        name, secrets, push = "album-production", "/album/production/web", "/album/production/push"

        class session:  # noqa: N801
            region_name = "eu-central-1"

    for component in ("web", "thumbnails", "fanout"):
        given = functions.environment(Site(), component, outputs, "PublicKeyA", "key")  # type: ignore[arg-type]
        assert given["TABLE_NAME"] == "<Table>"
        assert all(isinstance(value, str) and value for value in given.values())


def test_everything_that_is_kept_is_encrypted(template: Template) -> None:
    resources = template["Resources"]
    aes = [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]

    assert resources["Table"]["Properties"]["SSESpecification"] == {"SSEEnabled": True}
    for name in ("UploadBucket", "MediaBucket"):
        encryption = resources[name]["Properties"]["BucketEncryption"]
        assert encryption == {"ServerSideEncryptionConfiguration": aes}, name
    for name, body in of_type(template, "SQS::Queue").items():
        assert body["Properties"]["SqsManagedSseEnabled"] is True, name


@pytest.mark.parametrize(
    ("alarm", "metric", "statistic", "period", "times", "threshold"),
    [
        ("PhotosGivenUp", "ApproximateNumberOfMessagesVisible", "Maximum", 60, 1, 0),
        ("NewsGivenUp", "ApproximateNumberOfMessagesVisible", "Maximum", 60, 1, 0),
        ("PhotosWaiting", "ApproximateAgeOfOldestMessage", "Maximum", 300, 1, 900),
        ("NewsWaiting", "ApproximateAgeOfOldestMessage", "Maximum", 300, 1, 900),
        ("NoticesWaiting", "ApproximateAgeOfOldestMessage", "Maximum", 300, 1, 3600),
        ("Failing", "Errors", "Sum", 300, 1, 2),
        ("Throttled", "Throttles", "Sum", 300, 2, 0),
        ("SlowPages", "Duration", "p95", 300, 3, 2000),
    ],
)
def test_alarm_watches_what_it_says(
    template: Template,
    alarm: str,
    metric: str,
    statistic: str,
    period: int,
    times: int,
    threshold: int,
) -> None:
    properties = template["Resources"][alarm]["Properties"]
    several = [
        each["Fn::If"][1] if "Fn::If" in each else each for each in properties.get("Metrics", [])
    ]
    watched = [each["MetricStat"] for each in several if "MetricStat" in each] or [
        {
            "Metric": properties,
            "Stat": properties.get("Statistic") or properties["ExtendedStatistic"],
            "Period": properties["Period"],
        }
    ]

    for each in watched:
        assert each["Metric"]["MetricName"] == metric
        assert (each["Stat"], each["Period"]) == (statistic, period)
    assert (properties["EvaluationPeriods"], properties["Threshold"]) == (times, threshold)
    assert properties["ComparisonOperator"] == "GreaterThanThreshold"


def test_alarms_on_metrics_cost_nothing_without_mail(template: Template) -> None:
    alarms = of_type(template, "CloudWatch::Alarm").values()
    metrics = [
        sum("MetricStat" in each for each in body["Properties"].get("Metrics", [{"MetricStat": 1}]))
        for body in alarms
    ]

    assert sum(metrics) == ALARM_METRICS <= 10


def test_dashboard_shows_every_queue_and_its_age(template: Template) -> None:
    body = template["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]

    for queue in ("ThumbnailsQueue", "FanoutQueue", "PushQueue"):
        assert body.count(f"${{{queue}.QueueName}}") == 2, queue
    assert body.count('-mail"') == 2
    assert "ApproximateAgeOfOldestMessage" in body


def test_static_files_are_asked_for_with_what_is_accepted(template: Template) -> None:
    config = template["Resources"]["Distribution"]["Properties"]["DistributionConfig"]
    (static,) = [each for each in config["Origins"] if each.get("Id") == "static"]
    behaviours = {each["PathPattern"]: each for each in config["CacheBehaviors"]}

    assert behaviours["/static/*"]["TargetOriginId"] == "static"
    assert {"HeaderName": "Accept", "HeaderValue": "*/*"} in static["OriginCustomHeaders"]


@pytest.mark.parametrize(
    ("role", "without"),
    [
        ("WebRole", set()),
        ("ThumbnailsRole", {"BatchWriteItem", "ConditionCheckItem"}),
        ("FanoutRole", {"ConditionCheckItem"}),
    ],
)
def test_role_has_the_table_rights_that_its_code_needs(
    template: Template, role: str, without: set[str]
) -> None:
    every = {"BatchGetItem", "BatchWriteItem", "ConditionCheckItem", "DeleteItem", "GetItem"}
    every |= {"PutItem", "Query", "UpdateItem"}
    (policy,) = template["Resources"][role]["Properties"]["Policies"]
    (table,) = [
        each for each in policy["PolicyDocument"]["Statement"] if each.get("Sid") == "Table"
    ]

    assert set(table["Action"]) == {f"dynamodb:{name}" for name in every - without}
