"""The CloudFormation stack: made or changed, with a line for each resource while it waits."""

from __future__ import annotations

import time
from collections.abc import Container
from typing import Any

import yaml
from botocore.exceptions import ClientError
from click import ClickException, echo

from deploy.errors import stack_failure
from deploy.site import ROOT, Site

TEMPLATE = ROOT / "deploy" / "template.yaml"
_WAIT = 2.0  # seconds between looks


def ensure(
    site: Site, parameters: dict[str, str], *, keep: Container[str] | None = None
) -> dict[str, str]:
    """Make the site's stack or bring it up to the template; return its outputs.

    Parameters that are not given keep their value; where `keep` names some, only those do, and the
    others go back to the template's defaults. Doing it again changes nothing.
    """
    cloudformation: Any = site.session.client("cloudformation")
    stack = find(cloudformation, site.stack)
    since = _latest_event(cloudformation, site.stack) if stack else None
    if stack is None:
        echo(f"Making the stack {site.stack}; on AWS this takes about six minutes.")
        cloudformation.create_stack(
            StackName=site.stack,
            TemplateBody=template_body(),
            Parameters=_list(parameters),
            Capabilities=["CAPABILITY_NAMED_IAM"],
            EnableTerminationProtection=True,
            Tags=[{"Key": key, "Value": value} for key, value in site.tags.items()],
        )
    else:
        _refuse_broken(site, stack)
        try:
            cloudformation.update_stack(
                StackName=site.stack,
                TemplateBody=template_body(),
                Parameters=_list(parameters) + _previous(cloudformation, stack, parameters, keep),
                Capabilities=["CAPABILITY_NAMED_IAM"],
            )
        except ClientError as error:
            if "No updates are to be performed" not in str(error):
                raise
            return outputs(stack)
        echo(f"Changing the stack {site.stack}.")
    return outputs(_wait(cloudformation, site, since))


def template_body() -> str:
    """Return the template without comments, indentation and line ends.

    CloudFormation takes 51,200 characters and no more, unless there is a bucket to read it from.
    """
    template = _flat(yaml.compose(TEMPLATE.read_text()))
    template.flow_style = False  # what begins with a brace is taken for JSON
    body = yaml.serialize(template, width=1_000_000)
    if len(body) > 51_200:
        raise ClickException(f"{TEMPLATE.name} has grown to {len(body)} characters, over 51,200.")
    return body


def _flat(node: Any) -> Any:
    """Return a YAML node with everything in it in flow style: {key: value, key: [value]}."""
    if isinstance(node, yaml.CollectionNode):
        node.flow_style = True
        for child in node.value:
            for part in child if isinstance(child, tuple) else (child,):
                _flat(part)
    return node


def find(cloudformation: Any, name: str) -> dict[str, Any] | None:
    """Return a stack's description, None where there is none."""
    try:
        stack: dict[str, Any] = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return stack


def outputs(stack: dict[str, Any]) -> dict[str, str]:
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def parameters(stack: dict[str, Any]) -> dict[str, str]:
    """Return the values that a stack was given; secret ones come as asterisks."""
    return {
        parameter["ParameterKey"]: parameter.get("ParameterValue", "")
        for parameter in stack.get("Parameters", [])
    }


def _list(parameters: dict[str, str]) -> list[dict[str, Any]]:
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]


def _previous(
    cloudformation: Any, stack: dict[str, Any], given: dict[str, str], keep: Container[str] | None
) -> list[dict[str, Any]]:
    """Return "as before" for those of the stack's parameters that the template knows still."""
    template = cloudformation.get_template_summary(TemplateBody=template_body())
    known = {parameter["ParameterKey"] for parameter in template["Parameters"]}
    had = {parameter["ParameterKey"] for parameter in stack.get("Parameters", [])}
    return [
        {"ParameterKey": key, "UsePreviousValue": True}
        for key in sorted(known & had - set(given))
        if keep is None or key in keep
    ]


def _refuse_broken(site: Site, stack: dict[str, Any]) -> None:
    """Raise one sentence where a stack is in a state that no update leads out of."""
    name, status = site.stack, stack["StackStatus"]
    region = f"--region {site.session.region_name}"
    if status.endswith("IN_PROGRESS"):
        raise ClickException(
            f"The stack {name} is being changed right now ({status}): wait for that to end, "
            "then run the same command."
        )
    if status == "ROLLBACK_COMPLETE":
        raise ClickException(
            f"The first attempt to make the stack {name} failed and left only its name ({status}): "
            f"run 'aws cloudformation update-termination-protection {region} --stack-name {name} "
            f"--no-enable-termination-protection' and 'aws cloudformation delete-stack {region} "
            f"--stack-name {name}', then deploy again."
        )
    if status in ("ROLLBACK_FAILED", "CREATE_FAILED"):
        raise ClickException(
            f"The first attempt to make the stack {name} failed and left parts of it ({status}): "
            f"'python -m deploy.remove {site.environment}' removes them, then deploy again."
        )
    if status == "DELETE_FAILED":
        raise ClickException(
            f"The stack {name} was being removed, and something of it is left ({status}): "
            f"'python -m deploy.remove {site.environment}' removes the rest, data too."
        )
    if status == "UPDATE_ROLLBACK_FAILED":
        raise ClickException(
            f"A change of the stack {name} could not be taken back ({status}): run "
            f"'aws cloudformation continue-update-rollback {region} --stack-name {name}', then "
            "deploy again."
        )


def _wait(cloudformation: Any, site: Site, since: str | None) -> dict[str, Any]:
    """Tell what happens until the stack is done. Raises ClickException with the first failure.

    `since` is the last event before; a stack that is being made has none.
    """
    name, told = site.stack, set[str]()
    failure: tuple[str, str] | None = None
    while True:
        stack: dict[str, Any] = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        for event in _events(cloudformation, name, since):
            if event["EventId"] in told:
                continue
            told.add(event["EventId"])
            resource, status = event["LogicalResourceId"], event["ResourceStatus"]
            reason = event.get("ResourceStatusReason", "")
            if status.endswith(("_COMPLETE", "_FAILED")) and resource != name:
                echo(f"  {status.replace('_', ' ').lower():24} {resource}")
            if status.endswith("_FAILED") and "cancelled" not in reason and failure is None:
                failure = resource, reason
        if not stack["StackStatus"].endswith("_IN_PROGRESS"):
            break
        time.sleep(_WAIT)
    if stack["StackStatus"] not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        said = name, stack.get("StackStatusReason", stack["StackStatus"])
        resource, reason = failure or said
        if "DescribeEvents" in reason:
            resource, reason = _refused_beforehand(cloudformation, name)
        raise ClickException(stack_failure(site, resource, reason, new=since is None))
    return stack


def _refused_beforehand(cloudformation: Any, name: str) -> tuple[str, str]:
    """Return resource and reason where an operation ended before it had made anything.

    CloudFormation looks at names first, and the stack's events then say no more than where to ask.
    """
    answer = cloudformation.describe_events(StackName=name, Filters={"FailedEvents": True})
    errors = [each for each in answer["OperationEvents"] if each["EventType"] == "VALIDATION_ERROR"]
    if not errors:
        return name, "CloudFormation refused it and gives no reason; its console may know more"
    latest = max(errors, key=lambda event: event["Timestamp"])
    return latest["LogicalResourceId"], latest["ValidationStatusReason"]


def _latest_event(cloudformation: Any, name: str) -> str | None:
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    return events[0]["EventId"] if events else None


def _events(cloudformation: Any, name: str, since: str | None) -> list[dict[str, Any]]:
    """Return the stack's events after `since`, oldest first."""
    fresh: list[dict[str, Any]] = []
    for page in cloudformation.get_paginator("describe_stack_events").paginate(StackName=name):
        for event in page["StackEvents"]:
            if event["EventId"] == since:
                return fresh[::-1]
            fresh.append(event)
    return fresh[::-1]
