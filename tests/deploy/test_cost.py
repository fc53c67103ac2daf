"""The sum for a month, and what Cost Explorer says of the real one."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from deploy import cost
from deploy.prices import PRICES


def test_ten_friends_stay_under_a_dollar() -> None:
    use = cost.Use(people=10, photos=200, views=10, months=12)

    assert 0.10 < cost.total(use) < 1.00
    assert f"{cost.total(use):.4f}" in cost.table(use)


def test_sum_is_that_of_its_lines_and_every_price_is_used() -> None:
    use = cost.Use()
    other = dataclasses.replace(use, architecture="x86_64")

    lines = {name: PRICES[name].cost(amount) for name, amount in cost.amounts(use).items()}

    assert sum(lines.values()) == pytest.approx(cost.total(use))
    assert set(cost.amounts(use)) | set(cost.amounts(other)) == set(PRICES)


@pytest.mark.parametrize("more", [{"people": 50}, {"photos": 2000}, {"views": 100}, {"months": 60}])
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
