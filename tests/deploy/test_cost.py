"""The sum for a month, and what Cost Explorer says of the real one."""

from __future__ import annotations

import dataclasses
import json
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from deploy import cost
from deploy.prices import ARM64, PRICES, X86_64
from tests.deploy.cloud import ROOT


@pytest.mark.parametrize("mail", [False, True])
def test_ten_friends_stay_under_a_dollar(mail: bool) -> None:
    use = cost.Use(people=10, photos=200, views=10, months=12, mail=mail)

    assert 0.10 < cost.total(use) < 1.00
    assert f"{cost.total(use):.4f}" in cost.table(use)


def test_sum_is_that_of_its_lines_and_every_price_is_used() -> None:
    use = cost.Use()

    lines = {name: PRICES[name].cost(amount) for name, amount in cost.amounts(use).items()}

    assert sum(lines.values()) == pytest.approx(cost.total(use))
    assert set(cost.amounts(use)) == set(PRICES)


def test_each_function_runs_where_it_is_cheaper() -> None:
    settings = json.loads((ROOT / "zappa_settings.json").read_text())
    photos, rest = cost.gb_seconds(cost.Use())

    assert photos * X86_64 < photos * cost.SLOWER * ARM64
    assert rest * ARM64 < rest * X86_64
    assert settings["production_thumbnails"]["architecture"] == "x86_64"
    assert settings["production"]["architecture"] == "arm64"
    assert "architecture" not in settings["production_fanout"]


@pytest.mark.parametrize(
    "more", [{"people": 50}, {"photos": 2000}, {"views": 100}, {"months": 60}, {"mail": True}]
)
def test_more_use_costs_more(more: dict[str, int]) -> None:
    assert cost.total(dataclasses.replace(cost.Use(), **more)) > cost.total(cost.Use())


def explorer(answer: Any) -> Any:
    def ask(**_: Any) -> Any:
        if isinstance(answer, Exception):
            raise answer
        return answer

    client = SimpleNamespace(get_cost_and_usage=ask)
    return SimpleNamespace(session=SimpleNamespace(client=lambda *_, **__: client))


def test_actual_month_is_added_up_by_service() -> None:
    groups = [
        {"Keys": ["Amazon SQS"], "Metrics": {"UnblendedCost": {"Amount": "0.12"}}},
        {"Keys": ["Amazon S3"], "Metrics": {"UnblendedCost": {"Amount": "0.03"}}},
    ]

    told = cost.actual(explorer({"ResultsByTime": [{"Groups": groups}]}))

    assert "Amazon SQS" in told
    assert "0.1500" in told.splitlines()[-1]


def test_closed_cost_explorer_is_a_sentence() -> None:
    error = ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetCostAndUsage")

    assert "ce:GetCostAndUsage" in cost.actual(explorer(error))
