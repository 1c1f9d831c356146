"""Cases, and what was said of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from common.contracts.keys import KeyClass, Sealed
from common.runtime.tables import Aggregate, OfCouncil, document, moment
from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from case_crm.tables.contacts import Said
from case_crm.tables.registry import CaseCrm

UNDATED = "disposal IS NULL AND status IN ('closed', 'withdrawn', 'cancelled')"
OPEN = "status NOT IN ('closed', 'withdrawn', 'cancelled')"
_ANSWERS = Sealed("case_file.sealed_answers", row="id", council="council", under=KeyClass.SPECIAL)


class Case(Aggregate, OfCouncil, CaseCrm, table=True):
    """One managed process for one need. Answers that are facts of a sealed kind lie apart from the others.

    Its place in each queue is the moment `queued_for`: see `domain.queues`.
    One that was opened by what was told once has its `delivery_id`; `kept_back` are the kinds of facts that, for whom it is
    about, are shown to the cleared alone, or were not told at all, so that nobody asks for them anew.
    Once it ended: what becomes of it (`disposal`), and the first day on which it is kept no longer.
    """

    __tablename__ = "case_file"
    case_is: ClassVar[str] = "id"
    __table_args__ = (
        UniqueConstraint("council", "reference"),
        Index("case_of_person", "person_id", "opened_at", "id"),
        Index("case_of_need", "need_id", "opened_at", "id"),
        Index("case_queue", "council", "opened_at", "id", postgresql_where=OPEN),
        Index("case_due", "council", "queued_for", "id", postgresql_where=OPEN),
        Index("case_waiting", "council", "team", "queued_for", "id", postgresql_where=f"{OPEN} AND owner_id IS NULL"),
        Index("case_over", "council", "goes_on"),
        Index("case_to_review", "council", "service", "goes_on", "id", postgresql_where="disposal = 'review'"),
        Index("case_undated", "id", postgresql_where=UNDATED),
        Index(
            "case_of_owner",
            "council",
            "owner_id",
            "queued_for",
            "id",
            postgresql_where=f"{OPEN} AND owner_id IS NOT NULL",
        ),
    )

    reference: str
    person_id: UUID | None = None
    need_id: UUID
    service: str
    title: str
    definition_version: int
    status: str
    stage: str
    told_to_resident: str
    result: str | None = None
    channel: str
    answers: Any = document()
    sealed_answers: Any = document(sealed=_ANSWERS, default_factory=dict, sa_column_kwargs={"server_default": "{}"})
    opened_at: datetime = moment()
    changed_at: datetime = moment()
    ended_at: datetime | None = moment(default=None)
    recorded_at: datetime = moment()
    owner_id: str | None = None
    owner_called: str | None = None
    decided_at: datetime | None = moment(default=None, nullable=True)
    disposal: str | None = None
    goes_on: date | None = None
    handoffs: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    team: str
    skill: str | None = None
    specialist: bool
    priority: str
    queued_for: datetime = moment()
    delivery_id: UUID | None = None
    kept_back: Any = document(default=None, nullable=True)


class Interaction(Said, OfCouncil, CaseCrm, table=True):
    """One touch on one channel. The note is for officers."""

    __tablename__ = "interaction"
    __table_args__ = (
        Index("interaction_of_case", "case_id", "at"),
        Index("interaction_of_person", "person_id", "case_id"),
        Index("interaction_of_person_newest", "person_id", "at", "id"),
    )

    id: UUID = Field(primary_key=True)
    case_id: UUID
    person_id: UUID | None = None
    at: datetime = moment()
    channel: str
    purpose: str
    by_role: str
    by_id: str
    note: str | None = None


class ImportedRow(OfCouncil, CaseCrm, table=True):
    """Which case a row of another system became, by the ways it was reported."""

    __tablename__ = "imported_row"
    case_is: ClassVar[None] = None  # whoever brings it again has the other system before them

    council: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    source_id: str = Field(primary_key=True)
    case_id: UUID
    reference: str
    channels: Any = document()
