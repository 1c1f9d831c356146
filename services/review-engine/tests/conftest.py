"""What the tests of review-engine share: journeys as their owners would say them, and a look at what was made of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from common.contracts.base import Channel, Event
from common.contracts.cases import (
    CaseClosed,
    CaseOpened,
    CaseReopened,
    CaseResolved,
    CaseStatusChanged,
    CaseWithdrawn,
    InteractionRecorded,
    QuestionAskedAgain,
    Result,
    Status,
)
from common.contracts.people import FactRecorded, Verification
from common.embedded import Nats
from common.runtime.ids import new_id
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from common.testing.stream import Row, publish, said
from review_engine.app import service

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


@dataclass
class Tale:
    """One case as case-crm would say it, a step at a time, an hour apart."""

    person: UUID | None = None
    service: str = "missed_bin"
    channel: Channel = Channel.ONLINE
    council: str = "northmere"
    at: datetime = START
    case: UUID = field(default_factory=new_id)
    rows: list[Row] = field(default_factory=list)

    def say(self, event: Event, *, later: timedelta = timedelta(hours=1), **envelope: Any) -> Tale:
        self.at += later if self.rows else timedelta()
        told = {"council": self.council, "person_id": self.person, "occurred": self.at} | envelope
        self.rows.append(said(event, self.case, len(self.rows) + 1, **told))
        return self

    def opened(self, *, history: bool = False) -> Tale:
        reference = f"NBC-{self.case.hex[:6].upper()}-X"
        return self.say(
            CaseOpened(
                service=self.service,
                service_title="Report a missed bin",
                definition_version=1,
                reference=reference,
                tracking_digest=self.case.hex * 2,
                need_id=new_id(),
                interaction_id=new_id(),
                channel=self.channel,
                status=Status.SUBMITTED,
                stage="reported",
                told_to_resident="We have your report, Esme Featherstone.",
                history=history,
            )
        )

    def touched(self, channel: Channel = Channel.PHONE, *, said: dict[str, Any] | None = None, **envelope: Any) -> Tale:
        touch = InteractionRecorded(interaction_id=new_id(), channel=channel, purpose="chased", **(said or {}))
        return self.say(touch, **envelope)

    def asked_again(self, because: str = "known", kind: str = "home_address") -> Tale:
        return self.say(QuestionAskedAgain(service=self.service, question="address", fact_kind=kind, because=because))

    def moved(self, stage: str = "round_told", kind: type[CaseStatusChanged] = CaseStatusChanged, **more: Any) -> Tale:
        statuses: dict[type[CaseStatusChanged], Status] = {
            CaseResolved: Status.RESOLVED,
            CaseClosed: Status.CLOSED,
            CaseWithdrawn: Status.WITHDRAWN,
            CaseReopened: Status.SUBMITTED,
        }
        envelope = {name: more.pop(name) for name in ("later", "occurred") if name in more}
        event = kind(
            transition=f"to_{stage}",
            was=Status.SUBMITTED,
            status=statuses.get(kind, Status.IN_PROGRESS),
            stage=stage,
            told_to_resident="The crew has been told.",
            reason="Esme Featherstone of 14 Weavers Row rang, 07700 900123.",
            **more,
        )
        return self.say(event, **envelope)

    def resolved(self, result: Result = Result.FIXED, **more: Any) -> Tale:
        return self.moved("done", CaseResolved, result=result, **more)

    def closed(self, **more: Any) -> Tale:
        return self.moved("closed", CaseClosed, **more)

    def withdrawn(self) -> Tale:
        return self.moved("withdrawn", CaseWithdrawn)

    def reopened(self) -> Tale:
        return self.moved("reported", CaseReopened)


def born(person: UUID, day: Any, *, version: int = 1, kind: str = "date_of_birth") -> Row:
    """A fact as customer-account would say it."""
    fact = FactRecorded(
        fact_id=new_id(),
        kind=kind,
        value=day,
        asserted_by="person",
        channel=Channel.PHONE,
        told_at=START,
        told_to="northmere",
        told_to_service="case-crm",
        verification=Verification.ASSERTED,
        visible_to=["northmere"],
    )
    return said(fact, person, version, person_id=person)


@dataclass
class Town:
    """review-engine under test, and a stream to speak into."""

    platform: Platform
    nats: Nats

    async def hear(self, rows: Iterable[Row]) -> None:
        """Say these in this order, and wait until every one of them was heard."""
        told = list(rows)
        await publish(self.nats, told, speaker="case-crm")
        last: dict[tuple[str, UUID], int] = {}
        for row in told:
            key = (row["aggregate"], row["aggregate_id"])
            last[key] = max(row["version"], last.get(key, 0))
        for (aggregate, which), version in last.items():
            await self.platform.heard(f"{aggregate}/{which}@{version}")

    async def sql(self, statement: str, *arguments: Any) -> list[Any]:
        return await self.platform.sql("review-engine", statement, *arguments)

    async def journey(self, case: UUID, aggregate: str = "case") -> list[Any]:
        """The evidence of a journey, in its order: of a case's own, not of what another council says of it."""
        return await self.sql(
            "SELECT e.* FROM evidence e WHERE journey = (SELECT o.journey FROM journey_of o WHERE (aggregate, aggregate_id) "
            "= ($1, $2) AND EXISTS (SELECT FROM evidence s WHERE s.source = o.source)) ORDER BY sequence",
            aggregate,
            case,
        )

    async def ask(self, path: str, *, council: str = "northmere", **asked: str) -> Any:
        """What a reviewer is answered."""
        headers = self.platform.bearer("reviewer", "reviewer-1", [council])
        answer = await self.platform["review-engine"].client.get(path, params=asked, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture(scope="module")
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Town]:
    async with platform(servers, nats, [service]) as running:
        yield Town(running, nats)


@pytest.fixture
def tale() -> Callable[..., Tale]:
    """Begins a case: `tale(person=…, channel=…)`."""
    return Tale


@pytest.fixture
def birth() -> Callable[..., Row]:
    """Says a date of birth: `birth(person, "1950-02-17")`."""
    return born
