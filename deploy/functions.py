"""What the three functions are given: their environment and their queues' mappings."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from click import ClickException, echo

from deploy.site import Site

# The queues that feed each function; the first has its name. A channel has a queue of its own and
# its own share of the concurrency, so that one which is down or slow delays only itself. There is
# no queue for mail where the deployer has named no sender.
QUEUES = {"thumbnails": ("thumbnails",), "fanout": ("fanout", "push", "mail")}
BATCH_SIZES = {"thumbnails": 1, "fanout": 10, "push": 1, "mail": 1}
# A new account may run ten functions at a time in all; pages must not wait for photos.
CONCURRENCY = {"thumbnails": 3, "fanout": 2, "push": 2, "mail": 2}
_WAIT, _LOOKS = 2.0, 150  # seconds between looks at a mapping; how many before giving up


def environment(
    site: Site, component: str, outputs: dict[str, str], signing_key: str, push_key: str
) -> dict[str, str]:
    """Return a function's environment variables; none of them is a secret.

    `signing_key` is the logical id of the public key whose private half signs; `push_key` is the
    public half of the key that signs pushes, for the browsers.
    """
    common = {
        "SITE": site.name,
        "TABLE_NAME": outputs["Table"],
        "UPLOAD_BUCKET": outputs["UploadBucket"],
        "MEDIA_BUCKET": outputs["MediaBucket"],
    }
    has_mail = "MailFrom" in outputs
    mail = {"MAIL_FROM": outputs["MailFrom"]} if has_mail else {}
    if component == "fanout":
        if has_mail:
            mail["MAIL_QUEUE_URL"] = outputs["MailQueueUrl"]
            mail["MAIL_CONFIGURATION_SET"] = site.name
        return {
            **common,
            "TOPIC_ARN": outputs["EventsTopic"],
            "FANOUT_QUEUE_URL": outputs["FanoutQueueUrl"],
            "PUSH_QUEUE_URL": outputs["PushQueueUrl"],
            "PUBLIC_URL": outputs["SiteUrl"],
            "NOTICE_WINDOW_SECONDS": outputs["NoticeWindow"],
            "PUSH_PARAMETER": site.push,
            **mail,
        }
    common["TOPIC_ARN"] = outputs["EventsTopic"]
    if component == "thumbnails":
        return {**common, "THUMBNAILS_QUEUE_URL": outputs["ThumbnailsQueueUrl"]}
    issuer = f"https://cognito-idp.{site.session.region_name}.amazonaws.com/{outputs['UserPool']}"
    return {
        **common,
        "THUMBNAILS_QUEUE_URL": outputs["ThumbnailsQueueUrl"],
        **mail,
        "PUSH_KEY": push_key,
        # Flask-Babel's pytz reads the zones of tzdata, which the package carries anyway; a
        # function starts in the folder of its package.
        "PYTZ_TZDATADIR": "tzdata/zoneinfo",
        # So does zoneinfo, which otherwise loads sysconfig to ask where the system's are.
        "PYTHONTZPATH": "/var/task/tzdata/zoneinfo",
        "PUBLIC_URL": outputs["SiteUrl"],
        "MEDIA_URL": outputs["SiteUrl"],
        "SIGNING_KEY_ID": outputs[signing_key],
        "SECRETS_PARAMETER": site.secrets,
        "OIDC_DISCOVERY_URL": f"{issuer}/.well-known/openid-configuration",
        "OIDC_CLIENT_ID": outputs["UserPoolClient"],
        "OIDC_LOGOUT_URL": f"https://{outputs['SignInHost']}/logout",
    }


def event_sources(component: str, outputs: dict[str, str]) -> dict[str, str]:
    """Return queue -> ARN for the queues that feed a function."""
    arns = {queue: outputs.get(f"{queue.capitalize()}QueueArn") for queue in QUEUES[component]}
    return {queue: arn for queue, arn in arns.items() if arn}


def exists(site: Site, component: str) -> bool:
    functions = site.session.client("lambda")
    try:
        functions.get_function_configuration(FunctionName=site.function(component))
    except functions.exceptions.ResourceNotFoundException:
        return False
    return True


def delete(site: Site, component: str) -> None:
    site.session.client("lambda").delete_function(FunctionName=site.function(component))


def finish_mappings(site: Site, component: str, outputs: dict[str, str]) -> None:
    """Set what Zappa cannot about the queues' mappings, and make sure that just those are there."""
    functions: Any = site.session.client("lambda")
    name = site.function(component)
    found = functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
    mappings = {mapping["EventSourceArn"]: mapping for mapping in found}
    for queue, arn in event_sources(component, outputs).items():
        mapping = mappings.pop(arn, None)
        if mapping is None:  # Zappa only logs that it could not make it
            raise ClickException(
                f"The {queue} queue of {name} is not connected to it: these "
                "credentials need lambda:CreateEventSourceMapping (deploy/deployer-policy.json)."
            )
        wanted = {
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "ScalingConfig": {"MaximumConcurrency": CONCURRENCY[queue]},
        }
        if any(mapping.get(key) != value for key, value in wanted.items()):
            _when_settled(functions, mapping, functions.update_event_source_mapping, **wanted)
    for mapping in mappings.values():  # of a queue that is no more
        _when_settled(functions, mapping, functions.delete_event_source_mapping)


def _when_settled(
    functions: Any, mapping: dict[str, Any], change: Callable[..., Any], **given: Any
) -> None:
    """Change a mapping as soon as Lambda lets it be changed, which is not while Lambda itself makes
    or changes it. Raises ClickException where it does not settle within five minutes.
    """
    uuid, queue = mapping["UUID"], mapping["EventSourceArn"].rpartition(":")[2]
    for look in range(_LOOKS):
        state = functions.get_event_source_mapping(UUID=uuid)["State"]
        if state in ("Enabled", "Disabled"):
            try:
                change(UUID=uuid, **given)
                return
            except functions.exceptions.ResourceInUseException:
                pass  # it began to change between look and call
        if look == 0:
            echo(f"  waiting for Lambda to connect the queue {queue}")
        time.sleep(_WAIT)
    raise ClickException(
        f"Lambda has not connected the queue {queue} in five minutes (it is {state.lower()}): "
        "run the same command again."
    )


def host(site: Site, component: str) -> str:
    """Return the host of the function's own address (function_url_enabled in the settings)."""
    url = site.session.client("lambda").get_function_url_config(
        FunctionName=site.function(component)
    )["FunctionUrl"]
    return str(urlsplit(url).hostname)


def restart(site: Site, component: str, changes: dict[str, str]) -> None:
    """Change some environment variables of a function and wait until new instances have them."""
    functions = site.session.client("lambda")
    name = site.function(component)
    variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    functions.update_function_configuration(
        FunctionName=name, Environment={"Variables": {**variables, **changes}}
    )
    functions.get_waiter("function_updated_v2").wait(FunctionName=name)


def remove_url(site: Site, component: str) -> None:
    """Remove the function's own address, if it has one.

    It would go with its function some time later; a function of the same name that is made before
    that gets into its way (AWS Lambda Developer Guide, "Deleting a function URL").
    """
    functions = site.session.client("lambda")
    try:
        functions.delete_function_url_config(FunctionName=site.function(component))
    except functions.exceptions.ResourceNotFoundException:
        return
