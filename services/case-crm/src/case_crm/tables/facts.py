"""What case-crm knows of people: their facts, and whose whereabouts are protected."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from common.contracts.keys import FACT_VALUE
from common.runtime.tables import OfPartnership, document, moment
from sqlalchemy import Index
from sqlmodel import Field

from case_crm.tables.registry import CaseCrm


class KnownFact(OfPartnership, CaseCrm, table=True):
    """A fact as this service knows it: told here, or said by customer-account."""

    __tablename__ = "known_fact"
    __table_args__ = (Index("known_fact_of_person", "person_id", "kind", "told_at"),)

    fact_id: UUID = Field(primary_key=True)
    person_id: UUID
    kind: str
    value: Any = document(sealed=FACT_VALUE)
    told_at: datetime = moment()
    told_to: str
    told_to_service: str
    channel: str
    verification: str
    fresh_until: date | None = None


class ProtectedPerson(OfPartnership, CaseCrm, table=True):
    """Somebody whose whereabouts are shown to cleared officers alone, and the kinds of facts that tell them."""

    __tablename__ = "protected_person"

    person_id: UUID = Field(primary_key=True)
    kinds: Any = document()
