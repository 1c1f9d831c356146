"""Cases, service definitions and what case-crm knows of facts: tables private to this service."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from common.contracts.keys import FACT_VALUE, KeyClass, Sealed
from common.runtime.tables import Aggregate, OfCouncil, OfEverybody, OfPartnership, document, moment
from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

OPEN = "status NOT IN ('closed', 'withdrawn', 'cancelled')"


class CaseCrm(SQLModel, registry=registry()):
    """This service's tables share one registry, apart from every other service's."""


class Definition(Aggregate, OfEverybody, CaseCrm, table=True):
    """One council's service, as its published version says."""

    __tablename__ = "definition"
    __table_args__ = (UniqueConstraint("council", "service"),)

    council: str
    service: str
    definition_version: int
    fingerprint: str
    document: Any = document()


class DefinitionVersion(OfEverybody, CaseCrm, table=True):
    """A version as it was published. Cases run to their end on the version they began with."""

    __tablename__ = "definition_version"

    council: str = Field(primary_key=True)
    service: str = Field(primary_key=True)
    definition_version: int = Field(primary_key=True)
    document: Any = document()


_ANSWERS = Sealed("case_file.sealed_answers", row="id", council="council", under=KeyClass.SPECIAL)


class Case(Aggregate, OfCouncil, CaseCrm, table=True):
    """One managed process for one need. Answers that are facts of a sealed kind lie apart from the others."""

    __tablename__ = "case_file"
    __table_args__ = (
        UniqueConstraint("council", "reference"),
        Index("case_of_person", "person_id", "opened_at", "id"),
        Index("case_over", "council", "changed_at"),
        Index(
            "case_queue",
            "council",
            "opened_at",
            "id",
            postgresql_where="status NOT IN ('closed', 'withdrawn', 'cancelled')",
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
    recorded_at: datetime = moment()


class Interaction(OfCouncil, CaseCrm, table=True):
    """One touch on one channel. The note is for officers."""

    __tablename__ = "interaction"
    __table_args__ = (
        Index("interaction_of_case", "case_id", "at"),
        Index("interaction_of_person", "person_id", "case_id"),
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


class ProtectedPerson(OfPartnership, CaseCrm, table=True):
    """Somebody whose whereabouts are shown to cleared officers alone, and the kinds of facts that tell them."""

    __tablename__ = "protected_person"

    person_id: UUID = Field(primary_key=True)
    kinds: Any = document()


class ImportedRow(OfCouncil, CaseCrm, table=True):
    """Which case a row of another system became, by the ways it was reported."""

    __tablename__ = "imported_row"

    council: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    source_id: str = Field(primary_key=True)
    case_id: UUID
    reference: str
    channels: Any = document()
