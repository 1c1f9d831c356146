"""A case that is over, and the nights until nothing of it is left in any service: for the journeys in which that happens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from common.testing.platform import Platform
from onedoor import story

DUE = "SELECT 1 FROM onedoor.timer WHERE name = 'retention' AND due_at <= $1"
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


class Nights:
    """The stage, an officer, and the services through the nights."""

    def __init__(self, town: Platform) -> None:
        self.town = town
        doors = {name: running.client for name, running in town.services.items()}
        self.stage = story.Stage(doors, town.issuer.token, lambda line: None)
        self.sam = self.stage.who("officer", "sam", "northmere")

    async def closed(self, case: dict[str, Any], who: dict[str, str], steps: Iterable[dict[str, str]]) -> Reported:
        """A case is ended by an officer, and whoever asked for it has seen so."""
        place = f"/cases/{case['case_id']}"
        for step in steps:
            moved = await self.stage.post("case-crm", f"{place}/transitions", step, self.sam, want=200)
            await self.town.heard(self.stage.after)
        await self.stage.post("feedback", f"/me/transactions/{case['case_id']}/seen", {}, who, want=200)
        closed = datetime.fromisoformat(moved["changed_at"])
        return Reported(case["person_id"], case["case_id"], case["tracking_reference"], closed)

    async def night_of(self, day: datetime) -> None:
        """Make it four in the morning of a day, and wait until every service has done what it does at night."""
        self.town.clock.set(day.replace(hour=4, minute=0))
        for name in self.town.services:
            await self.town.until(lambda name=name: self._done(name), seconds=60)

    async def _done(self, name: str) -> bool:
        return not await self.town.sql(name, DUE, self.town.clock.now())

    async def traces(self, of: Reported) -> dict[str, int]:
        """How many rows each service has of a case."""
        return {
            name: sum([len(await self.town.sql(name, look, UUID(of.case))) for look in looks])
            for name, looks in TRACES.items()
        }

    async def gone(self, of: Reported) -> Any:
        return not any((await self.traces(of)).values())
