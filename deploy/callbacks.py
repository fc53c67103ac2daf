"""What Zappa calls: `settings` before every command, `zip` after packaging, `post` at the end.

They change the live ZappaCLI object, never the settings file.
"""

from __future__ import annotations

import shutil
import sys
from functools import partial
from pathlib import Path
from typing import Any

from click import ClickException, echo

# Zappa loads this file by its path, under the name "callbacks", with neither project nor package.
if (project := str(Path(__file__).resolve().parent.parent)) not in sys.path:
    sys.path.insert(0, project)

from deploy import functions, package, secrets, stack  # noqa: E402
from deploy.errors import plainly  # noqa: E402
from deploy.site import Site, split_stage, stage_settings  # noqa: E402

# The template's parameters for the functions that its schedules start.
SWEPT = {"thumbnails": "SweepTarget", "fanout": "NewsSweepTarget"}
# What `post` has told the stack. A setting that was taken out of the file goes back to its default.
FILLED_IN = {"ApiId", "PagesOrigin", "PicturesHost", *SWEPT.values()}


@plainly
def settings(cli: Any) -> None:
    """Prepare what the command needs: for deploy and update, everything around the function."""
    environment, component = split_stage(cli.api_stage)
    _share_settings(cli, environment)
    site = Site(cli.project_name, environment, cli.zappa.boto_session)
    if cli.command in ("deploy", "update"):
        _prepare(cli, site, component)
    elif cli.command == "undeploy":
        _prepare_to_leave(cli, site, component)
    elif cli.command == "status" and component == "web" and not cli.vargs.get("json"):
        _tell_address(_outputs(site))


@plainly
def zip(cli: Any) -> None:
    """Put our package in the place of Zappa's, for `zappa package`."""
    _, component = split_stage(cli.api_stage)
    shutil.copyfile(package.build(component, cli.architecture), cli.zip_path)


@plainly
def post(cli: Any) -> None:
    """Close the loop: tell the stack what Zappa made, and finish the queue's mapping."""
    environment, component = split_stage(cli.api_stage)
    site = Site(cli.project_name, environment, cli.zappa.boto_session)
    if component == "web":
        api_id = cli.zappa.get_api_id(cli.lambda_name)
        made = {"ApiId": api_id, "PagesOrigin": _outputs(site)["SiteUrl"]}
        _tell_address(stack.ensure(site, made))
        return
    functions.finish_mappings(site, component, _outputs(site))
    targets = {SWEPT[component]: cli.lambda_arn}
    if component == "thumbnails":
        targets["PicturesHost"] = functions.host(site, component)
    stack.ensure(site, targets)


def _share_settings(cli: Any, environment: str) -> None:
    """Give a component what its environment says: `staging_fanout` extends `production_fanout`, so
    what Zappa found for it is production's. Raises ClickException for what Zappa has used already.
    """
    stages = cli.zappa_settings
    if environment not in stages:
        raise ClickException(f"The stage {cli.api_stage} needs a stage {environment} beside it.")
    own = stage_settings(stages, environment)
    for name in ("aws_region", "project_name", "profile_name"):
        if cli.stage_config.get(name) != own.get(name):
            raise ClickException(
                f"{environment} and {cli.api_stage} differ in {name}: write it into both in "
                "zappa_settings.json."
            )
    cli.override_stage_config_setting("parameters", own.get("parameters", {}))
    cli.xray_tracing = cli.zappa.xray_tracing = own.get("xray_tracing", False)


def _prepare(cli: Any, site: Site, component: str) -> None:
    """Bring secrets and stack up to date, build the package and set the function up from them."""
    archive = package.build(component, cli.architecture)
    ssm = site.session.client("ssm")
    values, version = secrets.ensure(ssm, site.secrets)
    push_key = secrets.ensure_push_key(ssm, site.push)
    keys, signing_key = secrets.place_public_key(_current_parameters(site), values)
    outputs = stack.ensure(site, {**_parameters(cli, site, values), **keys}, keep=FILLED_IN)
    client_secret = _client_secret(site, outputs)
    version = secrets.keep_client_secret(ssm, site.secrets, values, client_secret) or version

    cli.zappa.credentials_arn = outputs[f"{component.capitalize()}Role"]
    cli.aws_environment_variables = {
        **functions.environment(site, component, outputs, signing_key, push_key),
        **({"SECRETS_VERSION": str(version)} if component == "web" else {}),
        **cli.aws_environment_variables,
    }
    _set_events(cli, component, outputs)
    # Zappa puts the API's template somewhere before it hands it to CloudFormation.
    cli.s3_bucket_name = outputs["UploadBucket"]
    cli.vargs["zip"] = str(archive)
    cli.vargs["no_upload"] = False
    _deploy_or_update(cli, site, component)


def _parameters(cli: Any, site: Site, values: secrets.Secrets) -> dict[str, str]:
    """Return the template's parameters: the settings file's, the providers', and ours."""
    given = {name: str(value) for name, value in cli.stage_config["parameters"].items()}
    providers = secrets.read(site.session.client("ssm"), site.providers)
    return {
        **given,
        **(providers[0] if providers else {}),
        "Project": site.project,
        "Environment": site.environment,
        "OriginSecret": values.origin_secrets[0],
        "Tracing": "true" if cli.xray_tracing else "false",
    }


def _current_parameters(site: Site) -> dict[str, str]:
    found = stack.find(site.session.client("cloudformation"), site.stack)
    return stack.parameters(found) if found else {}


def _client_secret(site: Site, outputs: dict[str, str]) -> str:
    """Return the secret that Cognito made for the web function."""
    client = site.session.client("cognito-idp").describe_user_pool_client(
        UserPoolId=outputs["UserPool"], ClientId=outputs["UserPoolClient"]
    )
    return str(client["UserPoolClient"]["ClientSecret"])


def _set_events(cli: Any, component: str, outputs: dict[str, str]) -> None:
    """Have Zappa map the queue to the function; it unmaps what it finds here at undeploy."""
    if component != "web":
        sources = [
            {"arn": arn, "batch_size": functions.BATCH_SIZES[queue], "enabled": True}
            for queue, arn in functions.event_sources(component, outputs).items()
        ]
        events = [{"function": cli.lambda_handler, "event_source": each} for each in sources]
        cli.override_stage_config_setting("events", events)


def _deploy_or_update(cli: Any, site: Site, component: str) -> None:
    """Let `deploy` update what is there already, so that a deployment that broke off can go on."""
    there = functions.exists(site, component)
    if cli.command == "update" and not there:
        raise ClickException(
            f"{cli.lambda_name} is not there to be updated: run 'zappa deploy {cli.api_stage}'."
        )
    # Zappa's own, from its class: with --all the object still has what the stage before was given.
    update, deploy = (
        plainly(partial(command, cli)) for command in (type(cli).update, type(cli).deploy)
    )
    has_api = stack.find(site.session.client("cloudformation"), cli.lambda_name) is not None
    if there and component == "web" and not has_api:
        # It broke off between function and API, and Zappa can make an API in `deploy` only.
        functions.delete(site, component)
        there = False
    cli.update = update
    cli.deploy = (lambda archive, image: update(archive, False, image)) if there else deploy


def _prepare_to_leave(cli: Any, site: Site, component: str) -> None:
    """Say what stays, and let Zappa take the function away once that is confirmed."""
    outputs = _outputs(site)
    _set_events(cli, component, outputs)
    if component == "web":
        echo(
            f"The data stays: the table {outputs['Table']}, the buckets {outputs['UploadBucket']} "
            f"and {outputs['MediaBucket']}, and the user pool {outputs['UserPool']}. "
            f"'python -m deploy.remove {site.environment}' removes them too."
        )
    undeploy = plainly(partial(type(cli).undeploy, cli))

    def leave(no_confirm: bool, remove_logs: bool) -> None:
        # Zappa would ask later than this is called: an "n" must leave everything as it is.
        if not no_confirm and input(f"Take {cli.lambda_name} away? [y/n] ").strip() != "y":
            return
        if component != "web":
            _disconnect(site, component)
        undeploy(True, remove_logs)

    cli.undeploy = plainly(leave)


def _disconnect(site: Site, component: str) -> None:
    """Take away what leads to a function, before it goes: a stack that is told of the same function
    later would take its address for the one that went with it.
    """
    gone = {SWEPT[component]: ""}
    if component == "thumbnails":
        gone["PicturesHost"] = ""
    stack.ensure(site, gone)
    functions.remove_url(site, component)


def _tell_address(outputs: dict[str, str]) -> None:
    url, host = outputs["SiteUrl"], outputs["DistributionDomain"]
    through = "" if url.endswith(host) else f", which has to lead to {host}"
    echo(f"Contact Sheet is at {url}{through}")


def _outputs(site: Site) -> dict[str, str]:
    """Return the outputs of the site's stack. Raises ClickException where there is none."""
    found = stack.find(site.session.client("cloudformation"), site.stack)
    if found is None:
        raise ClickException(
            f"There is no stack {site.stack}: run 'zappa deploy --all' to make everything."
        )
    return stack.outputs(found)
