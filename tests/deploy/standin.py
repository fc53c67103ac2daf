"""AWS on loopback: MiniStack 1.5.33, and what it lacks for a whole deployment to run in it.

Run as a program; the environment says port and folders (see cloud.py). Each function below mends
one thing, by MiniStack's own functions, which is why the version is pinned.
"""

from __future__ import annotations

import asyncio
import base64
import fnmatch
import json
import os
import re
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import ministack.app as app
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from defusedxml.ElementTree import fromstring
from ministack.core import iam_actions, iam_evaluator, lambda_runtime
from ministack.services import apigateway_v1, budgets, cloudfront, cognito, dynamodb, lambda_svc
from ministack.services.cloudformation import provisioners

sys.path.insert(0, str(Path(__file__).parents[2]))  # this runs as a script

from local import ministack_patches  # noqa: E402

PORT = int(os.environ["GATEWAY_PORT"])
ACCOUNT = "000000000000"


def count_loopback_as_tls() -> None:
    """The policies deny plain http; here nothing leaves the machine."""
    app.pin_request_origin = lambda address, _: iam_evaluator.pin_request_origin(address, True)


def name_what_is_restored_and_made() -> None:
    """MiniStack does not find in the request whose right it is: to restore is one to the source, to
    make a function is one to that function.
    """
    resource_of = iam_actions.extract_resource_arn

    def resource(service: str, *request: Any) -> Any:
        asked = json.loads(request[3]) if service == "dynamodb" else {}
        if name := asked.get("SourceTableName"):
            return f"arn:aws:dynamodb:{':'.join(request[-2:])}:table/{name}"
        method, path, body = request[0], request[1], request[3]
        if service == "lambda" and method == "POST" and path.endswith("/functions"):
            name = json.loads(body)["FunctionName"]
            return f"arn:aws:lambda:{':'.join(request[-2:])}:function:{name}"
        return asked.get("BackupArn") or resource_of(service, *request)

    iam_actions.extract_resource_arn = resource


def add_resource_types() -> None:
    """CloudFormation types that MiniStack has services for, but no provisioner."""

    def public_key(_: str, props: dict[str, Any], __: str) -> tuple[str, dict[str, str]]:
        config = props["PublicKeyConfig"]
        key = serialization.load_pem_public_key(config["EncodedKey"].encode())
        if not (isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == "secp256r1"):
            raise ValueError("not an ECDSA key on P-256")  # RSA 2048 would do, but is not ours
        identity = cloudfront._pk_id()
        cloudfront._public_keys[identity] = _record(identity, config, "CreatedTime")
        return identity, {"Id": identity}

    def key_group(_: str, props: dict[str, Any], __: str) -> tuple[str, dict[str, str]]:
        config = props["KeyGroupConfig"]
        if missing := set(config["Items"]) - set(cloudfront._public_keys):
            raise ValueError(f"Public key {missing} does not exist.")
        identity = cloudfront._kg_id()
        cloudfront._key_groups[identity] = _record(identity, config, "LastModifiedTime")
        return identity, {"Id": identity}

    def new_key_group(
        identity: str, _: object, props: dict[str, Any], *__: object, **___: object
    ) -> tuple[str, dict[str, str]]:
        cloudfront._key_groups[identity]["Config"] = {"Comment": "", **props["KeyGroupConfig"]}
        return identity, {"Id": identity}

    def budget(_: str, props: dict[str, Any], __: str) -> tuple[str, dict[str, str]]:
        request = {"AccountId": ACCOUNT, "Budget": props["Budget"]}
        request["NotificationsWithSubscribers"] = props["NotificationsWithSubscribers"]
        status, _headers, body = budgets._create_budget(request)
        if status >= 300:
            raise ValueError(str(body))
        return props["Budget"]["BudgetName"], {}

    def no_budget(name: str, _: object = None) -> None:
        budgets._delete_budget({"AccountId": ACCOUNT, "BudgetName": name})

    def new_budget(
        name: str, old: dict[str, Any], props: dict[str, Any], *__: object, **___: object
    ) -> tuple[str, dict[str, str]]:
        part = "NotificationsWithSubscribers"
        if props[part] != old[part] or props["Budget"]["BudgetName"] != name:
            made = budget("", props, "")  # in the place of the old one, which is there until then
            no_budget(name)
            return made
        budgets._update_budget({"AccountId": ACCOUNT, "NewBudget": props["Budget"]})
        return name, {}

    def new_identity_provider(
        name: str, _: object, props: dict[str, Any], *__: object, **___: object
    ) -> tuple[str, dict[str, str]]:
        cognito._update_identity_provider(props)
        return name, {}

    def identity_provider(_: str, props: dict[str, Any], __: str) -> tuple[str, dict[str, str]]:
        status, _headers, body = cognito._create_identity_provider(props)
        if status >= 300:
            raise ValueError(str(body))
        return props["ProviderName"], {}

    def unchanged(identity: str, *_: object, **__: object) -> tuple[str, dict[str, str]]:
        return identity, {"Id": identity}

    def handlers(create: Any, delete: Any, update: Any = unchanged) -> dict[str, Any]:
        return {"create": create, "update": update, "delete": delete}

    provisioners._RESOURCE_HANDLERS.update(
        {
            "AWS::CloudFront::PublicKey": handlers(
                public_key, lambda identity, _: cloudfront._public_keys.pop(identity, None)
            ),
            "AWS::CloudFront::KeyGroup": handlers(
                key_group,
                lambda identity, _: cloudfront._key_groups.pop(identity, None),
                new_key_group,
            ),
            "AWS::Budgets::Budget": handlers(budget, no_budget, new_budget),
            "AWS::Cognito::UserPoolIdentityProvider": handlers(
                identity_provider,
                lambda name, props: cognito._delete_identity_provider(
                    {"UserPoolId": props["UserPoolId"], "ProviderName": name}
                ),
                new_identity_provider,
            ),
        }
    )


def refuse_to_delete_what_is_protected() -> None:
    """CloudFormation deletes by the services' own calls, which the protection stops."""

    def refuse(kind: str, protected: Any) -> None:
        handlers = provisioners._RESOURCE_HANDLERS[kind]
        delete = handlers["delete"]

        def delete_unprotected(identity: str, props: dict[str, Any]) -> None:
            if protected(identity):
                raise ValueError(f"{identity} is protected against deletion.")
            delete(identity, props)

        handlers["delete"] = delete_unprotected

    refuse(
        "AWS::DynamoDB::Table",
        lambda name: (dynamodb._tables.get(name) or {}).get("DeletionProtectionEnabled"),
    )
    refuse(
        "AWS::Cognito::UserPool",
        lambda pool: (cognito._user_pools.get(pool) or {}).get("DeletionProtection") == "ACTIVE",
    )


def _record(identity: str, config: dict[str, Any], when: str) -> dict[str, Any]:
    now = cloudfront._now_iso()
    return {"Id": identity, "ETag": identity, when: now, "Config": {"Comment": "", **config}}


def keep_ttl_and_recovery() -> None:
    """CloudFormation's table loses both."""
    handlers = provisioners._RESOURCE_HANDLERS["AWS::DynamoDB::Table"]
    create = handlers["create"]

    def create_whole(logical_id: str, props: dict[str, Any], stack: str) -> Any:
        made = create(logical_id, props, stack)
        for update, name in (
            (dynamodb._update_ttl, "TimeToLiveSpecification"),
            (dynamodb._update_continuous_backups, "PointInTimeRecoverySpecification"),
        ):
            given = {key: value in (True, "true") or value for key, value in props[name].items()}
            update({"TableName": made[0], name: given})
        return made

    handlers["create"] = create_whole


def keep_alarms_of_several_metrics() -> None:
    """CloudFormation refuses metric math: the alarm is kept, on the first of its metrics."""
    handlers = provisioners._RESOURCE_HANDLERS["AWS::CloudWatch::Alarm"]

    def first_of(props: dict[str, Any]) -> dict[str, Any]:
        statistics = [
            entry["MetricStat"] for entry in props.get("Metrics", []) if "MetricStat" in entry
        ]
        if not statistics:
            return props
        kept = {key: value for key, value in props.items() if key != "Metrics"}
        first = statistics[0]
        return {**kept, **first["Metric"], "Statistic": first["Stat"], "Period": first["Period"]}

    create, update = handlers["create"], handlers["update"]
    handlers["create"] = lambda logical_id, props, stack: create(logical_id, first_of(props), stack)
    handlers["update"] = lambda identity, old, new, stack, *rest, **more: update(
        identity, first_of(old), first_of(new), stack, *rest, **more
    )


def reach_the_api_through_cloudfront() -> None:
    """MiniStack refuses AWS's own names as origins; its API Gateway answers here."""
    forward = cloudfront._forward_to_origin

    def forward_here(
        origin: dict[str, Any],
        method: str,
        uri: str,
        query: str,
        headers: dict[str, str],
        *rest: Any,
        **more: Any,
    ) -> Any:
        if match := re.match(r"([a-z0-9]+)\.execute-api\.", origin["domain_name"]):
            here = {"domain_name": "127.0.0.1", "http_port": PORT, "protocol_policy": "http-only"}
            origin = {**origin, **here}
            kept = {name: value for name, value in headers.items() if name.lower() != "host"}
            headers = {**kept, "host": f"{match[1]}.execute-api.127.0.0.1:{PORT}"}
        return forward(origin, method, uri, query, headers, *rest, **more)

    cloudfront._forward_to_origin = forward_here


def fail_over_in_origin_groups() -> None:
    """MiniStack knows origins but no groups: the second one answers what the first lacks."""
    parse, fetch = cloudfront.parse_distribution_dataplane_config, cloudfront._fetch_from_origin

    def parse_with_groups(distribution: dict[str, Any]) -> dict[str, Any]:
        parsed: dict[str, Any] = parse(distribution)
        groups = cloudfront._dist_config_el(distribution).iter()
        for group in (each for each in groups if _tag(each) == "OriginGroup"):
            (name,) = (part.text for part in group if _tag(part) == "Id")
            first, second = (part.text for part in group.iter() if _tag(part) == "OriginId")
            origins = parsed["origins"]
            origins[name] = {**origins[first], "second": origins[second]}
        return parsed

    async def fetch_from_group(origin: dict[str, Any], method: str, uri: str, *rest: Any) -> Any:
        answer = await fetch(origin, method, uri, *rest)
        if answer[0] not in (403, 404) or "second" not in origin:
            return answer
        address = origin["second"]["domain_name"].split(".")[0]
        # MiniStack takes any signature; CloudFront's is worth what the function's policy says.
        signature = {"authorization": "AWS4-HMAC-SHA256"} if _lets_cloudfront_in(address) else {}
        status, headers, body = await lambda_svc.handle_function_url_request(
            address, method, uri, signature, b"", {}
        )
        return status, "", cloudfront._multidict_from_pairs(headers.items()), body

    cloudfront.parse_distribution_dataplane_config = parse_with_groups
    cloudfront._fetch_from_origin = fetch_from_group


def _lets_cloudfront_in(address: str) -> bool:
    """Whether the policy of the function behind `address` has both rights that AWS asks for."""
    account, region, name, *_ = lambda_svc.resolve_function_url(address)
    policy = lambda_svc._functions.get_scoped(account, region, name)["policy"]
    given = {
        statement["Action"]
        for statement in policy["Statement"]
        if statement["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    }
    return given == {"lambda:InvokeFunctionUrl", "lambda:InvokeFunction"}


def _tag(element: Any) -> str:
    return str(element.tag).split("}")[-1]


def serve_the_site_on_localhost() -> None:
    """`make run-deployed` is for any browser: http://localhost:PORT is the distribution."""
    serve, name = app.app, f"localhost:{PORT}".encode()

    async def serve_site(scope: dict[str, Any], receive: Any, send: Any) -> None:
        headers = dict(scope.get("headers", []))
        if headers.get(b"host") == name and cloudfront._distributions:
            distribution = next(iter(cloudfront._distributions.values()))
            host = distribution["DomainName"].encode()
            kept = [(key, value) for key, value in scope["headers"] if key != b"host"]
            scope = {**scope, "headers": [*kept, (b"host", host), (b"x-standin-host", name)]}
        await serve(scope, receive, send)

    app.app = serve_site


def check_signed_urls() -> None:
    """Behaviours with a key group want a signature: policy, key, time and address are checked."""
    handle = cloudfront.handle_viewer_request
    # Each request at a time starts a function of its own, and this machine has few cores.
    slots = asyncio.Semaphore(3)

    async def handle_signed(
        dist: dict[str, Any],
        method: str,
        path: str,
        uri: str,
        query: str,
        headers: dict[str, str],
        body: bytes,
        parsed: dict[str, list[str]],
        *rest: Any,
        **more: Any,
    ) -> Any:
        headers.setdefault("x-forwarded-proto", "https")  # the tests' door ends TLS before us
        config = cloudfront.parse_distribution_dataplane_config(dist)
        behaviour = cloudfront._match_behavior(config, path)
        groups = _key_groups(dist, behaviour and behaviour.get("path_pattern"))
        if groups:
            site = headers.get("x-standin-host")
            origin = f"http://{site}" if site else f"https://{headers.get('host', '')}"
            address = origin + uri.split("?")[0]
            if refusal := _refusal(groups, address, parsed or {}):
                error = f"<Error><Code>{refusal}</Code></Error>".encode()
                return 403, {"Content-Type": "text/xml"}, error
        async with slots:
            return await handle(
                dist, method, path, uri, query, headers, body, parsed, *rest, **more
            )

    cloudfront.handle_viewer_request = handle_signed


def _key_groups(dist: dict[str, Any], pattern: str | None) -> list[str]:
    def tag(element: Any) -> str:
        return str(element.tag.split("}")[-1])

    for element in fromstring(dist["config_xml"]).iter():
        if tag(element) != ("CacheBehavior" if pattern else "DefaultCacheBehavior"):
            continue
        patterns = [child.text for child in element if tag(child) == "PathPattern"]
        if patterns in ([], [pattern]):
            trusted = [child for child in element if tag(child) == "TrustedKeyGroups"]
            return [x.text for child in trusted for x in child.iter() if tag(x) == "KeyGroup"]
    return []


def _refusal(groups: list[str], address: str, query: dict[str, list[str]]) -> str | None:
    """Return why CloudFront would not show `address`, None if it would."""

    def one(name: str) -> str:
        return (query.get(name) or [""])[0]

    def decoded(value: str) -> bytes:
        return base64.b64decode(value.translate(str.maketrans("-_~", "+=/")))

    key_id = one("Key-Pair-Id")
    if not key_id:
        return "MissingKey"
    if not any(key_id in cloudfront._key_groups[group]["Config"]["Items"] for group in groups):
        return "InvalidKey"
    canned = {"Resource": address, "Condition": _before(one("Expires") or "0")}
    policy = json.dumps({"Statement": [canned]}, separators=(",", ":")).encode()
    if one("Policy"):
        policy = decoded(one("Policy"))
    encoded_key = cloudfront._public_keys[key_id]["Config"]["EncodedKey"]
    key = serialization.load_pem_public_key(encoded_key.encode())
    assert isinstance(key, ec.EllipticCurvePublicKey)
    digest = hashes.SHA256() if one("Hash-Algorithm") == "SHA256" else hashes.SHA1()  # noqa: S303
    try:
        key.verify(decoded(one("Signature")), policy, ec.ECDSA(digest))
    except InvalidSignature:
        return "AccessDenied"
    statement = json.loads(policy)["Statement"][0]
    if statement["Condition"]["DateLessThan"]["AWS:EpochTime"] < time.time():
        return "AccessDenied"
    pattern = statement["Resource"].replace("[", "[[]")
    return None if fnmatch.fnmatchcase(address, pattern) else "AccessDenied"


def _before(time: str) -> dict[str, dict[str, int]]:
    return {"DateLessThan": {"AWS:EpochTime": int(time)}}


def keep_binary_media_types() -> None:
    """Zappa adds */* by a patch whose path MiniStack neither unescapes nor keeps."""
    apply = apigateway_v1._apply_patch

    def apply_all(target: dict[str, Any], operations: list[dict[str, Any]]) -> Any:
        rest = []
        for operation in operations or []:
            match = re.match(r"^/binaryMediaTypes/(.+)$", operation.get("path", ""))
            if not match:
                rest.append(operation)
                continue
            types = set(target.get("binaryMediaTypes") or [])
            kind = {match[1].replace("~1", "/").replace("~0", "~")}
            added = operation["op"] == "add"
            target["binaryMediaTypes"] = sorted(types | kind if added else types - kind)
        return apply(target, rest)

    apigateway_v1._apply_patch = apply_all


def serve_code_of_versions() -> None:
    """Zappa's rollback asks for "function:NAME:VERSION", and fetches that version's code."""
    resolve = lambda_svc._resolve_name_and_qualifier
    plain = lambda_svc._resolve_name
    strip = re.compile(r"^function:")
    lambda_svc._resolve_name_and_qualifier = lambda name: resolve(strip.sub("", name or ""))
    lambda_svc._resolve_name = lambda name: plain(strip.sub("", name or ""))
    get, serve = lambda_svc._get_function, lambda_svc.serve_function_code

    def get_version(name: str, qualifier: str | None = None) -> Any:
        status, headers, body = get(name, qualifier)
        if qualifier and status == 200:
            body = body.replace(f"/{name}?".encode(), f"/{name}:{qualifier}?".encode())
        return status, headers, body

    def serve_version(name: str, account_id: str | None = None, region: str | None = None) -> Any:
        name, _, version = name.partition(":")
        if not version:
            return serve(name, account_id, region)
        function = lambda_svc._functions.get_scoped(account_id, region, name)
        code = function["versions"][version]["code_zip"]
        return 200, {"Content-Type": "application/zip"}, code

    lambda_svc._get_function, lambda_svc.serve_function_code = get_version, serve_version


def change_functions_at_once() -> None:
    """While a change is "in progress", for half a second, boto3's waiters wait for five."""
    lambda_svc._LAMBDA_STATE_TRANSITION_DELAY = 0


def run_functions_on_bare_python() -> None:
    """Functions see Python 3.13 and their zip, as on Lambda, and not MiniStack's packages."""
    detect = lambda_runtime._detect_runtime_binary

    def detect_bare(runtime: str) -> tuple[str, str]:
        binary, script = detect(runtime)
        return (os.environ["LAMBDA_PYTHON"] if runtime == "python3.13" else binary), script

    lambda_runtime._detect_runtime_binary = detect_bare
    # What on AWS is a name of Cognito's is an address of this machine here.
    start = lambda_runtime.Worker._spawn

    def start_here(worker: Any, *rest: Any, **more: Any) -> Any:
        config = worker.config
        variables = dict(config.get("Environment", {}).get("Variables", {}))
        for name in ("OIDC_DISCOVERY_URL", "OIDC_LOGOUT_URL"):
            if name in variables:
                path = urlsplit(variables[name]).path
                variables[name] = f"http://127.0.0.1:{PORT}{path}"
        worker.config = {**config, "Environment": {"Variables": variables}}
        try:
            return start(worker, *rest, **more)
        finally:
            worker.config = config

    lambda_runtime.Worker._spawn = start_here
    # Each quiet invocation would wait 50 ms for a log line that does not come.
    lambda_runtime.Worker._drain_stderr_bounded.__defaults__ = (0.003, 0.002, 0.250)


def mend() -> None:
    count_loopback_as_tls()
    ministack_patches.ask_for_the_rights_that_aws_asks_for()
    name_what_is_restored_and_made()
    add_resource_types()
    refuse_to_delete_what_is_protected()
    keep_ttl_and_recovery()
    keep_alarms_of_several_metrics()
    reach_the_api_through_cloudfront()
    fail_over_in_origin_groups()
    serve_the_site_on_localhost()
    check_signed_urls()
    keep_binary_media_types()
    serve_code_of_versions()
    change_functions_at_once()
    run_functions_on_bare_python()


if __name__ == "__main__":
    mend()
    app.main()
