"""`make run-deployed`: the deployed site on this machine, for any browser, until Ctrl-C.

What changes in the sources is packaged and given to its function as it changes.
"""

from __future__ import annotations

import shutil
import signal
import time
from pathlib import Path

from deploy import package
from tests.deploy.cloud import PROJECT, ROOT, Cloud, machine
from tests.deploy.deployment import PASSWORD, Deployment

PEOPLE = ("anna@example.org", "ben@example.org", "carla@example.org")


def main() -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    folder = ROOT / "build" / "deployed"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    cloud = Cloud(folder / "cloud")
    url = f"http://localhost:{cloud.port}"
    print("Deploying; this takes about forty seconds ...", flush=True)
    # An own domain takes a certificate, which nobody looks at here.
    certificate = "arn:aws:acm:us-east-1:000000000000:certificate/none"
    parameters = {"SiteOrigin": url, "CertificateArn": certificate}
    deployment = Deployment(folder, cloud, parameters=parameters)
    try:
        for email in PEOPLE:
            deployment.new_account(email)
        print(f"Contact Sheet, deployed, is at {url} (AWS's own address is {cloud.endpoint})")
        print(f"Sign in as {', '.join(PEOPLE)} with the password: {PASSWORD}", flush=True)
        watch(deployment)
    except KeyboardInterrupt:
        pass
    finally:
        deployment.close()


def watch(deployment: Deployment) -> None:
    """Give a function its new code whenever its sources change."""
    seen = {component: _newest(component) for component in package.OURS}
    while True:
        time.sleep(1)
        for component in package.OURS:
            if (newest := _newest(component)) != seen[component]:
                seen[component] = newest
                archive = package.build(component, machine())
                suffix = "" if component == "web" else f"-{component}"
                deployment.client("lambda").update_function_code(
                    FunctionName=f"{PROJECT}-production{suffix}", ZipFile=archive.read_bytes()
                )
                print(f"{component} has its new code.", flush=True)


def _newest(component: str) -> float:
    files = (path for name in package.OURS[component] for path in Path(ROOT, name).rglob("*"))
    return max(path.stat().st_mtime for path in files if "__pycache__" not in path.parts)


if __name__ == "__main__":
    main()
