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


def allowed() -> list[str]:
    actions: list[str] = []
    for statement in POLICY["Statement"]:
        given = statement["Action"]
        actions += given if isinstance(given, list) else [given]
    return actions


@pytest.mark.parametrize("kind", TYPES)
def test_deployer_may_do_what_a_resource_takes(kind: str) -> None:
    schema: Any = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind)
    handlers = [schema.schema["handlers"].get(name, {}) for name in ("create", "read", "update")]
    needed = {right for handler in handlers for right in handler.get("permissions", [])}
    assert needed

    missing = {right for right in needed if not _matches(right, (*allowed(), *NOT_USED))}

    assert missing == set()


def _matches(right: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(right.lower(), pattern.lower()) for pattern in patterns)


def test_policy_fits_into_one_managed_policy_and_names_its_actions() -> None:
    assert len(json.dumps(POLICY, separators=(",", ":"))) <= 6_144
    assert not [action for action in allowed() if action.endswith(":*")]
