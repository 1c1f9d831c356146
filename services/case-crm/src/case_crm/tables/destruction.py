"""Lists of cases that two officers have destroyed, and what is left of a case that was: nothing of whose it was."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from common.runtime.tables import Aggregate, OfCouncil, moment
from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from case_crm.tables.registry import CaseCrm

ON_A_LIST = "outcome IS NULL"


class DestructionList(Aggregate, OfCouncil, CaseCrm, table=True):
    """Cases of one service that are to be destroyed, and what two officers decided about them."""

    __tablename__ = "destruction_list"
    __table_args__ = (Index("destruction_list_newest", "council", "proposed_at", "id"),)

    service: str
    ended_before: date
    status: str
    proposed_by: str
    proposed_at: datetime = moment()
    confirmed_by: str | None = None
    confirmed_at: datetime | None = moment(default=None, nullable=True)
    destroys_at: datetime | None = moment(default=None, nullable=True)
    stopped_by: str | None = None
    stopped_at: datetime | None = moment(default=None, nullable=True)


class DestructionItem(OfCouncil, CaseCrm, table=True):
    """One case of a list, and what became of it. While nothing has, it is on no other list."""

    __tablename__ = "destruction_item"
    __table_args__ = (
        Index("destruction_item_once", "council", "case_id", unique=True, postgresql_where=ON_A_LIST),
        Index("destruction_item_of_case", "case_id"),
    )

    list_id: UUID = Field(primary_key=True)
    case_id: UUID = Field(primary_key=True)
    reference: str
    outcome: str | None = None
    because: str | None = None
    by_id: str | None = None


class Tombstone(OfCouncil, CaseCrm, table=True):
    """That there was a case. By a list, who proposed and who confirmed that it was destroyed."""

    __tablename__ = "tombstone"
    __table_args__ = (UniqueConstraint("council", "reference"),)

    case_id: UUID = Field(primary_key=True)
    reference: str
    service: str
    status: str
    result: str | None = None
    opened_at: datetime = moment()
    ended_at: datetime = moment()
    destroyed_at: datetime = moment()
    list_id: UUID | None = None
    proposed_by: str | None = None
    confirmed_by: str | None = None
