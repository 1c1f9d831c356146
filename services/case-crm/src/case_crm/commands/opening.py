"""A council's service works on what it was told once in a case: opened for it, and followed by its delivery."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from common.contracts.base import Channel
from common.contracts.cases import CaseOpened, Result, TaskKind, UnknownService
from common.contracts.tellings import Sends
from common.promises import due, local_date
from common.runtime.ids import new_id, new_tracking_reference, tracking_digest
from common.runtime.sealed import is_unreadable
from common.runtime.transaction import Transaction

from case_crm import queries
from case_crm.commands.cases import first_touch, new_case
from case_crm.commands.clocks import start_clocks
from case_crm.commands.delivering import answer, opens
from case_crm.commands.needs import begin_need
from case_crm.commands.restricting import begin_restricted
from case_crm.commands.tasks import add_task
from case_crm.domain import cases, deliveries, forms, queues
from case_crm.domain import opening as rules
from case_crm.domain.definitions import ServiceDefinition
from case_crm.domain.opening import Bound, Opening
from case_crm.queries import named
from case_crm.queries.calendars import calendars
from case_crm.tables import Case, Delivery

LOOK_AGAIN = timedelta(minutes=1)
ANEW = {
    Sends.CORRECTION: "Something that this rests on was put right: see to what was done by it.",
    Sends.RETRACTION: "What this rests on was told in error: put back what was done by it, and end the case.",
}


async def open_case_of(tx: Transaction, delivery_id: UUID) -> None:
    """Open the case that a delivery is worked on in, once; or tell that case what came after it."""
    row = await tx.one(named.DELIVERY, delivery_id=delivery_id)
    if row is None or row.opens is None or row.case_id is not None or row.ended_at is not None:
        return
    if row.person_id is None:  # who it was about was erased meanwhile
        return
    if row.sends != Sends.TELLING:
        await _tell_case(tx, row)
        return
    opening = Opening.model_validate(row.opens)
    need = await tx.one(named.NEED, need_id=rules.need_of(row.root_id))
    if is_unreadable(row.facts):
        opens(tx, row, at=tx.now + LOOK_AGAIN)  # its key is on its way here
        return
    try:
        definition = await queries.definition_of(tx, opening.service, council=row.council)
    except UnknownService:  # it is no longer offered: the delivery is answered as it lies in the queue
        tx.change(row, opens=None)
        return
    _open(tx, row, opening, definition, known=need is not None)


async def follow_case(tx: Transaction, delivery_id: UUID) -> None:
    """Have a delivery say what has become of it in its case by now. Once it is over, it stays so."""
    row = await tx.one(named.DELIVERY, delivery_id=delivery_id)
    if row is None or row.case_id is None:
        return
    case = await tx.one(named.CASE, case_id=row.case_id, for_council=row.council)
    if case is None or row.ended_at is not None:
        return
    result = Result(case.result) if case.result else None
    led = deliveries.led_to(case.status, result, taken=case.owner_id is not None)
    on = local_date(case.ended_at or tx.now, calendars()[tx.councils[row.council].calendar])
    for each in deliveries.way(row.status, led, result=result, on=on, because=case.status):
        answer(tx, row, each)


def _open(tx: Transaction, row: Delivery, opening: Opening, definition: ServiceDefinition, *, known: bool) -> None:
    """The case, for the need of whoever told: what was told answers it, and what follows from it is to be done."""
    today = queries.today(tx, row.council)
    bound = rules.bind(definition, opening, row.facts, guarded=row.guarded, today=today)
    opened = _opened(definition, row, opening, bound)
    team = queues.route(definition, bound.answers, today)
    answers = forms.apart(definition, bound.answers, also=bound.sealed)
    case = tx.add(new_case(tx, opened, row.person_id, answers, team, at=tx.now, id=rules.case_of(row.id)))
    tx.change(case, delivery_id=row.id, kept_back=bound.kept_back)
    tx.say(opened, on=case)
    begin_restricted(tx, case, definition, None)
    begin_need(tx, case, known=known)
    first_touch(tx, case, opened, note=None)
    start_clocks(tx, case, definition)
    calendar = calendars()[tx.councils[row.council].calendar]
    for each in opening.tasks:
        by = due(row.delivered_at or tx.now, each.within, calendar)
        add_task(tx, case, TaskKind.TO_DO, each.what, due_at=by, team=each.team)
    tx.change(row, case_id=case.id, case_reference=case.reference)


def _opened(definition: ServiceDefinition, row: Delivery, opening: Opening, bound: Bound) -> CaseOpened:
    filled = forms.Filled(bound.answers, [], len(bound.answers), [])  # the telling told it all
    digest = str(tracking_digest(new_tracking_reference()))  # it is followed with the telling
    names = cases.Names(opening.reference, digest, rules.need_of(row.root_id), new_id())
    opened = cases.open_case(definition, filled, names, channel=Channel(opening.channel))
    return opened.model_copy(update={"delivery_id": row.id, "life_event": opening.life_event})


async def _tell_case(tx: Transaction, row: Delivery) -> None:
    """What was put right, or taken back, is to be seen to in the case that was opened by what was told."""
    first = _first(row, await tx.all(named.DELIVERIES_OF_ROOT, root_id=row.root_id))
    if first is None or first.opens is None:
        return
    if first.case_id is None:
        if first.ended_at is None:
            opens(tx, row, at=tx.now + LOOK_AGAIN)  # its case is about to be opened
        return
    case: Case | None = await tx.one(named.CASE, case_id=first.case_id, for_council=row.council)
    if case is None:
        return
    add_task(tx, case, TaskKind.ALERT, ANEW[Sends(row.sends)], due_at=row.act_by)
    tx.change(row, case_id=case.id, case_reference=case.reference)


def _first(row: Delivery, rows: Sequence[Delivery]) -> Delivery | None:
    """What was told of the same interest, last, before it was put right or taken back."""
    told = [each for each in rows if (each.council, each.interest) == (row.council, row.interest)]
    told = [each for each in told if each.sends == Sends.TELLING]
    return max(told, key=lambda each: each.planned_at, default=None)
