"""The deployment's CloudFormation template, cut down to what the local stack has."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent.parent / "deploy" / "template.yaml"
KINDS = {
    "AWS::DynamoDB::Table",
    "AWS::IAM::Role",
    "AWS::S3::Bucket",
    "AWS::SNS::Subscription",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "AWS::SQS::QueuePolicy",
}


def for_local_use() -> str:
    """Return the template as JSON: the table, buckets, queues, topics and roles, as deployed.

    Of their policies only the demand for TLS is left out, for this is plain HTTP on loopback. So is
    the rule that an address of one's own takes a certificate; all rules are about CloudFront.
    """
    import cfn_flip

    template: dict[str, Any] = json.loads(cfn_flip.to_json(FILE.read_text()))
    for part in ("Outputs", "Rules"):
        template.pop(part)
    template["Resources"] = {
        name: resource
        for name, resource in template["Resources"].items()
        if resource["Type"] in KINDS
    }
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::SQS::QueuePolicy":
            policy = resource["Properties"]["PolicyDocument"]
            policy["Statement"] = [
                statement for statement in policy["Statement"] if not _demands_tls(statement)
            ]
    return json.dumps(template)


def _demands_tls(statement: dict[str, Any]) -> bool:
    return "aws:SecureTransport" in json.dumps(statement.get("Condition", {}))
