"""Destruction lists, what is on them, and what is left of a case that was destroyed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from common.contracts.base import Page
from common.contracts.cases.destruction import DestructionListView, ListedCaseView, Stop, TombstoneView
from common.runtime.pages import cut, place
from common.runtime.problems import NotFound
from common.runtime.reading import Reading

from case_crm.domain import destruction
from case_crm.queries import named
from case_crm.tables import DestructionList

ON_IT = "on_it"
Counts = Mapping[str, int]


async def list_of(session: Reading, list_id: UUID) -> tuple[DestructionList, Counts]:
    """A list of the officer's council, and how many of its cases came to what. Raises NotFound."""
    found = await session.one(named.LIST, list_id=list_id, council=session.council)
    if found is None:
        raise NotFound
    return found


async def list_view(read: Reading, list_id: UUID) -> DestructionListView:
    """A list as it stands."""
    return shown_list(*await list_of(read, list_id))


async def lists(read: Reading, *, limit: int, cursor: str | None) -> Page[DestructionListView]:
    """The lists of a council, newest first."""
    at, row = place(cursor)
    rows = await read.all(named.LISTS, council=read.council, at=at, row=row, most=limit + 1)
    shown, following = cut(rows, limit, at=lambda each: (each[0].proposed_at, each[0].id))
    return Page(items=[shown_list(*each) for each in shown], next=following)


async def cases_of_list(read: Reading, list_id: UUID, *, limit: int, cursor: str | None) -> Page[ListedCaseView]:
    """What is on a list, what became of it, and what stops it. Raises NotFound."""
    of, _ = await list_of(read, list_id)
    _, row = place(cursor)
    rows = await read.all(named.LISTED, list_id=list_id, row=row, most=limit + 1)
    shown, following = cut(rows, limit, at=lambda each: (of.proposed_at, each["case_id"]))
    read.saw({each["person_id"] for each in shown}, "looked at cases that are to be destroyed")
    return Page(items=[_shown(read, each) for each in shown], next=following)


async def tombstone(read: Reading, reference: str) -> TombstoneView:
    """What is left of a case that was destroyed. Raises NotFound."""
    found = await read.one(named.TOMBSTONE, council=read.council, reference=reference)
    if found is None:
        raise NotFound
    return TombstoneView(**{name: getattr(found, name) for name in TombstoneView.model_fields})


def shown_list(row: DestructionList, counts: Counts) -> DestructionListView:
    """A list as officers see it."""
    columns = {name: getattr(row, name) for name in DestructionListView.model_fields if hasattr(row, name)}
    outcomes = {outcome: number for outcome, number in counts.items() if outcome != ON_IT}
    return DestructionListView(**columns, list_id=row.id, cases=counts.get(ON_IT, 0), outcomes=outcomes)


def stops_of(session: Reading, found: Mapping[str, Any]) -> list[Stop]:
    """What keeps a case from being destroyed that was read with its place on a list."""
    return destruction.stops(
        held=found["held"],
        related_open=found["related_open"],
        disposal=found["disposal"],
        goes_on=found["goes_on"],
        today=session.now.astimezone(ZoneInfo(session.time_zone)).date(),
    )


def _shown(read: Reading, found: Mapping[str, Any]) -> ListedCaseView:
    return ListedCaseView(
        **{name: found[name] for name in ("case_id", "reference", "service", "result", "status", "outcome", "because")},
        ended_at=found["changed_at"],
        over_on=found["goes_on"],
        stopped_by=[] if found["outcome"] else stops_of(read, found),
        by=found["by_id"],
    )
