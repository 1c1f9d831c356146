"""Days and months are those of each council's own time zone, as the councils file names it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from common.embedded import Nats
from common.runtime.settings import CannotServe
from common.testing.platform import COUNCILS, Platform, platform, serving
from common.testing.servers import Servers
from common.testing.stream import publish
from review_engine.app import service

FAR_EAST = "  - {id: far-east, name: Far East Council, code: FEC, calendar: northmere, time_zone: Pacific/Auckland}\n"
MOMENTS = ("2026-06-30T11:59:59", "2026-06-30T12:00:00", "2026-06-30T23:00:00", "2026-07-31T12:00:00")


@pytest.fixture(scope="module")
async def platform_of_three(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    async with platform(servers, nats, [service], councils=COUNCILS + FAR_EAST) as running:
        yield running


@pytest.mark.parametrize(
    ("council", "july", "months"),
    [
        ("far-east", 2, {"2026-06": 1, "2026-07": 2, "2026-08": 1}),  # twelve hours ahead: its July begins on 30 June
        ("northmere", 2, {"2026-06": 2, "2026-07": 2, "2026-08": 0}),
        ("a-council-of-no-file", 2, {"2026-06": 2, "2026-07": 2, "2026-08": 0}),
    ],
)
async def test_a_case_counts_in_the_month_it_was_there(
    platform_of_three: Platform, nats: Nats, tale: Callable[..., Any], council: str, july: int, months: dict[str, int]
) -> None:
    for at in MOMENTS:
        case = tale(service="summer", council=council, at=datetime.fromisoformat(at).replace(tzinfo=UTC)).opened()
        await publish(nats, case.rows, speaker="case-crm")
        await platform_of_three.heard(f"case/{case.case}@1")
    asked = await ask(platform_of_three, "counts", council, begins="2026-07-01", ends="2026-08-01")
    assert asked["total"]["opened"] == july
    whole = await ask(platform_of_three, "counts", council, begins="2026-06-01", ends="2026-09-01")
    assert {row["month"]: row["opened"] for row in whole["by_month"]} == months


async def test_the_days_of_a_flow_are_the_councils_too(
    platform_of_three: Platform, nats: Nats, tale: Callable[..., Any]
) -> None:
    for council in ("far-east", "northmere"):
        case = tale(service="winter", council=council, at=datetime(2026, 6, 30, 11, tzinfo=UTC)).opened().touched()
        await publish(nats, case.rows, speaker="case-crm")
        await platform_of_three.heard(f"case/{case.case}@2")
        found = await ask(
            platform_of_three, "directly-follows", council, service="winter", begins="2026-07-01", ends="2026-07-02"
        )
        assert len(found["edges"]) == (1 if council == "far-east" else 0)


async def ask(
    town: Platform, measure: str, council: str, *, begins: str, ends: str, service: str = "summer"
) -> dict[str, Any]:
    answer = await town["review-engine"].client.get(
        f"/measures/{measure}",
        params={"service": service, "from": begins, "to": ends},
        headers=town.bearer("reviewer", "reviewer-1", [council]),
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize("zone", ["Europe/Northmere", "Europe", "../secret"])
async def test_a_time_zone_that_is_none_stops_a_service_at_its_start(platform_of_three: Platform, zone: str) -> None:
    told = platform_of_three.told["review-engine"]
    broken = platform_of_three.home / "broken.yaml"
    broken.write_text(COUNCILS + FAR_EAST.replace("Pacific/Auckland", zone))
    with pytest.raises(CannotServe, match="does not list the councils"):
        async with serving(service, told.model_copy(update={"councils_file": broken})):
            pass
