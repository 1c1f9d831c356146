"""What people asked us to do with their data."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from common.runtime.tables import Aggregate, OfPartnership, document, moment
from sqlalchemy import Index

from customer_account.tables.registry import CustomerAccount


class RightsRequest(Aggregate, OfPartnership, CustomerAccount, table=True):
    """One request, until every service has done its part. `answers` is what each said when it had, by its name.

    While one runs, the same is not asked for again.
    `package`: where the parts that were handed in lie, and what was made of them (`domain.packages` reads and writes it).
    Of the reference by which somebody who was erased can see that they are, there is a digest alone.
    """

    __tablename__ = "rights_request"
    __table_args__ = (
        Index("rights_request_of_person", "person_id", "asked_at", "id"),
        Index(
            "rights_request_running",
            *("person_id", "right", "purpose", "fact_id"),
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where="ended_at IS NULL",
        ),
        Index("rights_request_over", "ended_at", postgresql_where="status IN ('done', 'refused', 'withdrawn')"),
        Index("rights_request_of_fact", "fact_id", "person_id", postgresql_where="fact_id IS NOT NULL"),
        Index("rights_request_open", "due_on", "id", postgresql_where="ended_at IS NULL AND status <> 'done'"),
    )

    person_id: UUID
    right: str
    purpose: str | None = None
    reference: str
    channel: str
    asked_at: datetime = moment()
    due_on: date
    status: str
    because: str | None = None
    explanation: str | None = None
    decided_by: str | None = None
    ended_at: datetime | None = moment(default=None, nullable=True)
    answers: Any = document(default_factory=dict)
    package: Any = document(default=None, nullable=True)
    proof_digest: str | None = None
    fact_id: UUID | None = None
    says: str | None = None
    waits_since: datetime | None = moment(default=None, nullable=True)
    receivers: Any = document(default_factory=list)
    ends_at: datetime | None = moment(default=None, nullable=True)
