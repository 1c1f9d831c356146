"""Who acts for whom."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from common.runtime.tables import Aggregate, OfPartnership, document, moment
from sqlalchemy import Index
from sqlmodel import Field

from customer_account.tables.registry import CustomerAccount


class Representation(Aggregate, OfPartnership, CustomerAccount, table=True):
    """One person acts for another, from its giving to its end. Both see it; neither sees more of the other by it.

    The names are as they were when it was given. `died` is kept in step with what is held of the person.
    """

    __tablename__ = "representation"
    __table_args__ = (
        Index("representation_of", "person_id"),
        Index("representation_by", "representative_id"),
        Index("representation_over", "ended_at"),
        Index(
            "representation_running",
            *("person_id", "representative_id", "kind"),
            unique=True,
            postgresql_where="ended_at IS NULL",
        ),
    )
    people_are: ClassVar[tuple[str, ...]] = ("person_id", "representative_id")

    person_id: UUID
    representative_id: UUID
    person_name: str | None = None
    representative_name: str | None = None
    kind: str
    may: Any = document()
    services: Any = document(default=None, nullable=True)
    effective_from: date
    effective_to: date | None = None
    evidence_kind: str | None = None
    evidence_reference: str | None = None
    given_by: str
    given_at: datetime = moment()
    died: bool = False
    suspended_at: datetime | None = moment(default=None, nullable=True)
    confirmed_at: datetime | None = moment(default=None, nullable=True)
    ended_at: datetime | None = moment(default=None, nullable=True)
    ended_because: str | None = None
    ended_reason: str | None = Field(default=None)
