"""Who deals with a case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from common.contracts.cases import (
    CaseAssigned,
    CaseHandedOff,
    CaseView,
    ClosedForGood,
    EntryKind,
    SetOwner,
    TaskKind,
    TaskState,
)
from common.runtime.transaction import Transaction

from case_crm import queries
from case_crm.commands.delivering import follow_delivery
from case_crm.commands.restricting import let_owner_see, restriction_of
from case_crm.commands.tasks import add_task
from case_crm.commands.texts import check_text
from case_crm.commands.timeline import note
from case_crm.domain import handling, owners
from case_crm.queries import File, named
from case_crm.tables import Case, Task

LOOK_BY = timedelta(days=1)
PASSED_ON = "This case has changed hands {count} times: settle who deals with it, and tell its person."


async def set_owner(tx: Transaction, case_id: UUID, command: SetOwner) -> CaseView:
    """Take a case, or give it to a colleague. What was to be done by the one before is the new one's to do."""
    file = await queries.case_file(tx, case_id)
    restriction = await restriction_of(tx, case_id if file.restricted_to else None)
    touches = await tx.all(named.INTERACTIONS, case_id=case_id)
    case = file.case
    insists = command.no_address_in_it
    await check_text(tx, command.reason, case.person_id, at="/reason", insists=insists, case=case.id)
    settled = decided_owner(tx, case, command)
    tx.saw([case.person_id], "settled who deals with a case", case=case.id)
    if settled is None:
        return queries.shown_file(tx, file, touches)
    tx.edits(case)
    seen_by = let_owner_see(tx, restriction, was=case.owner_id, owner=settled.officer_id)
    file = replace(hand_over(tx, file, settled, command), restricted_to=seen_by)
    return queries.shown_file(tx, file, touches)


def decided_owner(tx: Transaction, case: Case, command: SetOwner) -> CaseAssigned | CaseHandedOff | None:
    """What makes the officer of a command the owner of a case; None where they are. Raises why the caller may not."""
    if handling.closed_to(queries.caller_of(tx), case.status):
        raise ClosedForGood
    me = tx.me
    assigns = owners.ASSIGNS in me.permissions
    return owners.settle(command, owner=case.owner_id, handoffs=case.handoffs, me=me.id, assigns=assigns)


def hand_over(tx: Transaction, file: File, settled: CaseAssigned | CaseHandedOff, command: SetOwner) -> File:
    """Write who deals with a case, and count it where it changed hands."""
    give(tx, file.case, file.tasks, settled, called=command.called, reason=command.reason)
    return count_handoff(tx, file, settled.handoffs) if isinstance(settled, CaseHandedOff) else file


def count_handoff(tx: Transaction, file: File, handoffs: int) -> File:
    """Keep how often a case changed hands. Where that is too often, it is to be settled: a task, which the file has then."""
    tx.change(file.case, handoffs=handoffs)
    if handoffs <= owners.MOST_HANDOFFS:
        return file
    said = PASSED_ON.format(count=handoffs)
    return file.with_task(add_task(tx, file.case, TaskKind.ALERT, said, due_at=tx.now + LOOK_BY))


def give(
    tx: Transaction,
    case: Case,
    tasks: Iterable[Task],
    settled: CaseAssigned | CaseHandedOff,
    *,
    called: str,
    reason: str | None = None,
) -> None:
    """Make an officer the owner of a case; of its tasks, what the one before was to do (or nobody) is theirs to do."""
    pass_tasks(tx, case, tasks, to=settled.officer_id)
    tx.change(case, owner_id=settled.officer_id, owner_called=called)
    tx.say(settled, on=case)
    follow_delivery(tx, case)
    note(tx, case, EntryKind.OWNER, text=reason, public=False)


def pass_tasks(tx: Transaction, case: Case, tasks: Iterable[Task], *, to: str | None) -> None:
    """What the owner of a case (or nobody) is to do for it is somebody else's to do, or nobody's."""
    for task in tasks:
        if task.state == TaskState.OPEN and task.officer_id == case.owner_id:
            tx.change(task, officer_id=to)
