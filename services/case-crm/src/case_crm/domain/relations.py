"""What cases may be to one another, and what that asks of whoever ends one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from common.contracts.cases import (
    ENDED,
    CannotRelate,
    CaseResolved,
    CaseStatusChanged,
    PartsFirst,
    RelatedView,
    Relation,
    Result,
)
from common.contracts.cases.places import DuplicateOfWhich
from common.contracts.cases.relations import WholeFirst

SEEN_FROM_THE_OTHER = {
    Relation.PART_OF: Relation.HAS_PART,
    Relation.FOLLOWS: Relation.FOLLOWED_BY,
    Relation.CONTRIBUTES_TO: Relation.HAS_CONTRIBUTION,
    Relation.SUBJECT_OF: Relation.HAS_SUBJECT,
}


def check_relation(
    relation: Relation, *, case: UUID, other: UUID, of_case: Sequence[RelatedView], of_other: Sequence[RelatedView]
) -> None:
    """Raises CannotRelate, given what each of the two cases is related to already."""
    if case == other or other in {each.case_id for each in of_case}:
        raise CannotRelate
    nested = Relation.PART_OF in _of(of_other) or {Relation.PART_OF, Relation.HAS_PART} & _of(of_case)
    if relation is Relation.PART_OF and nested:
        raise CannotRelate


def open_parts(related: Iterable[RelatedView]) -> list[str]:
    """The references of parts that are not ended."""
    return [each.reference for each in related if each.relation is Relation.HAS_PART and each.status not in ENDED]


def check_ending(status: str, related: Iterable[RelatedView]) -> None:
    """Raises PartsFirst where a case comes to an ending before its parts."""
    if status in ENDED and (still := open_parts(related)):
        raise PartsFirst(references=still)


def check_move(moved: CaseStatusChanged, related: Sequence[RelatedView], unseen: Collection[Relation]) -> None:
    """Raises PartsFirst, or WholeFirst where a part is taken up again while the whole is over.

    How a case stands that is somebody else's (`unseen`) nobody but an officer can tell: it counts as in the way.
    """
    check_ending(moved.status, related)
    ends, was_over = moved.status in ENDED, moved.was in ENDED
    if ends and not was_over and Relation.HAS_PART in unseen:
        raise PartsFirst(references=[])
    wholes = [each for each in related if each.relation is Relation.PART_OF]
    over = Relation.PART_OF in unseen or any(each.status in ENDED for each in wholes)
    if was_over and not ends and over:
        raise WholeFirst(references=[each.reference for each in wholes])


def check_duplicate(moved: CaseStatusChanged, *, is_named: bool) -> None:
    """Raises DuplicateOfWhich where a case ends as the same as another, and which other that is `is_named` nowhere."""
    if isinstance(moved, CaseResolved) and moved.result == Result.DUPLICATE_OF and not is_named:
        raise DuplicateOfWhich


def _of(related: Iterable[RelatedView]) -> set[Relation]:
    return {each.relation for each in related}
