"""deploy/deployer-policy.json allows what CloudFormation does with the deployer's credentials.

MiniStack's CloudFormation asks for no rights, so what it needs is taken from the resource types'
own schemas (which cfn-lint carries): each names the rights of its handlers.
"""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any

import pytest
from cfnlint.decode.cfn_yaml import load
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from deploy import stack
from tests.deploy.cloud import ROOT

POLICY = json.loads((ROOT / "deploy" / "deployer-policy.json").read_text())
TEMPLATE = json.loads(json.dumps(load(str(stack.TEMPLATE))))
TYPES = sorted({body["Type"] for body in TEMPLATE["Resources"].values()})
# Rights of features that the template does not use, by service.
NOT_USED = (
    "*:Untag*",
    "billing:*",
    "payments:*",
    "kms:*",  # keys of our own; those of AWS need no right
    "kinesis:*",
    "firehose:*",
    "s3tables:*",
    "iam:CreateServiceLinkedRole",
    "iam:AttachRolePolicy",
    "iam:DetachRolePolicy",
    "iam:*PermissionsBoundary",
    "iam:UpdateRole*",
    "cloudfront:*ConnectionGroup",
    "cloudfront:GetVpcOrigin",
    "cloudfront:CreateDistributionWithTags",  # no right of its own: CreateDistribution, TagResource
    "cloudfront:*StagingConfig",
    "cognito-idp:AddCustomAttributes",
    "dynamodb:*Replica",
    "dynamodb:*KinesisStreamingDestination",
    "dynamodb:UpdateContributorInsights",
    "dynamodb:ImportTable",
    "*:*ResourcePolicy",
    "logs:*DataProtectionPolicy",
    "logs:*IndexPolicy",
    "logs:*KmsKey",
    "logs:DeleteRetentionPolicy",
    "logs:*LogDelivery",
    "logs:*LogEvents",
    "logs:CreateLogStream",
    "logs:PutLogGroupDeletionProtection",
    "logs:PutBearerTokenAuthentication",
    "sns:PutDataProtectionPolicy",
    "s3:*Metadata*",
    "s3:*Analytics*",
    "s3:*Metrics*",
    "s3:*Replication*",
    "s3:*Website",
    "s3:*Accelerate*",
    "s3:*Inventory*",
    "s3:*IntelligentTiering*",
    "s3:*ObjectLock*",
    "s3:*Acl",
    "s3:*Logging",
    "s3:*Abac",
    "s3:REST.PUT.OBJECT",
    "s3:DeleteBucketCors",  # the template has CORS, encryption and lifecycle for good
    "s3:DeleteBucketEncryption",
    "s3:DeleteBucketLifecycle",
)


# What of a service has a name that begins with the project's: an example.
NAMED = {
    "budgets": "arn:aws:budgets::000000000000:budget/contact-sheet-production-month-eu-central-1",
    "cloudwatch": "arn:aws:cloudwatch:eu-central-1:000000000000:alarm:contact-sheet-production-x",
    "dynamodb": "arn:aws:dynamodb:eu-central-1:000000000000:table/contact-sheet-production",
    "iam": "arn:aws:iam::000000000000:role/contact-sheet-production-web-eu-central-1",
    "lambda": "arn:aws:lambda:eu-central-1:000000000000:function:contact-sheet-production",
    "logs": "arn:aws:logs:eu-central-1:000000000000:log-group:/aws/lambda/contact-sheet-production",
    "s3": "arn:aws:s3:::contact-sheet-production-media-000000000000-eu-central-1",
    "scheduler": "arn:aws:scheduler:eu-central-1:000000000000:schedule/default/contact-sheet-x",
    "ses": "arn:aws:ses:eu-central-1:000000000000:configuration-set/contact-sheet-production",
    "sns": "arn:aws:sns:eu-central-1:000000000000:contact-sheet-production-alerts",
    "sqs": "arn:aws:sqs:eu-central-1:000000000000:contact-sheet-production-mail",
    "wafv2": "arn:aws:wafv2:us-east-1:000000000000:global/webacl/contact-sheet-production/0123",
}
DASHBOARD = "arn:aws:cloudwatch::000000000000:dashboard/contact-sheet-production-eu-central-1"
# What cannot be held to the project's name, and why.
NAMELESS = {
    "apigateway:*": "an API's ARN has its id, which Zappa is told when it has made it",
    "ce:*": "costs are the account's",
    "cloudformation:DescribeEvents": "asked of an operation, which has an id",
    "cloudformation:GetTemplateSummary": "asked of a template, which is no stack",
    "cloudfront:*": "everything of CloudFront has an id",
    "cloudwatch:GetMetricStatistics": "metrics have no ARN",
    "cognito-idp:*": "a user pool's ARN has its id",
    "events:ListRuleNamesByTarget": "asked of all rules by `zappa undeploy`",
    "lambda:*EventSourceMapping*": "a mapping's ARN has its id",
    "logs:Describe*": "groups are looked for by the beginning of their names",
    "ses:*EmailIdentity*": "the domain is the deployer's",
    "ses:*Tag*": "the same",
    "sns:*Subscription*": "a subscription's rights have no resource",
    "sns:Unsubscribe": "a subscription's rights have no resource",
    "sts:GetCallerIdentity": "tells the account's number",
    "wafv2:GetWebACL": "an ACL of the deployer's own has any name",
}


def statements() -> list[tuple[list[str], list[str]]]:
    """Return actions and resources of each statement."""
    return [
        ([each["Action"]] if isinstance(each["Action"], str) else each["Action"],
         [each["Resource"]] if isinstance(each["Resource"], str) else each["Resource"])
        for each in POLICY["Statement"]
    ]  # fmt: skip


def allowed(resource: str | None = None) -> list[str]:
    """Return the actions that are allowed with a resource, or with any."""
    return [
        action
        for actions, resources in statements()
        for action in actions
        if resource is None or any(fnmatchcase(resource, pattern) for pattern in resources)
    ]


@pytest.mark.parametrize("kind", TYPES)
def test_deployer_may_do_what_a_resource_takes(kind: str) -> None:
    schema: Any = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind)
    handlers = [schema.schema["handlers"].get(name, {}) for name in ("create", "read", "update")]
    needed = {right for handler in handlers for right in handler.get("permissions", [])}
    assert needed

    missing = {
        right
        for right in needed
        if not _matches(right, (*allowed(_example(kind, right)), *NOT_USED))
    }

    assert missing == set()


def _example(kind: str, right: str) -> str:
    service = right.split(":")[0]
    if kind == "AWS::CloudWatch::Dashboard" and service == "cloudwatch":
        return DASHBOARD
    return NAMED.get(service, "what has no name")


def test_what_can_be_named_begins_with_the_projects_name() -> None:
    beyond = {
        action
        for actions, resources in statements()
        if not all("contact-sheet" in resource for resource in resources)
        for action in actions
    }
    unreasoned = {action for action in beyond if not _matches(action, tuple(NAMELESS))}

    assert unreasoned == set()
    for example in (*NAMED.values(), DASHBOARD):
        others = allowed(example.replace("contact-sheet", "another"))
        assert {action for action in others if not _matches(action, tuple(NAMELESS))} == set()


def _matches(right: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(right.lower(), pattern.lower()) for pattern in patterns)


def test_policy_fits_into_one_managed_policy_and_names_its_actions() -> None:
    assert len(json.dumps(POLICY, separators=(",", ":"))) <= 6_144
    assert not [action for action in allowed() if action.endswith(":*")]
