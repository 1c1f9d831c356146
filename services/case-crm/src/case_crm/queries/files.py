"""A case with all that belongs to it, for whoever may see it: one read of the case, one of its touches."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from common.contracts.cases import (
    AppealView,
    CaseView,
    ChecklistItemView,
    OwnerView,
    PartyRole,
    PartyView,
    RelatedView,
    Relation,
    Result,
    TaskKind,
    TaskState,
    TaskView,
)
from common.contracts.cases.appointments import AppointmentAction
from common.contracts.staff import SEES_RESTRICTED
from common.runtime.problems import NotFound
from common.runtime.reading import Reading

from case_crm.domain import appointments, handling
from case_crm.domain.clocks import Clock
from case_crm.domain.definitions import Language, ServiceDefinition
from case_crm.domain.protection import Reader
from case_crm.domain.wording import Wording
from case_crm.queries import named
from case_crm.queries.appointments import booked_of, shown_appointment
from case_crm.queries.clocks import clocks_as_read, shown_clocks
from case_crm.queries.days import day_of, today
from case_crm.queries.opened import still_to_ask, told_once
from case_crm.queries.protection import reader_of
from case_crm.queries.views import in_words, shown_case, theirs
from case_crm.tables import Appointment, Case, Interaction, Location, Task


@dataclass(frozen=True, slots=True)
class File:
    """A case, the definition it runs on, who reads it, its tasks in the order they are due, its clocks, and what belongs to it.

    `guarded`: its person is protected, whoever reads it.
    `appointment`: the one that is booked, or the last one, with its place, as PostgreSQL gave it in JSON.
    `restricted_to` is whom it is shown to, where not every officer sees it.
    `unseen` is what it is to cases that the caller may not see.
    """

    case: Case
    definition: ServiceDefinition
    reader: Reader
    tasks: Sequence[Task] = ()
    clocks: Sequence[Clock] = ()
    related: Sequence[RelatedView] = ()
    unseen: frozenset[Relation] = frozenset()
    parties: Sequence[PartyView] = ()
    guarded: bool = False
    restricted_to: Sequence[str] | None = None
    appointment: dict[str, Any] | None = None

    @property
    def booked(self) -> Appointment | None:
        """The appointment that is booked."""
        return booked_of(self.appointment)

    def with_appointment(self, row: Appointment, place: Location | None = None) -> File:
        """The same with an appointment as it stands now, at another place where one is given."""
        known = place.model_dump(mode="json") if place else (self.appointment or {})["place"]
        return replace(self, appointment=row.model_dump(mode="json") | {"place": known})

    def with_task(self, task: Task) -> File:
        """The same with one task more, or with that task as it stands now."""
        return replace(self, tasks=[*({each.id: each for each in self.tasks} | {task.id: task}).values()])

    def with_related(self, related: RelatedView) -> File:
        """The same with one related case more."""
        return replace(self, related=[*self.related, related])

    def without_party(self, officer_id: str) -> File:
        """The same without the part that somebody had."""
        return replace(self, parties=[each for each in self.parties if each.officer_id != officer_id])

    def checked(self) -> dict[str, Task]:
        """The items of its stage's checklist that were seen to since it came there."""
        since = self.case.changed_at
        return {task.item: task for task in self.tasks if task.item and task.ended_at and task.ended_at >= since}


async def case_file(session: Reading, case_id: UUID) -> File:
    """A case, its tasks, its clocks and what it is related to, in one read. Raises NotFound."""
    file = await find_file(session, case_id)
    if file is None:
        raise NotFound
    return file


async def find_file(session: Reading, case_id: UUID) -> File | None:
    """The same; None where the caller may see no such case."""
    found = await session.one(named.CASE_WITH_TASKS, case_id=case_id, **theirs(session))
    return _file(session, found) if found else None


async def case_files(session: Reading, case_ids: Sequence[UUID]) -> list[File]:
    """Those of several cases that an officer's council has, in one read."""
    return [
        _file(session, each) for each in await session.all(named.CASES_WITH_TASKS, cases=case_ids, **theirs(session))
    ]


def _file(session: Reading, found: tuple[Any, ...]) -> File:
    case, document, protected, clocks, tasks, related, parts, restricted_to, appointment = found
    session.in_service(case.service)
    parties = [PartyView.model_validate(each) for each in parts]
    reader = reader_of(session, [*(protected or ()), case.kept_back or ()])
    seen, unseen = _apart(related)
    return File(
        case,
        ServiceDefinition.published(document),
        reader,
        [_task(each) for each in tasks],
        clocks_as_read(clocks),
        seen,
        unseen,
        parties,
        guarded=bool(protected),
        restricted_to=restricted_to,
        appointment=appointment,
    )


async def case_view(read: Reading, case_id: UUID, *, language: Language) -> CaseView:
    """A case with its touches and tasks, and what its reader may do with it."""
    file = await case_file(read, case_id)
    touches = await read.all(named.INTERACTIONS, case_id=case_id)
    told = await told_once(read, file.case, file.reader)
    read.saw([file.case.person_id], "looked at a case", case=file.case.id)
    shown = shown_file(read, file, touches).model_copy(update={"told_once": told})
    return in_words(shown, Wording(file.definition, language), file.case.stage)


async def councillor_case(read: Reading, case_id: UUID) -> CaseView:
    """A case that its person let the councillor who asks see, and no other that belongs to it. Raises NotFound."""
    file = await case_file(read, case_id)
    if not _lets_see(file.parties, read.me.id):
        raise NotFound
    touches = await read.all(named.INTERACTIONS, case_id=case_id)
    read.saw([file.case.person_id], "looked at a case as a councillor", case=file.case.id)
    alone = replace(file, reader=Reader(PartyRole.COUNCILLOR, file.reader.hidden), related=())
    return shown_file(read, alone, touches)


def shown_file(session: Reading, file: File, touches: Sequence[Interaction]) -> CaseView:
    """A case as its reader sees it: who deals with it, what is to be done, what can be done next and against a decision."""
    case, definition, officer = file.case, file.definition, file.reader.role == "officer"
    clocks = shown_clocks(file.clocks, file.reader, now=session.now)
    shown = shown_case(case, definition, touches, file.reader, clocks)
    more = {
        "owner": shown_owner(case, definition, file.reader),
        "handoffs": case.handoffs,
        "tasks": [shown_task(session, task, file.reader) for task in file.tasks if _concerns(task, officer=officer)],
        "checklist": _checklist(file) if officer else [],
        "need_id": case.need_id,
        "appeal": _appeal(file),
        "delivery_id": case.delivery_id,
        "still_to_ask": still_to_ask(session, case, definition),
        "related": _in_services(session, file.related),
        "parties": [shown_party(party, file.reader) for party in file.parties],
        "restricted_to": _officers(file) if officer else None,
        "appointment": shown_appointment(file.appointment, file.reader),
        "appointment_actions": _appointment_actions(session, file),
        "next_actions": handling.next_actions(
            shown.next_actions, definition, standing(session, case, file.checked()), caller_of(session)
        ),
    }
    return shown.model_copy(update=more)


def _appointment_actions(session: Reading, file: File) -> list[AppointmentAction]:
    """What the reader may do about the appointment; nothing, where what is closed is not theirs to change."""
    if handling.closed_to(caller_of(session), file.case.status):
        return []
    at = file.booked.starts_at if file.booked else None
    return appointments.actions(file.definition, file.case.stage, at, role=file.reader.role, now=session.now)


def shown_task(session: Reading, task: Task, reader: Reader) -> TaskView:
    """A task as its reader sees it."""
    return TaskView(
        task_id=task.id,
        case_id=task.case_id,
        reference=task.reference,
        kind=task.kind,
        what=task.what if reader.may_see(task.what) else None,
        officer_id=task.officer_id if reader.role == "officer" else None,
        team=task.team if reader.role == "officer" else None,
        window_from=task.window_from,
        due_at=task.due_at,
        overdue=task.state == TaskState.OPEN and task.due_at < session.now,
        state=task.state,
    )


def shown_party(party: PartyView, reader: Reader) -> PartyView:
    """Somebody's part, as the reader of the case sees it."""
    return party if reader.role == "officer" else party.model_copy(update={"officer_id": None})


def _lets_see(parties: Sequence[PartyView], officer_id: str) -> bool:
    return any(each.officer_id == officer_id and each.role is PartyRole.COUNCILLOR for each in parties)


def caller_of(session: Reading) -> handling.Caller:
    """The caller, as the rules of handling a case know them."""
    return handling.Caller(session.me.role, session.me.permissions)


def standing(session: Reading, case: Case, checked: Collection[str]) -> handling.Standing:
    """How a case stands, in the days of its council."""
    ended_on = day_of(session, case.ended_at, case.council) if case.ended_at else None
    return handling.Standing(case.stage, ended_on, today(session, case.council), checked)


def _apart(related: Sequence[dict[str, Any]]) -> tuple[list[RelatedView], frozenset[Relation]]:
    seen = [RelatedView(**each) for each in related if each["reference"]]
    return seen, frozenset(Relation(each["relation"]) for each in related if not each["reference"])


def _in_services(session: Reading, related: Sequence[RelatedView]) -> list[RelatedView]:
    """Whoever acts for somebody in some services is shown no case of another."""
    services = session.me.acting.services if session.me.acting else None
    return [each for each in related if services is None or each.service in services]


def shown_owner(case: Case, definition: ServiceDefinition, reader: Reader) -> OwnerView | None:
    """Who deals with a case; residents are shown what its service shows of them."""
    dealt_with = definition.handling.dealt_with
    if case.owner_id is None:
        return None
    if reader.role == "officer":
        return OwnerView(called=case.owner_called or dealt_with.role, officer_id=case.owner_id)
    return OwnerView(called=case.owner_called if dealt_with.shown == "name" and case.owner_called else dealt_with.role)


def _officers(file: File) -> list[str] | None:
    """The officers who see a restricted case by their names; None where every officer of its council does."""
    return None if file.restricted_to is None else [each for each in file.restricted_to if each != SEES_RESTRICTED]


def _checklist(file: File) -> list[ChecklistItemView]:
    checklist, done = file.definition.handling.checklists.get(file.case.stage), file.checked()
    return [
        ChecklistItemView(item=each.item, text=each.text, done_at=seen.ended_at, done_by=seen.ended_by)
        if (seen := done.get(each.item))
        else ChecklistItemView(item=each.item, text=each.text)
        for each in (checklist.items if checklist else ())
    ]


def _appeal(file: File) -> AppealView | None:
    if file.case.result is None:
        return None
    appeal = file.definition.handling.ending(Result(file.case.result)).appeal
    return AppealView(route=appeal.route, within_days=appeal.within_days) if appeal else None


def _concerns(task: Task, *, officer: bool) -> bool:
    """Whether a reader is shown a task: a resident the calls that they were promised. Checks have a list of their own."""
    return task.kind != TaskKind.CHECK if officer else task.kind == TaskKind.CALL_BACK


def _task(columns: dict[str, Any]) -> Task:
    """A task as PostgreSQL gave it in JSON, with its moments and ids as what they are."""
    moments = {name: columns[name] and datetime.fromisoformat(columns[name]) for name in _MOMENTS}
    ids = {name: columns[name] and UUID(columns[name]) for name in ("id", "case_id", "person_id")}
    return Task.model_construct(**(columns | moments | ids))


_MOMENTS = ("opened_at", "window_from", "due_at", "ended_at")
