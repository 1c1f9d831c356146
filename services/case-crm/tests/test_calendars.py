"""The working calendar of a council: published when it changes, read by anybody."""

from __future__ import annotations

import pytest
from case_crm.app import service
from common.embedded import Nats
from common.testing.platform import Platform, platform, serving
from common.testing.servers import Servers


@pytest.mark.parametrize(("council", "open_on_wednesday"), [("northmere", 1), ("southholt", 2)])
async def test_a_council_publishes_when_it_works(town: Platform, council: str, open_on_wednesday: int) -> None:
    answer = await town["case-crm"].client.get(f"/councils/{council}/calendar")
    shown = answer.json()
    assert (shown["council"], shown["calendar_version"], shown["time_zone"]) == (council, 1, "Europe/London")
    hours = {each["day"]: each["hours"] for each in shown["open"]}
    assert len(hours["wednesday"]) == open_on_wednesday
    closed = {each["day"]: each["why"] for each in shown["closed"]}
    assert closed["2026-12-28"] == "Boxing Day (substitute day)"
    assert ("2026-10-14" in closed) == (council == "southholt")
    sql = "SELECT data FROM onedoor.said WHERE name = 'calendar.published' AND council = $1"
    [published] = await town.sql("case-crm", sql, council)
    assert published["data"]["calendar_of"] == council


async def test_a_calendar_that_changed_is_published_anew_and_no_other(servers: Servers, nats: Nats) -> None:
    async with platform(servers, nats, [service]) as alone:
        without = (
            "UPDATE council_calendar SET document = jsonb_set(document, '{closed}', '[]') WHERE council = 'northmere'"
        )
        await alone.sql("case-crm", without)
        async with serving(service, alone.told["case-crm"]):
            rows = await alone.sql(
                "case-crm", "SELECT council, calendar_version FROM council_calendar ORDER BY council"
            )
        said = await alone.sql(
            "case-crm", "SELECT council FROM onedoor.said WHERE name = 'calendar.published' ORDER BY id"
        )
    assert [tuple(row) for row in rows] == [("northmere", 2), ("southholt", 1)]
    assert sorted(row["council"] for row in said) == ["northmere", "northmere", "southholt"]


async def test_a_council_that_there_is_not_has_no_calendar(town: Platform) -> None:
    assert (await town["case-crm"].client.get("/councils/eastmarsh/calendar")).status_code == 404
