"""botocore's descriptions, cut down: every operation that the code calls is still in them."""

from __future__ import annotations

import ast
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore
import pytest
from botocore import xform_name
from botocore.loaders import Loader
from botocore.session import Session

from deploy import lean, package
from deploy.descriptions import trim_endpoints, trim_service
from deploy.site import ROOT

DATA = Path(botocore.__file__).parent / "data"
EVERY_SERVICE = sorted({service for services in lean.SERVICES.values() for service in services})


def original(service: str) -> bytes:
    (file,) = sorted((DATA / service).glob("*/service-2.json.gz"))[-1:]
    return file.read_bytes()


def words(component: str) -> set[str]:
    return package._words(package._our_files(component, ROOT))


def sources(component: str) -> Iterator[ast.AST]:
    for name in package.OURS[component]:
        for path in (ROOT / name).rglob("*.py"):
            yield from ast.walk(ast.parse(path.read_text()))


def services(component: str) -> set[str]:
    """Return every service that a component's sources ask for: client("sns")."""
    found = set()
    for node in sources(component):
        match node:
            case ast.Call(func=ast.Name(id="client"), args=[ast.Constant(value=str(service)), *_]):
                found.add(service)
    return found


@pytest.mark.parametrize("component", sorted(package.OURS))
def test_every_service_that_is_called_is_in_the_package(component: str) -> None:
    # store/mail.py and store/secrets.py are in every package, but not for everybody to use.
    others = {"web": {"sesv2"}, "thumbnails": {"sesv2", "ssm"}, "fanout": set()}

    assert services(component) == {*lean.SERVICES[component], *others[component]}


@pytest.mark.parametrize("component", sorted(package.OURS))
def test_every_operation_that_is_called_is_described(component: str) -> None:
    attributes = {node.attr for node in sources(component) if isinstance(node, ast.Attribute)}

    for service in lean.SERVICES[component]:
        operations = json.loads(gzip.decompress(original(service)))["operations"]
        called = {name for name in operations if xform_name(name) in attributes}
        kept = json.loads(trim_service(original(service), words(component)))["operations"]
        assert called, service
        assert called <= set(kept), service


@pytest.mark.parametrize("service", EVERY_SERVICE)
def test_client_works_with_what_is_left(service: str, tmp_path: Path) -> None:
    folder = tmp_path / service / "1"
    folder.mkdir(parents=True)
    (folder / "service-2.json").write_bytes(trim_service(original(service), words("fanout")))
    (tmp_path / "endpoints.json").write_bytes(
        trim_endpoints((DATA / "endpoints.json").read_bytes(), (service,))
    )
    for name in ("partitions.json", "sdk-default-configuration.json", "_retry.json"):
        (tmp_path / name).write_bytes((DATA / name).read_bytes())
    rules = sorted((DATA / service).glob("*/endpoint-rule-set-1.json.gz"))[-1]
    (folder / rules.name).write_bytes(rules.read_bytes())
    session = Session()
    loader = Loader([str(tmp_path)], include_default_search_paths=False)
    session.register_component("data_loader", loader)

    client = session.create_client(
        service, "eu-central-1", aws_access_key_id="id", aws_secret_access_key="secret"
    )

    model = client.meta.service_model
    assert model.operation_names
    for name in model.operation_names:
        operation = model.operation_model(name)
        for shape in (operation.input_shape, operation.output_shape):
            _walk(shape, set())
    assert ".amazonaws.com" in client.meta.endpoint_url


def _walk(shape: Any, seen: set[str]) -> None:
    """Resolve everything that a shape is made of: what is missing raises here."""
    if shape is None or shape.name in seen:
        return
    seen.add(shape.name)
    children = getattr(shape, "members", {}).values() if shape.type_name == "structure" else []
    for child in (*children, *(getattr(shape, part, None) for part in ("member", "key", "value"))):
        _walk(child, seen)


def test_prose_and_what_nobody_calls_are_gone() -> None:
    cut = trim_service(original("dynamodb"), {"get_item"})
    whole = json.loads(gzip.decompress(original("dynamodb")))
    described = json.loads(cut)

    assert set(described["operations"]) == {"GetItem"}
    assert set(described["shapes"]) < set(whole["shapes"])
    errors = {name for name, shape in whole["shapes"].items() if shape.get("exception")}
    assert errors <= set(described["shapes"])
    assert b"<p>" not in cut


def test_a_member_that_is_called_documentation_stays() -> None:
    shapes = {
        "In": {
            "type": "structure",
            "members": {"documentation": {"shape": "Text", "documentation": "Prose."}},
        },
        "Text": {"type": "string", "documentation": "Prose."},
    }
    service = {
        "metadata": {"endpointPrefix": "any"},
        "operations": {"DoIt": {"input": {"shape": "In"}}},
        "shapes": shapes,
    }

    cut = json.loads(trim_service(gzip.compress(json.dumps(service).encode()), {"do_it"}))

    assert cut["shapes"]["In"]["members"]["documentation"]["shape"] == "Text"
    assert "Prose" not in json.dumps(cut)
