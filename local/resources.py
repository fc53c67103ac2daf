"""The deployment's resources in the embedded cloud, and one user for each function's role.

The users carry a copy of the policies of the deployed roles, so that a right which is missing on
AWS is missing here.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import secrets
import time
from typing import Any

from deploy.secrets import new_signing_key
from local import template
from local.cloud import Cloud
from local.environments import MAIL_FROM, NOTICE_WINDOW, PUSH_PARAMETER, SECRETS_PARAMETER
from local.errors import CannotRun
from local.folder import Folder

STACK = "contact-sheet"
ENVIRONMENT = "local"
ROLES = {"web": "WebRole", "thumbnails": "ThumbnailsRole", "fanout": "FanoutRole"}


class Resources:
    """Keeps the cloud as the template says; what it made is in the folder's memory.

    There: `ids`, physical ids by the template's logical ids, and `keys`, [id, secret] by function.
    """

    def __init__(self, cloud: Cloud, folder: Folder, public_url: str) -> None:
        self._cloud = cloud
        self._folder = folder
        self._public_url = public_url

    def provide(self) -> None:
        """Create or update whatever is not as it should be, and save it. Raises CannotRun."""
        body = template.for_local_use()
        wanted = hashlib.sha256(f"{body}{self._public_url}{NOTICE_WINDOW}".encode()).hexdigest()
        memory = self._folder.memory
        if memory.get("provided") != wanted or self._cloud.is_new:
            self._create_or_update(body)
            ids, keys = self._find_ids(), memory.get("keys", {})
            self._make_users(ids, keys)
            self._keep_time_to_live(ids, body)
            self._store_secrets()
            self._own_the_sender()
            self._cloud.save()
            self._folder.remember(provided=wanted, ids=ids, keys=keys)

    def _create_or_update(self, body: str) -> None:
        cloudformation = self._cloud.client("cloudformation")
        exists = STACK in {
            stack["StackName"] for stack in cloudformation.list_stacks()["StackSummaries"]
        }
        change = cloudformation.update_stack if exists else cloudformation.create_stack
        change(
            StackName=STACK,
            TemplateBody=body,
            Capabilities=["CAPABILITY_NAMED_IAM"],
            Parameters=[
                {"ParameterKey": name, "ParameterValue": value}
                for name, value in {
                    "Project": STACK,
                    "Environment": ENVIRONMENT,
                    "SiteOrigin": self._public_url,
                    "PagesOrigin": self._public_url,
                    "MailFrom": MAIL_FROM,
                    "NoticeWindow": str(NOTICE_WINDOW),
                }.items()
            ],
        )
        while True:
            stack = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
            if not stack["StackStatus"].endswith("_IN_PROGRESS"):
                break
            time.sleep(0.02)
        if stack["StackStatus"] not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            raise CannotRun(f"The stack could not be made ({stack['StackStatus']}).")

    def _find_ids(self) -> dict[str, str]:
        found = self._cloud.client("cloudformation").describe_stack_resources(StackName=STACK)
        return {
            resource["LogicalResourceId"]: resource["PhysicalResourceId"]
            for resource in found["StackResources"]
        }

    def _make_users(self, ids: dict[str, str], keys: dict[str, list[str]]) -> None:
        iam = self._cloud.client("iam")
        users = {user["UserName"] for user in iam.list_users()["Users"]}
        for function, role in ROLES.items():
            if function not in users:
                iam.create_user(UserName=function)
                keys.pop(function, None)
            if function not in keys:
                key = iam.create_access_key(UserName=function)["AccessKey"]
                keys[function] = [key["AccessKeyId"], key["SecretAccessKey"]]
            for policy in iam.list_role_policies(RoleName=ids[role])["PolicyNames"]:
                document = iam.get_role_policy(RoleName=ids[role], PolicyName=policy)
                iam.put_user_policy(
                    UserName=function,
                    PolicyName=policy,
                    PolicyDocument=json.dumps(document["PolicyDocument"]),
                )

    def _keep_time_to_live(self, ids: dict[str, str], body: str) -> None:
        """MiniStack's CloudFormation drops the table's time to live."""
        table = json.loads(body)["Resources"]["Table"]["Properties"]
        self._cloud.client("dynamodb").update_time_to_live(
            TableName=ids["Table"], TimeToLiveSpecification=table["TimeToLiveSpecification"]
        )

    def _store_secrets(self) -> None:
        memory = self._folder.memory
        if "push_key" not in memory.get("secrets", {"push_key": ""}):  # older than pushes
            self._folder.remember(secrets=memory["secrets"] | {"push_key": new_signing_key()})
        if "secrets" not in memory:
            made: dict[str, Any] = {
                "oidc_client_secret": secrets.token_urlsafe(32),
                "cookie_key": secrets.token_urlsafe(32),
                "origin_secrets": [],
                "signing_key": new_signing_key(),
                "push_key": new_signing_key(),
            }
            self._folder.remember(secrets=made)
        for name, value in (
            (SECRETS_PARAMETER, memory["secrets"]),
            (PUSH_PARAMETER, {"push_key": memory["secrets"]["push_key"]}),
        ):
            self._cloud.client("ssm").put_parameter(
                Name=name, Value=json.dumps(value), Type="SecureString", Overwrite=True
            )

    def _own_the_sender(self) -> None:
        """Make the address that mail comes from one of ours; SES takes no other."""
        ses = self._cloud.client("sesv2")
        ses.create_email_identity(EmailIdentity=MAIL_FROM.partition("@")[2])
        with contextlib.suppress(ses.exceptions.AlreadyExistsException):
            ses.create_configuration_set(ConfigurationSetName=f"{STACK}-{ENVIRONMENT}")
