"""docs/deploy.md, done from its first line to its last by somebody with a clean checkout.

Every command and every JSON snippet of the document is done, in its order and word for word;
CHECKS says what must be true of some, LEFT_OUT which cannot be done here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError
from cfnlint.decode.cfn_yaml import load

from deploy import stack
from deploy.providers import PROVIDERS
from deploy.site import ROOT
from tests.deploy import aws_cli
from tests.deploy.cloud import Cloud
from tests.deploy.deployment import new_checkout
from tests.deploy.inventory import code, functions, inventory, outputs, secrets
from tests.deploy.manual import Step, steps

PROJECT = "contact-sheet"  # as the document says
SITE, STAGING = f"{PROJECT}-production", f"{PROJECT}-staging"
KEPT = {"PK": {"S": "KEPT"}, "SK": {"S": "KEPT"}}
REPROCESS = (
    "TABLE_NAME=contact-sheet-production MEDIA_BUCKET=<media bucket> "
    ".venv-deploy/bin/python -m thumbnails reprocess <photo id>"
)
LEFT_OUT = {
    REPROCESS: "takes rights to photos, which the deployer's policy does not give",
    "aws sso login": "signs in through a browser; the credentials here are an access key",
    "aws s3 sync": "a command of the AWS CLI itself, with no operation of S3 behind it",
    "git pull": "the checkout is a copy of the working tree, with no remote",
    "make run-deployed": "deploys once more, and then waits for a person",
    "make test-deploy": "is what runs this",
}
DOCUMENT = steps("deploy.md")


def test_what_is_left_out_is_there_to_be_done() -> None:
    assert set(LEFT_OUT) <= {step.text for step in DOCUMENT}
    assert set(CHECKS) <= {(step.section, step.text) for step in DOCUMENT}
    assert len(DOCUMENT) > 30


def test_every_setting_is_explained() -> None:
    template = load(str(stack.TEMPLATE))["Parameters"]
    filled_in = {"Project", "Environment", "Tracing", "OriginSecret", "SigningKeyA", "SigningKeyB"}
    filled_in |= {"ApiId", "PagesOrigin", "PicturesHost", "SweepTarget", "NewsSweepTarget"}
    asked_for = {name for names in PROVIDERS.values() for name in names}
    table = (ROOT / "docs" / "deploy.md").read_text().split("| parameter | meaning |")[1]
    explained = set(re.findall(r"`(\w+)`", table.split("\n\n")[0]))

    assert set(template) - filled_in - asked_for <= explained


class Deployer:
    """Does what the document says, in a checkout of their own."""

    def __init__(self, folder: Path, cloud: Cloud) -> None:
        self.cloud = cloud
        self.checkout = new_checkout(folder / "checkout", cloud, PROJECT)
        # `make test-deploy` has just made it with the same target; here it is brought up to date.
        (self.checkout.folder / ".venv-deploy").symlink_to(ROOT / ".venv-deploy")
        self.before: dict[str, Any] = {}
        self.backup = ""

    def follow(self, step: Step) -> None:
        if step.kind == "json":
            self.write(step)
        else:
            CHECKS.get((step.section, step.text), Deployer.do)(self, step.text)

    def do(self, command: str, stdin: str = "") -> str:
        """Run a command as it stands; return what it said."""
        if command.startswith("aws "):
            return str(aws_cli.run(command, self.client))
        done = self.checkout.type(command, stdin)
        assert done.returncode == 0, f"{command}\n{done.stdout}"
        return done.stdout

    def client(self, service: str) -> Any:
        """Return a client with the deployer's own rights."""
        given = self.checkout.environment
        return self.cloud.client(
            service, given["AWS_ACCESS_KEY_ID"], given["AWS_SECRET_ACCESS_KEY"]
        )

    def write(self, step: Step) -> None:
        """Put a snippet where it belongs: whole stages to the end, the rest into production."""
        snippet = json.loads("{" + step.text.strip().rstrip(",") + "}")
        file = self.checkout.folder / "zappa_settings.json"
        stages = json.loads(file.read_text())
        if all(isinstance(value, dict) and "extends" in value for value in snippet.values()):
            assert not set(snippet) & set(stages)
            whole = file.read_text().rstrip().removesuffix("}").rstrip()
            file.write_text(f"{whole},\n{step.text}\n}}\n")
        else:
            assert set(snippet) <= set(stages["production"]), "the document names new settings"
            self.checkout.edit_settings("production", **snippet)


Check = Callable[[Deployer, str], object]
CHECKS: dict[tuple[str, str], Check] = {}


def at(section: str, command: str) -> Callable[[Check], Check]:
    """Have a function do a command of a section, and look at what came of it."""

    def keep(check: Check) -> Check:
        CHECKS[section, command] = check
        return check

    return keep


@pytest.mark.deployed
def test_deployer_does_what_the_document_says(tmp_path: Path) -> None:
    cloud = Cloud(tmp_path / "cloud")
    cloud.start()
    try:
        deployer = Deployer(tmp_path, cloud)
        for step in DOCUMENT:
            if step.text not in LEFT_OUT:
                deployer.follow(step)
    finally:
        cloud.stop()


@at("Deploy", ".venv-deploy/bin/zappa deploy --all")
def deploy(deployer: Deployer, command: str) -> None:
    first_three = list(json.loads((ROOT / "zappa_settings.json").read_text())["production"])[:3]
    assert first_three == ["aws_region", "project_name", "parameters"]

    said = deployer.do(command)

    made = outputs(deployer.cloud, SITE)
    assert f"Contact Sheet is at https://{made['DistributionDomain']}" in said
    assert made["SiteUrl"] == f"https://{made['DistributionDomain']}"
    assert len(inventory(deployer.cloud, SITE)["mappings"]) == 3, "a queue for mail without sender"
    deployer.cloud.client("dynamodb").put_item(TableName=SITE, Item=KEPT)
    deployer.cloud.client("s3").put_object(
        Bucket=made["MediaBucket"], Key="originals/kept", Body=b"kept"
    )


@at("Deploy", "make deploy")
@at("Change and look", "zappa update --all")
def deploy_again(deployer: Deployer, command: str) -> None:
    before = inventory(deployer.cloud, SITE)

    deployer.do(command)

    assert inventory(deployer.cloud, SITE) == before


@at("Change and look", "make deploy")
def deploy_new_code(deployer: Deployer, command: str) -> None:
    home = deployer.checkout.folder / "webapp" / "home.py"
    home.write_text(home.read_text() + "\n\nCHANGED = True\n")
    deployer.before["code"] = code(deployer.cloud, SITE)

    deployer.do(command)

    assert code(deployer.cloud, SITE) != deployer.before["code"]


@at("Change and look", "zappa status production")
def see_the_address(deployer: Deployer, command: str) -> None:
    assert outputs(deployer.cloud, SITE)["SiteUrl"] in deployer.do(command)


@at("Change and look", "zappa rollback production -n 1")
def go_back(deployer: Deployer, command: str) -> None:
    deployer.do(command)

    assert code(deployer.cloud, SITE) == deployer.before["code"]
    assert answers(deployer)


def answers(deployer: Deployer) -> bool:
    """Whether CloudFront gets the site's first page from the web function."""
    host = outputs(deployer.cloud, SITE)["DistributionDomain"]
    page = requests.get(deployer.cloud.endpoint, headers={"Host": host}, timeout=30)
    return page.status_code == 200 and "Contact Sheet" in page.text


@at("Change and look", "make setup-deploy deploy")
def upgrade(deployer: Deployer, command: str) -> None:
    deployer.do(command)

    assert code(deployer.cloud, SITE) != deployer.before["code"]


@at("Settings", "make deploy")
def change_settings(deployer: Deployer, command: str) -> None:
    deployer.do(command)

    assert retention(deployer, SITE) == 90
    budgets = deployer.cloud.client("budgets").describe_budgets(AccountId="000000000000")
    (budget,) = budgets["Budgets"]
    assert float(budget["BudgetLimit"]["Amount"]) == 10
    assert traced(deployer, SITE)


def retention(deployer: Deployer, name: str) -> int:
    """Return for how many days a site's logs are kept."""
    logs = deployer.cloud.client("logs")
    groups = logs.describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{name}")["logGroups"]
    (days,) = {group["retentionInDays"] for group in groups}
    return int(days)


def traced(deployer: Deployer, name: str) -> bool:
    """Whether X-Ray hears of each function, which its role has to allow."""
    deployed, iam = inventory(deployer.cloud, name), deployer.cloud.client("iam")
    answers = set()
    for function, found in deployed["functions"].items():
        role = found["Role"].rsplit("/", 1)[1]
        (policy,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
        rights = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
        allowed = "xray:PutTraceSegments" in json.dumps(rights)
        assert allowed == (found["TracingConfig"] == {"Mode": "Active"}), function
        answers.add(allowed)
    (answer,) = answers
    return answer


@at("Own domain", "zappa update --all")
def move_to_own_domain(deployer: Deployer, command: str) -> None:
    said = deployer.do(command)

    made = outputs(deployer.cloud, SITE)
    assert made["SiteUrl"] == "https://photos.example"
    assert f"https://photos.example, which has to lead to {made['DistributionDomain']}" in said
    config = deployer.cloud.client("cloudfront").get_distribution_config(Id=made["DistributionId"])
    config = config["DistributionConfig"]
    assert config["Aliases"]["Items"] == ["photos.example"]
    certificate = config["ViewerCertificate"]
    assert certificate["ACMCertificateArn"].startswith("arn:aws:acm:us-east-1:111122223333:")
    assert certificate["SSLSupportMethod"] == "sni-only"
    assert certificate["MinimumProtocolVersion"] == "TLSv1.2_2021"
    assert sign_in(deployer)["CallbackURLs"] == ["https://photos.example/auth/callback"]
    for bucket in ("UploadBucket", "MediaBucket"):
        (cors,) = deployer.cloud.client("s3").get_bucket_cors(Bucket=made[bucket])["CORSRules"]
        assert cors["AllowedOrigins"] == ["https://photos.example"]
    web = inventory(deployer.cloud, SITE)["functions"][SITE]["Environment"]["Variables"]
    assert web["PUBLIC_URL"] == web["MEDIA_URL"] == "https://photos.example"
    assert retention(deployer, SITE) == 30, "a setting that was taken out stayed as it was"


@at("Own domain", "zappa status production")
def see_where_the_domain_has_to_lead(deployer: Deployer, command: str) -> None:
    assert outputs(deployer.cloud, SITE)["DistributionDomain"] in deployer.do(command)


def sign_in(deployer: Deployer) -> dict[str, Any]:
    """Return the user pool's client as Cognito has it."""
    made = outputs(deployer.cloud, SITE)
    client: dict[str, Any] = deployer.cloud.client("cognito-idp").describe_user_pool_client(
        UserPoolId=made["UserPool"], ClientId=made["UserPoolClient"]
    )["UserPoolClient"]
    return client


PROVIDERS_SECTION = "Signing in with Google, Facebook, Apple or another provider"


@at(PROVIDERS_SECTION, ".venv-deploy/bin/python -m deploy.providers production google")
def keep_providers(deployer: Deployer, command: str) -> None:
    document = (ROOT / "docs" / "deploy.md").read_text()
    assert f"{command}    # facebook, apple, oidc\n" in document
    redirect = re.search(r"`https://(<project>[^`]+)/oauth2/idpresponse`", document)
    assert redirect
    values = {"project": PROJECT, "environment": "production", "account number": "000000000000"}
    values["region"] = "eu-central-1"
    host = re.sub("<([^>]+)>", lambda match: values[match[1]], redirect[1])
    assert host == outputs(deployer.cloud, SITE)["SignInHost"]
    (deployer.checkout.folder / "AuthKey.p8").write_text("the key of Apple")

    for provider, names in PROVIDERS.items():
        given = {name: f"{name} of {provider}" for name in names}
        given |= {"OidcName": "Club", "OidcIssuer": "https://club.example"}
        given |= {"ApplePrivateKey": "AuthKey.p8"}
        answers = "".join(f"{given[name]}\n" for name in names)
        deployer.do(command.replace("google", provider), answers)


@at(PROVIDERS_SECTION, ".venv-deploy/bin/zappa update production")
def switch_providers_on(deployer: Deployer, command: str) -> None:
    deployer.do(command)

    cognito, pool = (
        deployer.cloud.client("cognito-idp"),
        outputs(deployer.cloud, SITE)["UserPool"],
    )
    client = sign_in(deployer)
    details = {
        name: cognito.describe_identity_provider(UserPoolId=pool, ProviderName=name)[
            "IdentityProvider"
        ]["ProviderDetails"]
        for name in client["SupportedIdentityProviders"]
        if name != "COGNITO"
    }
    assert set(details) == {"Google", "Facebook", "SignInWithApple", "Club"}
    assert "COGNITO" in client["SupportedIdentityProviders"]
    assert details["Google"]["client_secret"] == "GoogleClientSecret of google"
    assert details["SignInWithApple"]["private_key"] == "the key of Apple"
    assert details["Club"]["oidc_issuer"] == "https://club.example"
    told = json.dumps(inventory(deployer.cloud, SITE))
    assert "ClientSecret of" not in told
    assert "the key of Apple" not in told


@at("Backup and restore", "zappa undeploy --all")
@at("Taking it away", "zappa undeploy --all")
def take_functions_away(deployer: Deployer, command: str) -> None:
    made = outputs(deployer.cloud, SITE)
    early = deployer.checkout.type("python -m deploy.remove production", f"{PROJECT}\n")
    assert early.returncode == 1
    assert "zappa undeploy --all" in early.stdout

    said = deployer.do(command, "y\n" * 6)

    assert f"The data stays: the table {SITE}" in said
    lambdas = deployer.cloud.client("lambda")
    assert lambdas.list_functions()["Functions"] == []
    assert lambdas.list_event_source_mappings()["EventSourceMappings"] == []
    assert deployer.cloud.client("apigateway").get_rest_apis()["items"] == []
    assert data_is_there(deployer)
    pools = deployer.cloud.client("cognito-idp").list_user_pools(MaxResults=5)["UserPools"]
    assert made["UserPool"] in [pool["Id"] for pool in pools]


def data_is_there(deployer: Deployer) -> bool:
    found = deployer.cloud.client("dynamodb").get_item(TableName=SITE, Key=KEPT)
    media = outputs(deployer.cloud, SITE)["MediaBucket"]
    picture = deployer.cloud.client("s3").get_object(Bucket=media, Key="originals/kept")
    return "Item" in found and picture["Body"].read() == b"kept"


@at(
    "Backup and restore",
    "aws dynamodb create-backup --table-name contact-sheet-restored --backup-name going-back",
)
def back_up(deployer: Deployer, command: str) -> None:
    answer = aws_cli.run(command, deployer.client)
    deployer.backup = answer["BackupDetails"]["BackupArn"]


@at(
    "Backup and restore",
    "aws dynamodb restore-table-from-backup --target-table-name contact-sheet-production "
    "--backup-arn <the BackupArn that the first line answered>",
)
def restore(deployer: Deployer, command: str) -> None:
    with pytest.raises(ClientError):
        deployer.cloud.client("dynamodb").describe_table(TableName=SITE)

    deployer.do(re.sub("<[^>]+>", deployer.backup, command))


@at("Backup and restore", "zappa deploy --all")
def deploy_to_restored_table(deployer: Deployer, command: str) -> None:
    deployer.do(command)

    assert data_is_there(deployer)
    assert answers(deployer)
    dynamodb = deployer.cloud.client("dynamodb")
    table = dynamodb.describe_table(TableName=SITE)["Table"]
    recovery = dynamodb.describe_continuous_backups(TableName=SITE)["ContinuousBackupsDescription"]
    ttl = dynamodb.describe_time_to_live(TableName=SITE)["TimeToLiveDescription"]
    point_in_time = recovery["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
    assert table["DeletionProtectionEnabled"]
    assert [index["IndexName"] for index in table["GlobalSecondaryIndexes"]] == ["GSI1"]
    assert (point_in_time, ttl["AttributeName"]) == ("ENABLED", "expires_at")
    assert len(inventory(deployer.cloud, SITE)["mappings"]) == 3


@at(
    "Backup and restore",
    "aws s3api list-object-versions --bucket <media bucket> --prefix originals/<photo id>",
)
def see_versions(deployer: Deployer, command: str) -> None:
    media = outputs(deployer.cloud, SITE)["MediaBucket"]

    said = deployer.do(command.replace("<media bucket>", media).replace("<photo id>", "kept"))

    assert "VersionId" in said


@at("A second environment", "make deploy")
def deploy_staging(deployer: Deployer, command: str) -> None:
    before = inventory(deployer.cloud, SITE)

    deployer.do(command)

    assert inventory(deployer.cloud, SITE) == before
    staging = inventory(deployer.cloud, STAGING)
    shared = {
        (name, identity)
        for name, identity in staging["resources"].items()
        if identity in before["resources"].values()
    }
    assert shared == set()
    for name in ("Table", "UploadBucket", "MediaBucket", "UserPool", "SiteUrl", "EventsTopic"):
        assert staging["outputs"][name] != before["outputs"][name]
    assert staging["outputs"]["Table"] == STAGING
    assert list(staging["functions"]) == functions(STAGING)
    assert not set(staging["mappings"]) & set(before["mappings"])
    assert staging["apis"] != before["apis"]
    assert staging["secrets"] != before["secrets"]
    for function in staging["functions"].values():
        assert SITE not in json.dumps(function)
    assert float(staging["parameters"]["MonthlyBudget"]) == 2
    assert staging["outputs"]["SiteUrl"].endswith(".cloudfront.net")


@at("A second environment", "zappa update staging")
def update_staging(deployer: Deployer, command: str) -> None:
    before = inventory(deployer.cloud, SITE), inventory(deployer.cloud, STAGING)

    deployer.do(command)

    assert (inventory(deployer.cloud, SITE), inventory(deployer.cloud, STAGING)) == before


@at("Rotating keys", "python -m deploy.rotate production origin")
@at("Rotating keys", "python -m deploy.rotate production signing")
@at("Rotating keys", "python -m deploy.rotate production cookie")
def replace_secret(deployer: Deployer, command: str) -> None:
    name = {"origin": "origin_secrets", "signing": "signing_key", "cookie": "cookie_key"}
    replaced = name[command.split()[-1]]
    before = json.loads(secrets(deployer.cloud, SITE))

    deployer.do(command)

    after = json.loads(secrets(deployer.cloud, SITE))
    assert {key for key in after if after[key] != before[key]} == {replaced}
    assert answers(deployer)


@at("Rotating keys", "python -m deploy.rotate production signing --finish")
def forget_old_key(deployer: Deployer, command: str) -> None:
    assert {"PublicKeyA", "PublicKeyB"} <= set(outputs(deployer.cloud, SITE))

    deployer.do(command)

    made = outputs(deployer.cloud, SITE)
    web = inventory(deployer.cloud, SITE)["functions"][SITE]["Environment"]["Variables"]
    assert [made[key] for key in ("PublicKeyA", "PublicKeyB") if key in made] == [
        web["SIGNING_KEY_ID"]
    ]


@at("Rotating keys", "python -m deploy.providers production google")
def replace_a_providers_secret(deployer: Deployer, command: str) -> None:
    deployer.do(command, "GoogleClientId of google\nanother secret\n")
    deployer.do(f"{command.replace('google', 'facebook')} --remove")


@at("Rotating keys", "zappa update production")
def use_a_providers_new_secret(deployer: Deployer, command: str) -> None:
    deployer.do(command)

    google = deployer.cloud.client("cognito-idp").describe_identity_provider(
        UserPoolId=outputs(deployer.cloud, SITE)["UserPool"], ProviderName="Google"
    )["IdentityProvider"]
    assert google["ProviderDetails"]["client_secret"] == "another secret"
    supported = sign_in(deployer)["SupportedIdentityProviders"]
    assert sorted(supported) == ["COGNITO", "Club", "Google", "SignInWithApple"]


@at("Taking it away", "python -m deploy.remove production")
def remove_everything(deployer: Deployer, command: str) -> None:
    refused = deployer.checkout.type(command, "production\n")
    assert refused.returncode == 1
    assert "nothing was removed" in refused.stdout
    assert data_is_there(deployer)

    deployer.do(command, f"{PROJECT}\n")

    dynamodb = deployer.cloud.client("dynamodb")
    with pytest.raises(ClientError):
        dynamodb.describe_table(TableName=SITE)
    assert dynamodb.describe_table(TableName=STAGING)["Table"]["TableStatus"] == "ACTIVE"
    deployer.do(command.replace("production", "staging"), f"{PROJECT}\n")
    assert deployer.cloud.client("s3").list_buckets()["Buckets"] == []
    assert deployer.cloud.client("cognito-idp").list_user_pools(MaxResults=5)["UserPools"] == []
    assert deployer.cloud.client("ssm").describe_parameters()["Parameters"] == []


@at("What it costs", "python -m deploy.cost --people 10 --photos 200 --views 10")
def see_the_sum(deployer: Deployer, command: str) -> None:
    document = (ROOT / "docs" / "deploy.md").read_text()
    stated = re.search(r"\| \*\*all\*\* \| \*\*([\d.]+)\*\* \|", document)
    said = deployer.do(command)

    told = re.search(r" all +([\d.]+)\n", said)
    assert stated
    assert told
    assert round(float(told[1]), 2) == float(stated[1])
