"""Years pass: a case goes everywhere on its day, not a day before. What is held for a matter stays, and goes when that is over."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta

import pytest
from common.embedded import Nats
from common.runtime.periods import Period
from common.testing.platform import platform
from common.testing.servers import Servers
from onedoor import story
from onedoor.contracts import services

from tests.journeys.nights import Nights, Reported


class Years(Nights):
    """Those who reported a missed bin."""

    def holder(self) -> dict[str, str]:
        """Headers of an officer who may place holds."""
        return self.town.officer(permissions=["holds:write"])

    async def reports(self, name: str) -> Reported:
        """A bin is missed and fetched, and that is that."""
        stage = self.stage
        known = await stage.post("customer-account", "/persons", {"full_name": name, "channel": "phone"}, self.sam)
        who = stage.who("resident", known["person_id"], "northmere")
        asked = {"service": "missed_bin", "channel": "online", "answers": {"address": story.ADDRESS, "bin": "Rubbish"}}
        case = await stage.post("case-crm", "/cases", asked, who)
        touch = {"channel": "phone", "purpose": "chase", "note": "They rang twice."}
        await stage.post("case-crm", f"/cases/{case['case_id']}/interactions", touch, self.sam)
        steps = ({"transition": "resolve", "result": "fixed"}, {"transition": "confirm"})
        return await self.closed(case, who, steps)


@pytest.fixture(scope="module")
async def years(servers: Servers, nats: Nats) -> AsyncIterator[Years]:
    async with platform(servers, nats, services()) as town:
        yield Years(town)


async def test_a_case_goes_everywhere_on_its_day_and_a_held_one_once_it_is_held_no_more(years: Years) -> None:
    town, stage = years.town, years.stage
    margaret, ade = await years.reports("Margaret Hartley"), await years.reports("Ade Okoro")
    await place_hold(years, ade)
    before = [await years.traces(of) for of in (margaret, ade)]
    assert all(all(traces.values()) for traces in before)
    evidence = await town.sql("review-engine", "SELECT count(*) AS n FROM evidence")

    over = datetime.combine(Period(years=6).over_on(margaret.closed.date()), time(), UTC)
    await years.night_of(over - timedelta(days=1))
    for name in ("case-crm", "feedback", "partner-gateway", "review-engine"):
        assert [(await years.traces(of))[name] for of in (margaret, ade)] == [traces[name] for traces in before]

    await years.night_of(over)
    await town.until(lambda: years.gone(margaret))
    assert (await years.traces(ade))["case-crm"] == before[1]["case-crm"]
    client, resident = town["case-crm"].client, stage.who("resident", margaret.person, "northmere")
    assert (await client.get(f"/cases/{margaret.case}", headers=years.sam)).status_code == 404
    assert (await client.get(f"/cases/{margaret.case}", headers=resident)).status_code == 404
    assert (await town["feedback"].client.get(f"/tracking/{margaret.tracking}")).status_code == 404
    assert (await client.get(f"/cases/{ade.case}", headers=years.sam)).status_code == 200
    assert await town.sql("review-engine", "SELECT count(*) AS n FROM evidence") == evidence  # of nobody now

    await lift_hold(years, ade)
    assert (await client.get(f"/cases/{ade.case}", headers=years.sam)).status_code == 200
    await years.night_of(over + timedelta(days=1))
    await town.until(lambda: years.gone(ade))


async def place_hold(years: Years, of: Reported) -> None:
    told = {"because": "claim", "reference": "NBC-LEG-7", "review_on": str((of.closed + timedelta(days=300)).date())}
    client = years.town["customer-account"].client
    answer = await client.post(f"/persons/{of.person}/legal-holds", json=told, headers=years.holder())
    await years.town.heard(answer)


async def lift_hold(years: Years, of: Reported) -> None:
    client, headers = years.town["customer-account"].client, years.holder()
    [hold] = (await client.get(f"/persons/{of.person}/legal-holds", headers=headers)).json()["items"]
    assert hold["review_due"]  # it was to be looked at again years ago, and went on
    match = {"If-Match": f'"{hold["version"]}"'}
    await years.town.heard(await client.post(f"/legal-holds/{hold['hold_id']}/end", headers=headers | match))


async def test_what_was_said_of_it_again_brings_nothing_back(years: Years) -> None:
    """A rebuild hears of its opening, and then of its end."""
    gone = await years.town.sql("case-crm", "SELECT aggregate_id FROM onedoor.said WHERE name = 'case.destroyed'")
    assert gone
    await years.town.make_anew("feedback", "feedback-follow-transactions")
    assert await years.town.sql("feedback", "SELECT 1 FROM tracking") == []
