"""Lines for the AWS CLI, done by boto3: the project does without that program."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import Any

from botocore import xform_name
from botocore.model import OperationModel


def run(line: str, client: Callable[[str], Any]) -> dict[str, Any]:
    """Do `aws SERVICE OPERATION --OPTION VALUE ...` with `client(SERVICE)`; return the answer.

    Raises KeyError for what the CLI would not know. Values are texts, flags, and structures in
    shorthand (Key=value,Key=value).
    """
    _, service, name, *rest = shlex.split(line)
    asked = client({"s3api": "s3"}.get(service, service))
    if "--region" in rest:
        at = rest.index("--region")
        assert rest[at + 1] == asked.meta.region_name, line
        del rest[at : at + 2]
    operation = _operation(asked, name)
    answer: dict[str, Any] = asked._make_api_call(operation.name, _parameters(operation, rest))
    return answer


def _operation(asked: Any, name: str) -> OperationModel:
    model = asked.meta.service_model
    operations = {xform_name(each, "-"): each for each in model.operation_names}
    return model.operation_model(operations[name])


def _parameters(operation: OperationModel, words: list[str]) -> dict[str, Any]:
    shapes = operation.input_shape.members  # type: ignore[union-attr]
    options = {xform_name(member, "-"): member for member in shapes}
    given: dict[str, Any] = {}
    left = iter(words)
    for option in left:
        name = option.removeprefix("--")
        if (positive := name.removeprefix("no-")) not in options:
            raise KeyError(f"{operation.name} has no {option}")
        shape = shapes[options[positive]]
        if shape.type_name == "boolean":
            given[options[positive]] = name == positive
        elif shape.type_name == "structure":
            pairs = (pair.split("=", 1) for pair in next(left).split(","))
            given[options[positive]] = {
                key: value == "true" if shape.members[key].type_name == "boolean" else value
                for key, value in pairs
            }
        else:
            given[options[positive]] = next(left)
    return given
