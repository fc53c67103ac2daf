"""What is deployed of one site, by name: what a second deployment must leave as it is."""

from __future__ import annotations

from typing import Any

from deploy import stack
from deploy.site import COMPONENTS
from tests.deploy.cloud import Cloud

KEPT = (
    "CodeSha256",
    "Environment",
    "Handler",
    "MemorySize",
    "Role",
    "Runtime",
    "Timeout",
    "TracingConfig",
)


def functions(name: str) -> list[str]:
    return [name if component == "web" else f"{name}-{component}" for component in COMPONENTS]


def described(cloud: Cloud, name: str) -> dict[str, Any]:
    """Return CloudFormation's description of a site's stack; `name` is "album-production"."""
    found = stack.find(cloud.client("cloudformation"), f"{name}-site")
    assert found is not None, f"there is no stack {name}-site"
    return found


def outputs(cloud: Cloud, name: str) -> dict[str, str]:
    return stack.outputs(described(cloud, name))


def inventory(cloud: Cloud, name: str) -> dict[str, Any]:
    lambdas, found = cloud.client("lambda"), described(cloud, name)
    configurations = {
        each: lambdas.get_function_configuration(FunctionName=each) for each in functions(name)
    }
    mappings = [
        mapping
        for each in functions(name)
        for mapping in lambdas.list_event_source_mappings(FunctionName=each)["EventSourceMappings"]
    ]
    resources = cloud.client("cloudformation").describe_stack_resources(StackName=f"{name}-site")
    return {
        "functions": {
            each: {key: configuration[key] for key in KEPT}
            for each, configuration in configurations.items()
        },
        "mappings": {
            mapping["EventSourceArn"]: (
                mapping["UUID"],
                mapping["BatchSize"],
                mapping["ScalingConfig"],
            )
            for mapping in mappings
        },
        "pictures": lambdas.get_function_url_config(FunctionName=f"{name}-thumbnails")[
            "FunctionUrl"
        ],
        "apis": {
            api["name"]: api["id"]
            for api in cloud.client("apigateway").get_rest_apis()["items"]
            if api["name"] == name
        },
        "secrets": secrets(cloud, name),
        "resources": {
            entry["LogicalResourceId"]: entry["PhysicalResourceId"]
            for entry in resources["StackResources"]
        },
        "parameters": stack.parameters(found),
        "outputs": stack.outputs(found),
    }


def secrets(cloud: Cloud, name: str) -> str:
    """Return the web function's secrets as SSM has them."""
    project, _, environment = name.rpartition("-")
    parameter = cloud.client("ssm").get_parameter(
        Name=f"/{project}/{environment}/web", WithDecryption=True
    )
    return str(parameter["Parameter"]["Value"])


def code(cloud: Cloud, function: str) -> str:
    """Return the digest of a function's code."""
    found = cloud.client("lambda").get_function_configuration(FunctionName=function)
    return str(found["CodeSha256"])
