"""Two officers of a council decide that a case goes: it goes in every service, and a colleague's look at it in time keeps it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from common.embedded import Nats
from common.runtime.periods import Period
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from onedoor.contracts import services

from tests.journeys.nights import Nights, Reported

GRANTS = """
service: care_grant
version: 1
title: Ask for money towards care
summary: Money for people who pay for care at home.
councils: [northmere]
questions: [{question: what, text: "What do you need?"}]
start: asked
stages:
  asked: {status: submitted, told: We have your request.}
  decided: {status: resolved, told: We have decided.}
  closed: {status: closed, told: Your request is closed.}
transitions:
  - {transition: decide, label: Decide, leaves: [asked], to: decided, results: [decided_approved]}
  - {transition: confirm, label: I have read it, leaves: [decided], to: closed}
retention: {otherwise: {disposal: review}}
"""


@pytest.fixture(scope="module")
async def town(servers: Servers, nats: Nats, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Platform]:
    folder: Path = tmp_path_factory.mktemp("definitions")
    (folder / "care_grant.yaml").write_text(GRANTS)
    async with platform(servers, nats, services(), definitions=folder) as running:
        yield running


class Grants(Nights):
    """Those who asked for a grant, and two officers who destroy."""

    def __init__(self, town: Platform) -> None:
        super().__init__(town)
        self.ada, self.ben = (town.officer(id=name, permissions=["destruction:write"]) for name in ("ada", "ben"))

    async def granted(self, name: str) -> Reported:
        """Somebody asked, was given what they asked for, and followed it."""
        known = await self.stage.post("customer-account", "/persons", {"full_name": name, "channel": "phone"}, self.sam)
        who = self.stage.who("resident", known["person_id"], "northmere")
        asked = {"service": "care_grant", "channel": "online", "answers": {"what": "A chair"}}
        case = await self.stage.post("case-crm", "/cases", asked, who)
        return await self.closed(
            case, who, ({"transition": "decide", "result": "decided_approved"}, {"transition": "confirm"})
        )

    async def post(self, path: str, body: Any, who: dict[str, str]) -> dict[str, Any]:
        answer = await self.town["case-crm"].client.post(path, json=body, headers=who)
        assert answer.is_success, answer.text
        found: dict[str, Any] = answer.json()
        return found


async def test_what_two_officers_destroy_is_gone_in_every_service_and_what_one_kept_is_there(town: Platform) -> None:
    grants = Grants(town)
    margaret, ade = await grants.granted("Margaret Hartley"), await grants.granted("Ade Okoro")
    over = datetime.combine(Period(years=6).over_on(margaret.closed.date()), time(), margaret.closed.tzinfo)
    await grants.night_of(over + timedelta(days=30))
    before = [await grants.traces(of) for of in (margaret, ade)]
    assert all(traces["case-crm"] for traces in before)  # nothing goes unless two people looked at it

    ended_before = str((margaret.closed + timedelta(days=1)).date())
    asked = {"service": "care_grant", "ended_before": ended_before}
    listed = await grants.post("/destruction-lists", asked, grants.ada)
    path = f"/destruction-lists/{listed['list_id']}"
    assert listed["cases"] == 2
    await grants.post(f"{path}/cases/{ade.case}/removal", {"because": "claim_expected"}, grants.ben)
    confirmed = await grants.post(f"{path}/confirmation", None, grants.ben)
    cooled = datetime.fromisoformat(confirmed["destroys_at"])

    await grants.night_of(cooled - timedelta(days=1))
    assert [await grants.traces(of) for of in (margaret, ade)] == before
    town.clock.set(cooled + timedelta(minutes=1))

    async def released() -> bool:
        return (await town.get("case-crm", path, grants.ada))["outcomes"] == {"taken_off": 1, "released": 1}

    await town.until(released, seconds=60)
    await grants.night_of(cooled + timedelta(days=1))
    await town.until(lambda: grants.gone(margaret), seconds=60)
    assert await grants.traces(ade) == before[1]
    client, resident = town["case-crm"].client, grants.stage.who("resident", margaret.person, "northmere")
    for who in (grants.sam, resident):
        assert (await client.get(f"/cases/{margaret.case}", headers=who)).status_code == 404
    assert (await town["feedback"].client.get(f"/tracking/{margaret.tracking}")).status_code == 404
    assert (await client.get(f"/cases/{ade.case}", headers=grants.sam)).status_code == 200
    await town.make_anew("feedback", "feedback-follow-transactions")
    assert await grants.gone(margaret)
