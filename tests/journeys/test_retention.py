"""Years pass: a case goes everywhere on its day, not a day before. What is held for a matter stays, and goes when that is over."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from common.embedded import Nats
from common.runtime.periods import Period
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from onedoor import story
from onedoor.contracts import services

# Where there is something of a case, by service, and what is left of it.
TRACES = {
    "case-crm": ("SELECT 1 FROM case_file WHERE id = $1", "SELECT 1 FROM interaction WHERE case_id = $1"),
    "customer-account": ("SELECT 1 FROM timeline_entry WHERE case_id = $1",),
    "feedback": (
        "SELECT 1 FROM transaction WHERE case_id = $1",
        "SELECT 1 FROM tracking WHERE case_id = $1",
        "SELECT 1 FROM seen WHERE case_id = $1",
        "SELECT 1 FROM watched_case WHERE case_id = $1",
    ),
    "partner-gateway": ("SELECT 1 FROM known_case WHERE case_id = $1",),
    "review-engine": ("SELECT 1 FROM journey_of WHERE aggregate = 'case' AND aggregate_id = $1",),
}


@dataclass
class Reported:
    """Somebody, their case that was closed, and when it was."""

    person: str
    case: str
    tracking: str
    closed: datetime


@dataclass
class Years:
    """The stage, and those who reported a missed bin."""

    town: Platform
    stage: story.Stage

    def __post_init__(self) -> None:
        self.officer = self.stage.who("officer", "sam", "northmere")

    def holder(self) -> dict[str, str]:
        """Headers of an officer who may place holds."""
        return self.town.officer(permissions=["holds:write"])

    async def reports(self, name: str) -> Reported:
        """A bin is missed and fetched, and that is that."""
        stage = self.stage
        known = await stage.post("customer-account", "/persons", {"full_name": name, "channel": "phone"}, self.officer)
        who = stage.who("resident", known["person_id"], "northmere")
        asked = {"service": "missed_bin", "channel": "online", "answers": {"address": story.ADDRESS, "bin": "Rubbish"}}
        case = await stage.post("case-crm", "/cases", asked, who)
        place = f"/cases/{case['case_id']}"
        touch = {"channel": "phone", "purpose": "chase", "note": "They rang twice."}
        await stage.post("case-crm", f"{place}/interactions", touch, self.officer)
        for step in ({"transition": "resolve", "result": "fixed"}, {"transition": "confirm"}):
            moved = await stage.post("case-crm", f"{place}/transitions", step, self.officer, want=200)
            await self.town.heard(stage.after)
        await stage.post("feedback", f"/me/transactions/{case['case_id']}/seen", {}, who, want=200)
        closed = datetime.fromisoformat(moved["changed_at"])
        return Reported(known["person_id"], case["case_id"], case["tracking_reference"], closed)

    async def night_of(self, day: datetime) -> None:
        """Make it four in the morning of a day, and wait until every service has done what it does at night."""
        self.town.clock.set(day.replace(hour=4, minute=0))
        for name in self.town.services:
            await self.town.until(lambda name=name: self._done(name), seconds=60)

    async def _done(self, name: str) -> bool:
        due = "SELECT 1 FROM onedoor.timer WHERE name = 'retention' AND due_at <= $1"
        return not await self.town.sql(name, due, self.town.clock.now())

    async def traces(self, of: Reported) -> dict[str, int]:
        """How many rows each service has of a case."""
        return {
            name: sum([len(await self.town.sql(name, look, UUID(of.case))) for look in looks])
            for name, looks in TRACES.items()
        }

    async def gone(self, of: Reported) -> Any:
        return not any((await self.traces(of)).values())


@pytest.fixture(scope="module")
async def years(servers: Servers, nats: Nats) -> AsyncIterator[Years]:
    async with platform(servers, nats, services()) as town:
        doors = {name: running.client for name, running in town.services.items()}
        yield Years(town, story.Stage(doors, town.issuer.token, lambda line: None))


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
    assert (await client.get(f"/cases/{margaret.case}", headers=years.officer)).status_code == 404
    assert (await client.get(f"/cases/{margaret.case}", headers=resident)).status_code == 404
    assert (await town["feedback"].client.get(f"/tracking/{margaret.tracking}")).status_code == 404
    assert (await client.get(f"/cases/{ade.case}", headers=years.officer)).status_code == 200
    assert await town.sql("review-engine", "SELECT count(*) AS n FROM evidence") == evidence  # of nobody now

    await lift_hold(years, ade)
    assert (await client.get(f"/cases/{ade.case}", headers=years.officer)).status_code == 200
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
