"""Zappa's own commands, one after the other, on one deployment; and what each leaves behind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

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
        ("thumbnails", "thumbnails", 1, 5),
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
    (cors,) = s3.get_bucket_cors(Bucket=uploads)["CORSRules"]
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
    assert client["WriteAttributes"] == ["name"]


def test_alarms_budget_dashboard_and_logs_are_there(deployment: Deployment) -> None:
    alarms = deployment.client("cloudwatch").describe_alarms()["MetricAlarms"]
    groups = deployment.client("logs").describe_log_groups(logGroupNamePrefix="/aws/lambda/")
    budgets = deployment.client("budgets").describe_budgets(AccountId="000000000000")["Budgets"]
    schedule = deployment.client("scheduler").get_schedule(Name=f"{NAME}-sweep")

    assert len(alarms) == 9
    assert all(alarm["AlarmActions"] for alarm in alarms)
    retention = {
        group["logGroupName"]: group.get("retentionInDays") for group in groups["logGroups"]
    }
    assert retention == {f"/aws/lambda/{name}": 30 for name in FUNCTIONS}
    assert [budget["BudgetName"] for budget in budgets] == [NAME]
    assert schedule["ScheduleExpression"] == "rate(5 minutes)"
    assert json.loads(schedule["Target"]["Input"]) == {"sweep": {}}


@pytest.fixture
def own(tmp_path: Path) -> Any:
    """A deployment for somebody who changes it."""
    made = Deployment(tmp_path)
    yield made
    made.close()


def test_life_of_a_deployment(own: Deployment) -> None:
    before = everything(own)
    assert len(before["mappings"]) == 3, "a queue for mail, but nobody to send it from"
    own.client("dynamodb").put_item(TableName=NAME, Item={"PK": {"S": "KEPT"}, "SK": {"S": "KEPT"}})
    own.client("s3").put_object(Bucket=own.outputs["MediaBucket"], Key="media/kept", Body=b"kept")

    again = own.checkout.run("zappa", "deploy", "--all")
    assert again.returncode == 0, again.stdout
    assert everything(own) == before

    updated = own.checkout.run("zappa", "update", "--all")
    assert updated.returncode == 0, updated.stdout
    assert everything(own) == before

    status = own.checkout.run("zappa", "status", "production")
    assert status.returncode == 0, status.stdout
    assert own.url in status.stdout

    home = own.checkout.folder / "webapp" / "home.py"
    home.write_text(home.read_text() + "\n\n# changed\nCHANGED = True\n")
    old = code(own, NAME)
    changed = own.checkout.run("zappa", "update", "production")
    assert changed.returncode == 0, changed.stdout
    assert code(own, NAME) != old
    back = own.checkout.run("zappa", "rollback", "production", "-n", "1")
    assert back.returncode == 0, back.stdout
    assert code(own, NAME) == old
    assert own.get(own.url).status_code == 200

    for secret in ("origin", "signing"):
        rotated = own.checkout.run("python", "-m", "deploy.rotate", "production", secret)
        assert rotated.returncode == 0, rotated.stdout
        assert own.get(own.url).status_code == 200
    assert everything(own)["secrets"] != before["secrets"]

    early = own.checkout.run("python", "-m", "deploy.remove", "production", stdin=PROJECT + "\n")
    assert early.returncode == 1
    assert "zappa undeploy --all" in early.stdout

    gone = own.checkout.run("zappa", "undeploy", "--all", "--yes")
    assert gone.returncode == 0, gone.stdout
    assert f"The data stays: the table {NAME}" in gone.stdout
    assert own.client("lambda").list_functions()["Functions"] == []
    assert own.client("lambda").list_event_source_mappings()["EventSourceMappings"] == []
    assert own.client("apigateway").get_rest_apis()["items"] == []
    kept = own.client("dynamodb").get_item(
        TableName=NAME, Key={"PK": {"S": "KEPT"}, "SK": {"S": "KEPT"}}
    )
    assert "Item" in kept
    media = own.outputs["MediaBucket"]
    assert own.client("s3").get_object(Bucket=media, Key="media/kept")["Body"].read() == b"kept"

    refused = own.checkout.run("python", "-m", "deploy.remove", "production", stdin="production\n")
    assert refused.returncode == 1
    assert "nothing was removed" in refused.stdout
    removed = own.checkout.run("python", "-m", "deploy.remove", "production", stdin=PROJECT + "\n")
    assert removed.returncode == 0, removed.stdout
    with pytest.raises(ClientError):
        own.client("dynamodb").describe_table(TableName=NAME)
    assert own.client("s3").list_buckets()["Buckets"] == []
    assert own.client("cognito-idp").list_user_pools(MaxResults=5)["UserPools"] == []
    assert own.client("ssm").describe_parameters()["Parameters"] == []


def code(own: Deployment, function: str) -> str:
    found = own.client("lambda").get_function_configuration(FunctionName=function)
    return str(found["CodeSha256"])


def everything(own: Deployment) -> dict[str, Any]:
    """What is deployed, by the properties that a second deployment must leave as they are."""
    functions = own.client("lambda")
    configurations = {
        name: functions.get_function_configuration(FunctionName=name) for name in FUNCTIONS
    }
    kept = ("CodeSha256", "Environment", "Handler", "MemorySize", "Role", "Timeout", "Runtime")
    mappings = functions.list_event_source_mappings()["EventSourceMappings"]
    secrets = own.client("ssm").get_parameter(
        Name=f"/{PROJECT}/production/web", WithDecryption=True
    )
    resources = own.client("cloudformation").describe_stack_resources(StackName=f"{NAME}-site")
    return {
        "functions": {
            name: {key: found[key] for key in kept} for name, found in configurations.items()
        },
        "mappings": sorted((m["UUID"], m["BatchSize"], str(m["ScalingConfig"])) for m in mappings),
        "secrets": secrets["Parameter"]["Value"],
        "resources": sorted(
            (entry["LogicalResourceId"], entry["PhysicalResourceId"])
            for entry in resources["StackResources"]
        ),
        "outputs": own.read_outputs(),
        "apis": [api["id"] for api in own.client("apigateway").get_rest_apis()["items"]],
    }
