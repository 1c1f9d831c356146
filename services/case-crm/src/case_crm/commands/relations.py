"""What cases are to one another."""

from __future__ import annotations

from uuid import UUID

from common.contracts.cases import CaseRelated, CaseView, ClosedForGood, EntryKind, RelateCase, RelatedView, Relation
from common.runtime.transaction import Transaction

from case_crm import queries
from case_crm.commands.timeline import note
from case_crm.domain import handling, relations
from case_crm.queries import File, named
from case_crm.tables import CaseLink


async def relate_case(tx: Transaction, case_id: UUID, command: RelateCase) -> CaseView:
    """Say what a case is to another, of each of the two."""
    file, other = await queries.case_file(tx, case_id), await queries.case_file(tx, command.case_id)
    touches = await tx.all(named.INTERACTIONS, case_id=case_id)
    if handling.closed_to(queries.caller_of(tx), file.case.status):
        raise ClosedForGood
    ids = {"case": case_id, "other": command.case_id}
    relations.check_relation(command.relation, **ids, of_case=file.related, of_other=other.related)
    if command.relation is Relation.PART_OF:
        relations.check_ending(other.case.status, [_seen(file, Relation.HAS_PART)])
    tx.edits(file.case)
    tx.saw([file.case.person_id, other.case.person_id], "related two cases", case=case_id)
    _link(tx, file, other, command.relation)
    _link(tx, other, file, relations.SEEN_FROM_THE_OTHER[command.relation])
    return queries.shown_file(tx, file.with_related(_seen(other, command.relation)), touches)


def _link(tx: Transaction, file: File, other: File, relation: Relation) -> None:
    case = file.case
    tx.add(
        CaseLink(
            council=case.council,
            case_id=case.id,
            other_id=other.case.id,
            person_id=case.person_id,
            relation=relation.value,
        )
    )
    tx.say(CaseRelated(related=other.case.id, relation=relation), on=case)
    note(tx, case, EntryKind.RELATED, text=None, public=True, what=relation.value)


def _seen(file: File, relation: Relation) -> RelatedView:
    case = file.case
    shown = {
        "case_id": case.id,
        "reference": case.reference,
        "service": case.service,
        "title": case.title,
        "status": case.status,
    }
    return RelatedView(relation=relation, **shown)
