"""How cases belong together: parts of one, what follows from another, what adds to it, what it is about."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal
from uuid import UUID

from common.contracts.base import Code, Command, Open, Refusal, View
from common.contracts.cases.events import CaseEvent


class Relation(StrEnum):
    """What a case is to another, seen from that case."""

    PART_OF = "part_of"
    HAS_PART = "has_part"
    FOLLOWS = "follows"
    FOLLOWED_BY = "followed_by"
    CONTRIBUTES_TO = "contributes_to"
    HAS_CONTRIBUTION = "has_contribution"
    SUBJECT_OF = "subject_of"
    HAS_SUBJECT = "has_subject"
    OTHER = "other"


class RelateCase(Command):
    """Say what a case is to another of the same council."""

    case_id: UUID
    relation: Literal[Relation.PART_OF, Relation.FOLLOWS, Relation.CONTRIBUTES_TO, Relation.SUBJECT_OF]


class RelatedView(View):
    """Another case, and what the one that is read is to it."""

    case_id: UUID
    reference: str
    service: Code
    title: str
    status: str
    relation: Relation


class CaseRelated(CaseEvent, name="case.related"):
    """A case belongs together with another: said of each of the two, as seen from it."""

    related: UUID
    relation: Open[Relation]


class CannotRelate(Refusal, status=409):
    """These two cases cannot be related so: they are already, are the same, or a part would have parts itself."""


class WholeFirst(Refusal, status=409):
    """This is part of another case, which is over or is somebody else's: ask us to take that up first."""


class PartsFirst(Refusal, status=409):
    """Parts of this case are still open, or are somebody else's: they are ended first."""
