"""Destroying cases whose time is over, as two officers decide: load, decide, write. They go as all do, by retention."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from common.contracts.cases.destruction import (
    DestructionCarriedOut,
    DestructionChanged,
    DestructionConfirmed,
    DestructionListView,
    DestructionProposed,
    DestructionStopped,
    ListOutcome,
    ListStatus,
    NothingToDestroy,
    ProposeDestruction,
    TakeOffList,
)
from common.runtime.ids import new_id
from common.runtime.problems import NotFound
from common.runtime.tables import as_read
from common.runtime.timers import Timer
from common.runtime.transaction import Transaction

from case_crm.domain import destruction
from case_crm.domain.definitions.retention import Disposal
from case_crm.queries import destruction as queries
from case_crm.queries import named
from case_crm.queries.destruction import ON_IT
from case_crm.tables import Case, DestructionItem, DestructionList

CARRY_OUT = Timer("destruction_list")
BATCH = 200


async def propose(tx: Transaction, command: ProposeDestruction) -> DestructionListView:
    """Put the cases on a list that two people look at, those first whose time has been over longest."""
    zone = ZoneInfo(tx.time_zone)
    wanted = {"service": command.service, "today": tx.now.astimezone(zone).date(), "most": destruction.MOST}
    before = datetime.combine(command.ended_before, time(), zone)
    cases = await tx.all(named.TO_REVIEW, council=tx.council, ended_before=before, **wanted)
    if not cases:
        raise NothingToDestroy
    made = DestructionList(
        id=new_id(),
        council=tx.council,
        service=command.service,
        ended_before=command.ended_before,
        status=ListStatus.PROPOSED.value,
        proposed_by=tx.me.id,
        proposed_at=tx.now,
    )
    tx.add(made)
    tx.say(DestructionProposed(service=command.service, ended_before=command.ended_before, cases=len(cases)), on=made)
    for case in cases:
        tx.add(DestructionItem(list_id=made.id, case_id=case.id, council=tx.council, reference=case.reference))
    return queries.shown_list(made, {ON_IT: len(cases)})


async def take_off(tx: Transaction, list_id: UUID, case_id: UUID, command: TakeOffList) -> DestructionListView:
    """Take one case off a list: it stays until somebody lists it again."""
    of, counts = await queries.list_of(tx, list_id)
    item = await tx.one(named.ITEM, list_id=list_id, case_id=case_id)
    if item is None:
        raise NotFound
    destruction.check_open(of.status)
    tx.edits(of)
    if item.outcome is not None:
        return queries.shown_list(of, counts)
    tx.say(DestructionChanged(case_id=case_id, because=command.because), on=of)
    _note(tx, item, ListOutcome.TAKEN_OFF, because=command.because.value, by_id=tx.me.id)
    off = ListOutcome.TAKEN_OFF.value
    return queries.shown_list(of, {**counts, ON_IT: counts[ON_IT] - 1, off: counts.get(off, 0) + 1})


async def confirm(tx: Transaction, list_id: UUID) -> DestructionListView:
    """Agree, as another person than whoever proposed it, that what is on a list is destroyed once it has cooled off."""
    of, counts = await queries.list_of(tx, list_id)
    destruction.check_confirming(of.status, proposed_by=of.proposed_by, officer=tx.me.id)
    tx.edits(of)
    at = tx.now + timedelta(days=tx.councils[of.council].cooling_off_days)
    confirmed = {"confirmed_by": tx.me.id, "confirmed_at": tx.now, "destroys_at": at}
    tx.change(of, status=ListStatus.COOLING_OFF.value, **confirmed)
    tx.say(DestructionConfirmed(destroys_at=at), on=of)
    tx.remind(CARRY_OUT, about=of, at=at)
    return queries.shown_list(of, counts)


async def stop(tx: Transaction, list_id: UUID) -> DestructionListView:
    """Have nothing on a list be destroyed by it."""
    of, counts = await queries.list_of(tx, list_id)
    items = await tx.all(named.ITEMS, list_id=list_id, most=destruction.MOST)
    destruction.check_stopping(of.status, [of.proposed_by, of.confirmed_by], officer=tx.me.id)
    tx.edits(of)
    tx.change(of, status=ListStatus.STOPPED.value, stopped_by=tx.me.id, stopped_at=tx.now)
    tx.say(DestructionStopped(), on=of)
    for item in items:
        if item.outcome is None:
            _note(tx, item, ListOutcome.STOPPED)
    tx.forget(CARRY_OUT, about=of)
    rest = {outcome: number for outcome, number in counts.items() if outcome != ON_IT}
    return queries.shown_list(of, {**rest, ListOutcome.STOPPED.value: counts.get(ON_IT, 0)})


async def carry_out(tx: Transaction, list_id: UUID) -> None:
    """Release a batch of what is on a list, unless something stops it; the next follows at once."""
    of = await tx.one(named.LIST_HERE, list_id=list_id)
    found = await tx.all(named.TO_RELEASE, list_id=list_id, most=BATCH)
    if of is None or of.status not in (ListStatus.COOLING_OFF, ListStatus.CARRIED_OUT):
        return
    if of.status == ListStatus.COOLING_OFF:
        tx.change(of, status=ListStatus.CARRIED_OUT.value)
        tx.say(DestructionCarriedOut(), on=of)
    for each in found:
        item = as_read(DestructionItem, {name: each[name] for name in DestructionItem.model_fields})
        if by := queries.stops_of(tx, each):
            _note(tx, item, ListOutcome.STAYS, because=by[0].value)
        else:
            tx.change(as_read(Case, {"id": item.case_id, "council": item.council}), disposal=Disposal.DESTROY.value)
            _note(tx, item, ListOutcome.RELEASED)
    if len(found) == BATCH:
        tx.remind(CARRY_OUT, about=of, at=tx.now)


def _note(tx: Transaction, item: DestructionItem, outcome: ListOutcome, **more: Any) -> None:
    tx.change(item, outcome=outcome.value, **more)
