"""Entries of a case's timeline: each written with what it tells, so that nothing changes silently."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from common.contracts.cases import CaseStatusChanged, ClosedForGood, EntryKind, EntryView, WriteEntry
from common.runtime.ids import new_id
from common.runtime.transaction import Transaction

from case_crm import queries
from case_crm.commands.texts import check_text
from case_crm.domain import handling
from case_crm.tables import Case, Entry


async def write_entry(tx: Transaction, case_id: UUID, command: WriteEntry) -> EntryView:
    """Write an update or a note on a case."""
    file = await queries.case_file(tx, case_id)
    case = file.case
    insists = command.no_address_in_it
    await check_text(tx, command.text, case.person_id, at="/text", insists=insists, case=case.id)
    if handling.closed_to(queries.caller_of(tx), case.status):
        raise ClosedForGood
    tx.saw([case.person_id], "wrote on a case", case=case.id)
    entry = note(tx, case, command.kind, text=command.text, public=command.kind is EntryKind.UPDATE)
    return queries.shown_entry(entry.model_dump(), file.reader)


def note_move(
    tx: Transaction, case: Case, moved: CaseStatusChanged, *, at: datetime | None = None, amount: int | None = None
) -> None:
    """The entry of a transition: where it led, by whom, and why."""
    where = {"what": moved.transition, "status": moved.status.value}
    note(tx, case, EntryKind.MOVED, text=moved.reason, public=True, at=at, amount=amount, **where)


def note(
    tx: Transaction,
    case: Case,
    kind: EntryKind,
    *,
    text: str | None,
    public: bool,
    at: datetime | None = None,
    amount: int | None = None,
    **where: str,
) -> Entry:
    """An entry of a case's timeline, now or (from another system) when it was."""
    return tx.add(
        Entry(
            id=new_id(),
            council=case.council,
            case_id=case.id,
            person_id=case.person_id,
            at=at or tx.now,
            kind=kind.value,
            public=public,
            text=text,
            amount=amount,
            by_role=tx.me.actor_kind,
            by_id=tx.me.actor_id,
            **where,
        )
    )
