"""What is there after `zappa deploy --all`, and how it is set. test_docs.py goes on from there."""

from __future__ import annotations

import json

import pytest

from tests.deploy.cloud import PROJECT
from tests.deploy.deployment import Deployment

pytestmark = pytest.mark.deployed

NAME = f"{PROJECT}-production"
FUNCTIONS = (NAME, f"{NAME}-thumbnails", f"{NAME}-fanout")


def test_what_exists_after_deploy_all(deployment: Deployment) -> None:
    assert deployment.url in deployment.first.stdout
    functions = deployment.client("lambda")
    for name in FUNCTIONS:
        found = functions.get_function_configuration(FunctionName=name)
        role = "web" if name == NAME else name.rsplit("-", 1)[1]
        assert found["Runtime"] == "python3.13"
        assert found["Role"].endswith(f"{NAME}-{role}-eu-central-1")
        assert found["Handler"].endswith(".handler.handler")
        secrets = deployment.client("ssm").get_parameter(
            Name=f"/{PROJECT}/production/web", WithDecryption=True
        )["Parameter"]
        assert secrets["Type"] == "SecureString"
        values = json.loads(secrets["Value"])
        assert values["oidc_client_secret"]
        for secret in (values["cookie_key"], values["oidc_client_secret"]):
            assert secret not in str(found["Environment"])


@pytest.mark.parametrize(
    ("component", "name", "batch", "at_once"),
    [
        ("thumbnails", "thumbnails", 1, 3),
        ("fanout", "fanout", 10, 2),
        ("fanout", "push", 1, 2),
        ("fanout", "mail", 1, 2),
    ],
)
def test_queues_feed_their_functions(
    deployment: Deployment, component: str, name: str, batch: int, at_once: int
) -> None:
    (mapping,) = deployment.client("lambda").list_event_source_mappings(
        FunctionName=f"{NAME}-{component}",
        EventSourceArn=deployment.outputs[f"{name.capitalize()}QueueArn"],
    )["EventSourceMappings"]
    queue = deployment.client("sqs").get_queue_attributes(
        QueueUrl=deployment.outputs[f"{name.capitalize()}QueueUrl"], AttributeNames=["All"]
    )["Attributes"]

    assert mapping["BatchSize"] == batch
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": at_once}
    assert int(queue["VisibilityTimeout"]) >= 6 * 60
    redrive = json.loads(queue["RedrivePolicy"])
    assert redrive["deadLetterTargetArn"].endswith(f"{name}-dead-letters")
    assert int(redrive["maxReceiveCount"]) == 5


def test_table_and_buckets_are_kept_safe(deployment: Deployment) -> None:
    dynamodb, s3 = deployment.client("dynamodb"), deployment.client("s3")
    table = dynamodb.describe_table(TableName=NAME)["Table"]
    recovery = dynamodb.describe_continuous_backups(TableName=NAME)["ContinuousBackupsDescription"]
    media, uploads = deployment.outputs["MediaBucket"], deployment.outputs["UploadBucket"]

    assert table["DeletionProtectionEnabled"]
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    point_in_time = recovery["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
    assert point_in_time == "ENABLED"
    ttl = dynamodb.describe_time_to_live(TableName=NAME)["TimeToLiveDescription"]
    assert ttl["AttributeName"] == "expires_at"
    assert s3.get_bucket_versioning(Bucket=media)["Status"] == "Enabled"
    for bucket in (uploads, media):
        (cors,) = s3.get_bucket_cors(Bucket=bucket)["CORSRules"]
        assert cors["AllowedOrigins"] == [deployment.url]
    for bucket in (media, uploads):
        blocked = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
        assert all(blocked.values())


def test_sign_in_is_by_code_only(deployment: Deployment) -> None:
    client = deployment.client("cognito-idp").describe_user_pool_client(
        UserPoolId=deployment.outputs["UserPool"], ClientId=deployment.outputs["UserPoolClient"]
    )["UserPoolClient"]

    assert client["AllowedOAuthFlows"] == ["code"]
    assert client["CallbackURLs"] == [f"{deployment.url}/auth/callback"]
    assert client["PreventUserExistenceErrors"] == "ENABLED"
    assert sorted(client["WriteAttributes"]) == ["email", "name"]


def test_alarms_budget_dashboard_and_logs_are_there(deployment: Deployment) -> None:
    alarms = deployment.client("cloudwatch").describe_alarms()["MetricAlarms"]
    groups = deployment.client("logs").describe_log_groups(logGroupNamePrefix="/aws/lambda/")
    budgets = deployment.client("budgets").describe_budgets(AccountId="000000000000")["Budgets"]
    schedule = deployment.client("scheduler").get_schedule(Name=f"{NAME}-sweep")

    assert len(alarms) == 8
    assert all(alarm["AlarmActions"] for alarm in alarms)
    retention = {
        group["logGroupName"]: group.get("retentionInDays") for group in groups["logGroups"]
    }
    assert retention == {f"/aws/lambda/{name}": 30 for name in FUNCTIONS}
    assert [budget["BudgetName"] for budget in budgets] == [f"{NAME}-month-eu-central-1"]
    assert schedule["ScheduleExpression"] == "rate(5 minutes)"
    assert json.loads(schedule["Target"]["Input"]) == {"sweep": {}}
