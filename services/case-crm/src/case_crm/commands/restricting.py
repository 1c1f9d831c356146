"""Cases that not every officer of their council sees: restricted, given on, and shown to all again."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from common.contracts.cases import CaseView, EntryKind
from common.contracts.cases.restricting import (
    CaseRestricted,
    CaseUnrestricted,
    LiftRestriction,
    NotRestricted,
    RestrictCase,
)
from common.contracts.staff import SEES_RESTRICTED
from common.runtime.restricting import RestrictedCase, shown_to
from common.runtime.transaction import Transaction

from case_crm import queries
from case_crm.commands.texts import check_text
from case_crm.commands.timeline import note
from case_crm.domain.definitions import ServiceDefinition
from case_crm.queries import named
from case_crm.tables import Case, Draft


async def restrict_case(tx: Transaction, case_id: UUID, command: RestrictCase) -> CaseView:
    """Show a case to these officers, to whoever deals with it and to whoever is cleared, and to no others."""
    file = await queries.case_file(tx, case_id)
    touches = await tx.all(named.INTERACTIONS, case_id=case_id)
    known = await tx.one(named.RESTRICTION, case_id=case_id)
    case, insists = file.case, command.no_address_in_it
    await check_text(tx, command.reason, case.person_id, at="/reason", insists=insists, case=case.id)
    tx.edits(case)
    tx.saw([case.person_id], "restricted a case", case=case.id)
    seen_by = shown_to([*command.officers, case.owner_id])
    _show(tx, known or tx.add(_restriction(case)), seen_by)
    note(tx, case, EntryKind.RESTRICTED, text=command.reason, public=False, what="restricted")
    return queries.shown_file(tx, replace(file, restricted_to=seen_by), touches)


async def lift_restriction(tx: Transaction, case_id: UUID, command: LiftRestriction) -> CaseView:
    """Show a case to every officer of its council again."""
    file = await queries.case_file(tx, case_id)
    touches = await tx.all(named.INTERACTIONS, case_id=case_id)
    known = await tx.one(named.RESTRICTION, case_id=case_id)
    case, insists = file.case, command.no_address_in_it
    await check_text(tx, command.reason, case.person_id, at="/reason", insists=insists, case=case.id)
    tx.edits(case)
    if known is None or known.shown_to is None:
        raise NotRestricted
    tx.saw([case.person_id], "showed a case to every officer again", case=case.id)
    tx.change(known, shown_to=None)
    tx.say(CaseUnrestricted(), on=known)
    note(tx, case, EntryKind.RESTRICTED, text=command.reason, public=False, what="lifted")
    return queries.shown_file(tx, replace(file, restricted_to=None), touches)


async def restriction_of(tx: Transaction, case_id: UUID | None) -> RestrictedCase | None:
    """Whom a case is shown to that is there already; None where there is none, or no restriction of it was ever made."""
    if case_id is None:
        return None
    return await tx.one(named.RESTRICTION, case_id=case_id)


def restrict_draft(tx: Transaction, draft: Draft, definition: ServiceDefinition) -> None:
    """A form of a service that is restricted from the start is shown as its case will be. Nothing is said of it yet."""
    if definition.restricted:
        tx.add(_restriction(draft, shown_to=shown_to(_whoever_began(tx))))


def begin_restricted(
    tx: Transaction, case: Case, definition: ServiceDefinition, begun: RestrictedCase | None
) -> list[str] | None:
    """Restrict a new case where its service is, or its form was `begun` so. Gives whom it is shown to; None where to all."""
    if begun is None and definition.restricted is None:
        return None
    seen_by = shown_to([*(begun.shown_to or () if begun else ()), *_whoever_began(tx)])
    _show(tx, begun or tx.add(_restriction(case)), seen_by)
    why = definition.restricted.because if definition.restricted else None
    note(tx, case, EntryKind.RESTRICTED, text=why, public=False, what="restricted")
    return seen_by


def let_owner_see(
    tx: Transaction, known: RestrictedCase | None, *, was: str | None, owner: str | None
) -> list[str] | None:
    """A restricted case that is given on is shown to its new owner, and to the one before no longer."""
    if known is None or known.shown_to is None:
        return None
    seen_by = shown_to([owner, *(each for each in known.shown_to if each != was)])
    _show(tx, known, seen_by)
    return seen_by


def _whoever_began(tx: Transaction) -> list[str]:
    """An officer who asks for somebody knows of it, and goes on with it."""
    return [tx.me.id] if tx.me.role == "officer" else []


def _restriction(of: Case | Draft, **columns: list[str]) -> RestrictedCase:
    return RestrictedCase(id=of.id, council=of.council, **columns)


def _show(tx: Transaction, known: RestrictedCase, seen_by: list[str]) -> None:
    tx.change(known, shown_to=seen_by)
    tx.say(CaseRestricted(officers=[each for each in seen_by if each != SEES_RESTRICTED]), on=known)
