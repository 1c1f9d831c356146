"""What is to be done for a case: noted, done, and checked off."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from common.contracts.cases import (
    CaseView,
    ClosedForGood,
    EndTask,
    EntryKind,
    NotAhead,
    OpenTask,
    TaskDone,
    TaskKind,
    TaskOpened,
    TaskOver,
    TaskState,
    TaskView,
)
from common.runtime.ids import new_id
from common.runtime.problems import NotFound
from common.runtime.transaction import Transaction

from case_crm import queries
from case_crm.commands.texts import check_text
from case_crm.commands.timeline import note
from case_crm.domain import handling
from case_crm.queries import named
from case_crm.tables import Case, Task


async def open_task(tx: Transaction, case_id: UUID, command: OpenTask) -> TaskView:
    """Note something to do for a case, by whoever deals with it or a colleague."""
    file = await queries.case_file(tx, case_id)
    case = file.case
    insists = command.no_address_in_it
    await check_text(tx, command.what, case.person_id, at="/what", insists=insists, case=case.id)
    _check_open(tx, case)
    _check_ahead(command, tx.now)
    tx.saw([case.person_id], "noted something to do for a case", case=case.id)
    task = add_task(
        tx,
        case,
        command.kind,
        command.what,
        due_at=command.due_at,
        window_from=command.window_from,
        officer_id=command.officer_id,
    )
    return queries.shown_task(tx, task, file.reader)


async def end_task(tx: Transaction, case_id: UUID, task_id: UUID, command: EndTask) -> CaseView:
    """Say that a task is over."""
    file = await queries.case_file(tx, case_id)
    touches = await tx.all(named.INTERACTIONS, case_id=case_id)
    case, task = file.case, await tx.one(named.TASK, case_id=case_id, task_id=task_id)
    if task is None:
        raise NotFound
    if task.state != TaskState.OPEN:
        raise TaskOver
    tx.edits(case)
    tx.saw([case.person_id], "ended a task of a case", case=case.id)
    tx.change(task, state=command.outcome.value, ended_at=tx.now, ended_by=tx.me.id)
    late = command.outcome is TaskState.DONE and task.due_at < tx.now
    tx.say(TaskDone(task_id=task.id, kind=TaskKind(task.kind), state=command.outcome, late=late), on=case)
    _note(tx, case, task)
    return queries.shown_file(tx, file.with_task(task), touches)


async def check_item(tx: Transaction, case_id: UUID, item: str) -> CaseView:
    """Check off an item of the checklist of the case's stage."""
    file = await queries.case_file(tx, case_id)
    touches = await tx.all(named.INTERACTIONS, case_id=case_id)
    case, checklist = file.case, file.definition.handling.checklists.get(file.case.stage)
    found = next((each for each in checklist.items if each.item == item), None) if checklist else None
    if found is None:
        raise NotFound
    _check_open(tx, case)
    if item in file.checked():
        raise TaskOver
    tx.edits(case)
    tx.saw([case.person_id], "checked off an item of a case", case=case.id)
    ended = {"state": TaskState.DONE.value, "ended_at": tx.now, "ended_by": tx.me.id}
    done = tx.add(_new(case, TaskKind.CHECK, found.text, at=tx.now, due_at=tx.now, item=item, **ended))
    tx.say(TaskDone(task_id=done.id, kind=TaskKind.CHECK, state=TaskState.DONE), on=case)
    _note(tx, case, done)
    return queries.shown_file(tx, file.with_task(done), touches)


def add_task(
    tx: Transaction,
    case: Case,
    kind: TaskKind,
    what: str,
    *,
    due_at: datetime,
    window_from: datetime | None = None,
    officer_id: str | None = None,
    team: str | None = None,
) -> Task:
    """A new task of a case, for an officer or a team; without either it is for whoever deals with the case."""
    officer = officer_id or (None if team else case.owner_id)
    whose = {"officer_id": officer, "team": team}
    task = tx.add(_new(case, kind, what, at=tx.now, due_at=due_at, window_from=window_from, **whose))
    tx.say(TaskOpened(task_id=task.id, kind=kind, due_at=due_at), on=case)
    _note(tx, case, task)
    return task


def _note(tx: Transaction, case: Case, task: Task) -> None:
    """How a task stands now, on the timeline of its case; the person reads of the calls they were promised."""
    what, public = f"{task.kind}_{task.state}", task.kind == TaskKind.CALL_BACK
    note(tx, case, EntryKind.TASK, text=task.what, public=public, what=what)


def _new(case: Case, kind: TaskKind, what: str, *, at: datetime, **columns: Any) -> Task:
    known = {"council": case.council, "case_id": case.id, "person_id": case.person_id, "reference": case.reference}
    begun = {"id": new_id(), "kind": kind.value, "what": what, "opened_at": at, "state": TaskState.OPEN.value}
    return Task(**(known | begun | columns))


def _check_ahead(command: OpenTask, now: datetime) -> None:
    """Raises NotAhead unless its moment lies ahead, and a call back (nothing else) has a window that begins before it."""
    begins = command.window_from
    promised = begins is not None and begins < command.due_at
    if command.due_at <= now or promised != (command.kind is TaskKind.CALL_BACK) or (begins and not promised):
        raise NotAhead


def _check_open(tx: Transaction, case: Case) -> None:
    if handling.closed_to(queries.caller_of(tx), case.status):
        raise ClosedForGood
