"""Giving somebody a part in a case, and ending it."""

from __future__ import annotations

from uuid import UUID

from common.contracts.cases import (
    AddParty,
    CaseView,
    ClosedForGood,
    EntryKind,
    NotForYou,
    PartyAdded,
    PartyEnded,
    PartyRole,
    PartyView,
)
from common.runtime.problems import NotFound
from common.runtime.transaction import Transaction

from case_crm import queries
from case_crm.commands.texts import check_text
from case_crm.commands.timeline import note
from case_crm.domain import handling, parties
from case_crm.queries import named
from case_crm.tables import Party


async def add_party(tx: Transaction, case_id: UUID, command: AddParty) -> PartyView:
    """Give somebody a part in a case; a councillor by the consent of its person."""
    file = await queries.case_file(tx, case_id)
    case = file.case
    await check_text(tx, command.consent, case.person_id, at="/consent", insists=False, case=case.id)
    if handling.closed_to(queries.caller_of(tx), case.status):
        raise ClosedForGood
    parties.check_party(command, by=tx.me.role, parties=file.parties)
    tx.saw([case.person_id], "gave somebody a part in a case", case=case.id)
    party = tx.add(
        Party(
            council=case.council,
            case_id=case.id,
            officer_id=command.officer_id,
            person_id=case.person_id,
            role=command.role.value,
            called=command.called,
            since=tx.now,
        )
    )
    tx.say(PartyAdded(officer_id=command.officer_id, role=command.role), on=case)
    note(tx, case, EntryKind.PARTY, text=command.consent, public=True, what=command.role.value)
    return queries.shown_party(PartyView.model_validate(party.model_dump()), file.reader)


async def end_party(tx: Transaction, case_id: UUID, officer_id: str) -> CaseView:
    """End somebody's part in a case. Its person ends their councillor's."""
    file = await queries.case_file(tx, case_id)
    touches = await tx.all(named.INTERACTIONS, case_id=case_id)
    row = await tx.one(named.PARTY, case_id=case_id, officer_id=officer_id)
    if row is None:
        raise NotFound
    role = PartyRole(row.role)
    if tx.me.role == "resident" and role is not PartyRole.COUNCILLOR:
        raise NotForYou
    tx.edits(file.case)
    tx.saw([file.case.person_id], "ended somebody's part in a case", case=case_id)
    tx.remove(row)
    tx.say(PartyEnded(officer_id=officer_id, role=role), on=file.case)
    note(tx, file.case, EntryKind.PARTY, text=None, public=True, what=f"{role.value}_ended")
    return queries.shown_file(tx, file.without_party(officer_id), touches)
