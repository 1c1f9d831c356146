"""The clocks of cases: turned by what is done with a case, in the same transaction, and rung by time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from common.contracts.cases import CaseStatusChanged, CaseView, EntryKind
from common.contracts.cases.clocks import ClockEvent, Direction, ExtendClock
from common.promises import Calendar, local_date
from common.runtime.ids import new_id
from common.runtime.problems import NotFound
from common.runtime.timers import Timer
from common.runtime.transaction import Transaction

from case_crm import queries
from case_crm.commands.confirming import longer_than_said
from case_crm.commands.texts import check_text
from case_crm.commands.timeline import note
from case_crm.domain import clocks, queues
from case_crm.domain.clocks import Clock, Move
from case_crm.domain.definitions import PromisedTerm, ServiceDefinition
from case_crm.domain.definitions.terms import OPENED
from case_crm.queries import named
from case_crm.queries.calendars import calendars
from case_crm.tables import Case, CaseClock

CLOCK = Timer("case_clock")


def start_clocks(tx: Transaction, case: Case, definition: ServiceDefinition) -> list[Clock]:
    """What is promised with the first contact, once that was said."""
    first = Move(OPENED, was=None, stage=case.stage, status=definition.stages[case.stage].status)
    return _turned(tx, case, definition, [], first)


def turn_clocks(
    tx: Transaction,
    case: Case,
    definition: ServiceDefinition,
    running: Sequence[Clock],
    moved: CaseStatusChanged,
    *,
    left: str,
) -> list[Clock]:
    """What a transition, once it was said, does to a case's clocks. Gives all of them."""
    move = Move(moved.transition, was=left, stage=moved.stage, status=moved.status)
    return _turned(tx, case, definition, running, move)


async def extend_clock(tx: Transaction, case_id: UUID, clock_id: UUID, command: ExtendClock) -> CaseView:
    """Take longer for one promise of a case; its person is written to, and reads the reason."""
    file = await queries.case_file(tx, case_id)
    case, definition, running = file.case, file.definition, file.clocks
    touches = await tx.all(named.INTERACTIONS, case_id=case_id)
    await check_text(tx, command.reason, case.person_id, at="/reason", insists=command.no_address_in_it, case=case.id)
    tx.edits(case)
    tx.saw([case.person_id], "took longer for a case", case=case.id)
    clock = next((each for each in running if each.id == clock_id), None)
    if clock is None:
        raise NotFound
    term, calendar = _terms(definition)[clock.term], _calendar(tx, case)
    longer, said = clocks.extended(clock, term, calendar, because=command.reason, now=tx.now)
    _keep(tx, case, longer, said)
    to_person = longer.direction is Direction.COUNCIL_TO_CUSTOMER
    note(tx, case, EntryKind.LONGER, text=command.reason, public=to_person, what=longer.term)
    running = [longer if each is clock else each for each in running]
    _settle(tx, case, definition, running)
    if to_person:
        longer_than_said(tx, case, until=longer.due_at, day=local_date(longer.due_at, calendar))
    return queries.shown_file(tx, replace(file, clocks=running), touches)


async def ring_clocks(tx: Transaction, case_id: UUID) -> None:
    """Say of a case's promises what is due soon and what was not kept."""
    found = await tx.one(named.CASE_WITH_DEFINITION, case_id=case_id, **queries.theirs(tx))
    if found is None:
        return
    case, document, _, rows = found
    definition = ServiceDefinition.published(document)
    terms, calendar, rung = _terms(definition), _calendar(tx, case), []
    for clock in queries.clocks_as_read(rows):
        after, said = clocks.ring(clock, terms[clock.term], calendar, now=tx.now)
        if after != clock:
            _keep(tx, case, after, said)
        rung.append(after)
    _remind(tx, case, definition, rung)


def _turned(
    tx: Transaction, case: Case, definition: ServiceDefinition, running: Sequence[Clock], move: Move
) -> list[Clock]:
    terms, calendar, after = _terms(definition), _calendar(tx, case), list[Clock]()
    for clock in running:
        turned, said = clocks.turn(clock, terms[clock.term], move, calendar, now=tx.now)
        if turned != clock:
            _keep(tx, case, turned, said)
        after.append(turned)
    under_way = {clock.term for clock in after if clock.ended_at is None}
    answers = case.answers | case.sealed_answers
    for term in definition.terms:
        if term.term not in under_way and clocks.begins(term, move, answers):
            begun, said = clocks.start(term, calendar, id=new_id(), at=tx.now, stage=move.stage)
            _keep(tx, case, begun, said)
            after.append(begun)
    if after:
        _settle(tx, case, definition, after)
    return after


def _keep(tx: Transaction, case: Case, clock: Clock, said: Sequence[ClockEvent]) -> None:
    """The whole clock as it stands now; what happened to it is said of its case, whose version orders it all."""
    kept = dict(clock) | {"history": [change.model_dump(mode="json") for change in clock.history]}
    tx.put(CaseClock(**kept, council=case.council, case_id=case.id, person_id=case.person_id))
    for event in said:
        tx.say(event, on=case)


def _settle(tx: Transaction, case: Case, definition: ServiceDefinition, running: Sequence[Clock]) -> None:
    """Keep the case's place in its queue by what it was promised now, and be reminded of that."""
    if (place := queues.place(case.priority, case.opened_at, running)) != case.queued_for:
        tx.change(case, queued_for=place)
    _remind(tx, case, definition, running)


def _remind(tx: Transaction, case: Case, definition: ServiceDefinition, running: Sequence[Clock]) -> None:
    """One timer for all clocks of a case: the first moment at which one of them has something to say."""
    terms, calendar = _terms(definition), _calendar(tx, case)
    moments = [clocks.next_moment(clock, terms[clock.term], calendar) for clock in running]
    if coming := [moment for moment in moments if moment]:
        tx.remind(CLOCK, about=case, at=min(coming))
    else:
        tx.forget(CLOCK, about=case)


def _terms(definition: ServiceDefinition) -> dict[str, PromisedTerm]:
    return {term.term: term for term in definition.terms}


def _calendar(tx: Transaction, case: Case) -> Calendar:
    return calendars()[tx.councils[case.council].calendar]
