"""Forms that were begun and not sent yet, and who worked at them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from common.contracts.keys import KeyClass, Sealed
from common.runtime.tables import Aggregate, OfCouncil, document, moment
from sqlalchemy import Index
from sqlmodel import Field

from case_crm.tables.registry import CaseCrm

_ANSWERS = Sealed("draft.sealed_answers", row="id", council="council", under=KeyClass.SPECIAL)


class Draft(Aggregate, OfCouncil, CaseCrm, table=True):
    """A form that was begun. Nothing is said of it: it becomes the case of its own id, or goes by itself.

    Its version is how often it was worked at. Answers that are facts of a sealed kind lie apart from the others.
    """

    __tablename__ = "draft"
    case_is: ClassVar[str] = "id"  # which its case will have
    __table_args__ = (Index("draft_of_person", "person_id", "begun_at", "id"),)

    person_id: UUID
    service: str
    title: str
    answers: Any = document()
    sealed_answers: Any = document(sealed=_ANSWERS, default_factory=dict, sa_column_kwargs={"server_default": "{}"})
    at_question: str | None = None
    begun_at: datetime = moment()
    changed_at: datetime = moment()
    kept_until: datetime = moment()


class DraftTouch(OfCouncil, CaseCrm, table=True):
    """One time that a form was saved: by whom, when and by which channel.

    Of two who save it at once, one finds their number taken, and looks again: so none of them goes before the form does.
    """

    __tablename__ = "draft_touch"
    __table_args__ = (Index("draft_touch_of_person", "person_id"),)

    draft_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True)
    person_id: UUID
    at: datetime = moment()
    channel: str
    question: str | None = None
    by_role: str
    by_id: str
    helped_how: str | None = None
    helped_where: str | None = None
