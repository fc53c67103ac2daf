"""What a month costs: `python -m deploy.cost --people 10 --photos 200 --views 10`.

With `--actual production` it asks Cost Explorer what the current month has cost so far, by
service; that question itself costs a cent.
"""

from __future__ import annotations

import argparse
import datetime
import sys
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError
from click import ClickException, echo

from deploy.errors import plainly
from deploy.prices import ARM64, DATE, PRICES, X86_64
from deploy.site import Site, find_site

DAYS = 30
MONTH = DAYS * 24 * 3600  # seconds


@dataclass(frozen=True)
class Use:
    """How much a site is used: `photos` a month from all, `views` of a page a day from each.

    `months` is how long photos have been added at this pace; nobody has deleted any. `mail` says
    whether e-mails are sent, which takes a queue more.
    """

    people: int = 10
    photos: int = 200
    views: int = 10
    months: int = 12
    mail: bool = False


# What one photo, one page and one idle month need; rounded up from what the code does.
ORIGINAL_GB, PICTURES_GB = 0.004, 0.0006  # a phone's 12 megapixels; three sizes in WebP
PHOTO_SECONDS, PHOTO_GB = 3.0, 1.769  # of the thumbnails function
PAGE_SECONDS, PAGE_GB = 0.15, 1.0  # of the web function
SLOWER = 1.4  # times as long, a photo on arm64
NEWS_SECONDS, NEWS_GB = 0.5, 0.512  # of the fan-out function
SWEEP_SECONDS = 0.3
PHOTO_WRITES, FRIEND_WRITES = 40, 4  # write units: two transactions; an entry per friend
PAGE_READS = 80  # read units: session, 24 entries, 24 photos and who may see them
PAGE_PICTURES = 12  # not yet in the browser's cache
ITEM_GB = 2e-6
MAILS = 30  # a month to each person, where the deployer has set up a sender
# Lambda asks each queue by five calls at once, which wait for 20 seconds. Where it may scale freely
# it goes down to two of them, but not beside a maximum concurrency, which keeps photos from taking
# all ten functions that a new account may run at a time (Lambda developer guide, "Configuring
# scaling behavior for SQS event source mappings").
POLLS = 5 * MONTH / 20
SWEEPS = 2 * MONTH / 300
ALARM_METRICS = 9  # seven alarms of one metric, one of two; mail adds one to two of them


def amounts(use: Use) -> dict[str, float]:
    """Return how many units of each price a month of such use needs."""
    pages = use.people * use.views * DAYS
    friends = use.people - 1
    stored = use.photos * use.months
    old = use.photos * max(0, use.months - 3)  # originals move after 90 days
    items = stored * (4 + friends) * ITEM_GB
    on_x86_64, on_arm64 = gb_seconds(use)
    return {
        "lambda_requests": pages + 3 * use.photos + SWEEPS,
        "lambda_seconds": on_x86_64 + on_arm64 * ARM64 / X86_64,
        "api": pages + use.photos,
        "cdn_requests": pages * (1 + PAGE_PICTURES),
        "cdn_bytes": pages * PAGE_PICTURES * PICTURES_GB / 3,
        "s3_storage": (stored - old) * ORIGINAL_GB + stored * PICTURES_GB,
        "s3_archive": old * ORIGINAL_GB,
        "s3_archived": use.photos if old else 0,
        "s3_writes": 6 * use.photos,
        "s3_reads": 3 * use.photos + pages * PAGE_PICTURES,
        "table_writes": use.photos * (PHOTO_WRITES + FRIEND_WRITES * friends) + 2 * pages,
        "table_reads": pages * PAGE_READS,
        "table_storage": items,
        "table_recovery": items,
        "sqs": (3 + use.mail) * POLLS + 6 * use.photos,
        "sns": use.photos,
        "mails": use.people * MAILS * use.mail,
        "logs": (pages + 5 * use.photos + SWEEPS) * 1e-6,
        "metrics": 6,
        "alarms": ALARM_METRICS + 2 * use.mail,
        "schedule": SWEEPS,
        "people": use.people,
        "keys": SWEEPS + pages / 3,  # of the table: once in five minutes for each connection
    }


def gb_seconds(use: Use) -> tuple[float, float]:
    """Return what the thumbnails function needs, on x86_64, and what the other two do, on arm64.

    The image library's fast resizer exists for x86_64 alone: there a photo takes two thirds of the
    time (benchmarks/README.md), which is more than arm64 is cheaper.
    """
    pages = use.people * use.views * DAYS
    sweeps = SWEEPS / 2 * SWEEP_SECONDS
    photos = use.photos * PHOTO_SECONDS * PHOTO_GB + sweeps * PHOTO_GB
    news = use.photos * NEWS_SECONDS * NEWS_GB + sweeps * NEWS_GB
    return photos, news + pages * PAGE_SECONDS * PAGE_GB


def total(use: Use) -> float:
    """Return the dollars of a month."""
    return sum(PRICES[name].cost(amount) for name, amount in amounts(use).items())


def table(use: Use) -> str:
    """Return the sum, line by line."""
    lines = [
        f"{use.people} people, {use.photos} photos a month for {use.months} months so far, "
        f"{use.views} pages a day each, {'with' if use.mail else 'without'} e-mails",
        f"(list prices of us-east-1, {DATE}; what is free for twelve months only is not counted)",
        "",
        f"{'':22} {'':34} {'a month':>12} {'free':>10} {'dollars':>9}",
    ]
    for name, amount in amounts(use).items():
        price = PRICES[name]
        lines.append(
            f"{price.service:22} {price.unit:34} {_short(amount):>12} {_short(price.free):>10} "
            f"{price.cost(amount):9.4f}"
        )
    photos, rest = gb_seconds(use)
    lines += [
        f"{'':22} {'':34} {'':>12} {'all':>10} {total(use):9.4f}",
        "",
        f"Beyond what is free the photos' {_short(photos)} GB-seconds cost {photos * X86_64:.4f} "
        f"dollars on x86_64, where arm64 would take {SLOWER} times as long and cost "
        f"{photos * SLOWER * ARM64:.4f};",
        f"the other {_short(rest)} cost {rest * ARM64:.4f} on arm64, and {rest * X86_64:.4f} on "
        "x86_64.",
    ]
    return "\n".join(lines)


def _short(amount: float) -> str:
    return f"{amount:,.0f}" if amount >= 100 or amount == int(amount) else f"{amount:.3f}"


@plainly
def actual(site: Site) -> str:
    """Return what this month has cost so far, by service, from Cost Explorer."""
    today = datetime.datetime.now(datetime.UTC).date()
    explorer: Any = site.session.client("ce", region_name="us-east-1")  # it lives there alone
    period = {
        "Start": today.replace(day=1).isoformat(),
        "End": (today + datetime.timedelta(days=1)).isoformat(),
    }
    try:
        answer = explorer.get_cost_and_usage(
            TimePeriod=period,
            Granularity="MONTHLY",
            Metrics=["UnblendedCost"],
            GroupBy=[{"Type": "DIMENSION", "Key": "SERVICE"}],
        )
    except ClientError as error:
        if error.response["Error"]["Code"] in ("AccessDeniedException", "AccessDenied"):
            return "Cost Explorer is closed to these credentials: they need ce:GetCostAndUsage."
        if error.response["Error"]["Code"] == "DataUnavailableException":
            return "Cost Explorer has no figures yet: it needs a day after it is first opened."
        raise
    costs: dict[str, float] = {}
    for month in answer["ResultsByTime"]:
        for group in month["Groups"]:
            dollars = float(group["Metrics"]["UnblendedCost"]["Amount"])
            costs[group["Keys"][0]] = costs.get(group["Keys"][0], 0) + dollars
    lines = [f"{service:48} {dollars:9.4f}" for service, dollars in sorted(costs.items())]
    lines.append(f"{'all of this account since ' + period['Start']:48} {sum(costs.values()):9.4f}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m deploy.cost", description=__doc__)
    use = Use()
    parser.add_argument("--people", type=int, default=use.people)
    parser.add_argument("--photos", type=int, default=use.photos, help="a month, from all")
    parser.add_argument("--views", type=int, default=use.views, help="pages a day, from each")
    parser.add_argument("--months", type=int, default=use.months, help="that photos have piled up")
    parser.add_argument("--mail", action="store_true", help="e-mails are sent, one a day to each")
    parser.add_argument("--actual", metavar="ENVIRONMENT", help="ask Cost Explorer for this month")
    given = vars(parser.parse_args())
    environment = given.pop("actual")
    try:
        echo(actual(find_site(environment)) if environment else table(Use(**given)))
    except ClickException as error:
        error.show()
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
