"""Clocks as readers see them, and the calendar of a council."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from common.contracts.cases.clocks import CalendarView, ClockState, ClockView, Direction
from common.runtime.problems import NotFound
from common.runtime.reading import Reading

from case_crm.domain.clocks import Clock
from case_crm.domain.protection import Reader
from case_crm.queries import named
from case_crm.tables import CouncilCalendar


def clocks_as_read(rows: list[Any] | None) -> list[Clock]:
    """The clocks of a case, oldest first."""
    return sorted((Clock.model_validate(row) for row in rows or ()), key=lambda clock: (clock.started_at, clock.id))


def shown_clocks(
    clocks: Iterable[Clock], reader: Reader, *, now: datetime, with_reasons: bool = True
) -> list[ClockView]:
    """What this reader sees of them: what teams and partners promise to the council is not the resident's.

    Reasons are free text: they are shown where it is known whether the person is protected.
    """
    return [
        _shown(clock, reader, now, with_reasons=with_reasons)
        for clock in clocks
        if reader.role == "officer" or clock.direction is Direction.COUNCIL_TO_CUSTOMER
    ]


def _shown(clock: Clock, reader: Reader, now: datetime, *, with_reasons: bool) -> ClockView:
    because = clock.extended_because if with_reasons and reader.may_see(clock.extended_because) else None
    return ClockView(
        clock_id=clock.id,
        term=clock.term,
        promise=clock.promise,
        basis=clock.basis,
        kind=clock.kind,
        direction=clock.direction,
        state=clock.state,
        started_at=clock.started_at,
        due_at=None if clock.state is ClockState.PAUSED else clock.due_at,
        late=clock.late(now),
        extended_because=because,
        history=list(clock.history),
    )


async def calendar_of(read: Reading, council: str) -> CalendarView:
    """When a council works, as published."""
    found = await read.published(named.CALENDAR, _calendar, council=council)
    if found is None:
        raise NotFound
    return found


def _calendar(row: CouncilCalendar) -> CalendarView:
    return CalendarView(council=row.council, calendar_version=row.calendar_version, **row.document)
