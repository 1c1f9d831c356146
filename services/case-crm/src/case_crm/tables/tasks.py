"""What is to be done for cases, and what was."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from common.runtime.tables import OfCouncil, moment
from sqlalchemy import Index
from sqlmodel import Field

from case_crm.tables.registry import CaseCrm


class Task(OfCouncil, CaseCrm, table=True):
    """Something to do for a case by a moment. An `item` of a checklist is one that was done as it was noted."""

    __tablename__ = "task"
    __table_args__ = (
        Index("task_of_case", "case_id", "due_at", "id"),
        Index("task_of_person", "person_id", "case_id"),
        Index("task_to_do", "council", "due_at", "id", postgresql_where="state = 'open'"),
        Index("task_of_officer", "council", "officer_id", "due_at", "id", postgresql_where="state = 'open'"),
    )

    id: UUID = Field(primary_key=True)
    case_id: UUID
    person_id: UUID | None = None
    reference: str
    kind: str
    what: str | None = None
    item: str | None = None
    officer_id: str | None = None
    team: str | None = None
    opened_at: datetime = moment()
    window_from: datetime | None = moment(default=None, nullable=True)
    due_at: datetime = moment()
    state: str
    ended_at: datetime | None = moment(default=None, nullable=True)
    ended_by: str | None = None
