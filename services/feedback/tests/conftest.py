"""A running feedback service, and cases told to it as case-crm would tell them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
from common.contracts.base import Channel
from common.contracts.cases import (
    CaseCancelled,
    CaseClosed,
    CaseOpened,
    CaseReopened,
    CaseResolved,
    CaseStatusChanged,
    CaseWithdrawn,
    Result,
    Status,
)
from common.embedded import Nats
from common.runtime.ids import new_id, new_tracking_reference, tracking_digest
from common.testing.platform import Platform, platform
from common.testing.servers import Servers
from common.testing.stream import Row, publish, said
from feedback.app import service

_STATUS = {
    CaseStatusChanged: Status.IN_PROGRESS,
    CaseReopened: Status.SUBMITTED,
    CaseResolved: Status.RESOLVED,
    CaseClosed: Status.CLOSED,
    CaseWithdrawn: Status.WITHDRAWN,
    CaseCancelled: Status.CANCELLED,
}


@dataclass
class Case:
    """One case as its owner says it. Rows are made in order; a test publishes them as it likes."""

    town: Platform
    person: UUID | None = None
    council: str = "northmere"
    service: str = "missed_bin"
    channel: Channel = Channel.PHONE
    history: bool = False
    life_event: str | None = None
    id: UUID = field(default_factory=new_id)
    tracking: str = field(default_factory=new_tracking_reference)
    rows: list[Row] = field(default_factory=list)

    def opened(self, *, occurred: datetime | None = None, **envelope: Any) -> Row:
        event = CaseOpened(
            service=self.service,
            service_title="Report a missed bin",
            definition_version=1,
            reference=f"NBC-{self.id.hex[-6:].upper()}",
            tracking_digest=str(tracking_digest(self.tracking)),
            need_id=new_id(),
            interaction_id=new_id(),
            channel=self.channel,
            status=Status.SUBMITTED,
            stage="reported",
            told_to_resident="We have your report.",
            history=self.history,
            life_event=self.life_event,
        )
        return self._row(event, occurred, envelope)

    def moved(
        self,
        kind: type[CaseStatusChanged] = CaseStatusChanged,
        told: str = "The crew has been told to come back.",
        *,
        occurred: datetime | None = None,
        **envelope: Any,
    ) -> Row:
        more = {"result": Result.FIXED} if kind in (CaseResolved, CaseClosed) else {}
        event = kind(
            transition="any",
            was=Status.SUBMITTED,
            status=_STATUS[kind],
            stage="any",
            told_to_resident=told,
            reason="Mrs Example was not in",
            history=self.history,
            **more,
        )
        return self._row(event, occurred, envelope)

    def ended(self, **envelope: Any) -> Row:
        return self.moved(CaseResolved, "We have dealt with your report.", **envelope)

    def _row(self, event: Any, occurred: datetime | None, envelope: dict[str, Any]) -> Row:
        version = len(self.rows) + 1
        row = said(event, self.id, version, council=self.council, person_id=self.person, occurred=occurred)
        self.rows.append(row | envelope)
        return self.rows[-1]

    async def told(self, *rows: Row) -> Case:
        """Publish these rows in this order (or all there are), and wait until they were heard."""
        await publish(self.town.nats, rows or self.rows, speaker="case-crm")
        await self.town.heard(f"case/{self.id}@{len(self.rows)}")
        return self

    async def has_ended(self) -> Case:
        """Opened and resolved, and both heard."""
        self.opened()
        self.ended()
        return await self.told()

    async def invitations(self) -> list[dict[str, Any]]:
        """What was said of this case's invitations, oldest first."""
        found = await self.town.sql(
            "feedback",
            "SELECT * FROM onedoor.said WHERE name = 'feedback.invited' AND data->>'case_id' = $1 ORDER BY id",
            str(self.id),
        )
        return [dict(row) for row in found]

    async def track(self, **headers: str) -> httpx.Response:
        return await self.town["feedback"].client.get(f"/tracking/{self.tracking}", headers=headers)

    async def answer(self, body: dict[str, Any], **headers: str) -> httpx.Response:
        """Give feedback by the tracking reference."""
        return await self.town["feedback"].client.post(
            f"/tracking/{self.tracking}/feedback", json=body, headers=headers
        )


@pytest.fixture(scope="module")
async def town(servers: Servers, nats: Nats) -> AsyncIterator[Platform]:
    async with platform(servers, nats, [service]) as running:
        yield running


@pytest.fixture
def case(town: Platform) -> Callable[..., Case]:
    """Makes a case: `case(person=…, council=…)`."""
    return lambda **facts: Case(town, **facts)
