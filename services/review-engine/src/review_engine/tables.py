"""Pseudonymised evidence of journeys, and the keys that stay inside: tables private to this service."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from common.runtime.tables import OfCouncil, OfMachine, document, moment
from sqlalchemy import Index
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel


class ReviewEngine(SQLModel, registry=registry()):
    """This service's tables share one registry, apart from every other service's."""


class Pseudonym(OfMachine, ReviewEngine, table=True):
    """The number drawn for a person. Drawn once and kept through every rebuild; deleted, nobody can go back."""

    __tablename__ = "pseudonym"

    person_id: UUID = Field(primary_key=True)
    pseudonym: UUID = Field(unique=True)


class JourneyOf(OfMachine, ReviewEngine, table=True):
    """The numbers drawn for a case, a referral …: its own (`source`) and the one of the journey it belongs to.

    They are drawn for each council: what one says of a case that it names never stands on the journey of another's.
    """

    __tablename__ = "journey_of"
    __table_args__ = (Index("journey_of_journey", "journey"),)

    aggregate_id: UUID = Field(primary_key=True)
    aggregate: str = Field(primary_key=True)
    council: str = Field(primary_key=True)
    source: UUID = Field(unique=True)
    journey: UUID


class BirthMonth(OfMachine, ReviewEngine, table=True):
    """The month somebody was born in, by pseudonym. None where what was told cannot be read as a day."""

    __tablename__ = "birth_month"

    person: UUID = Field(primary_key=True)
    born: date | None = None


class Characteristics(OfMachine, ReviewEngine, table=True):
    """The bands somebody is counted in, by pseudonym. They lie apart from evidence: taken back, they are nowhere any more."""

    __tablename__ = "characteristics"
    officer_may: ClassVar[str] = "SELECT"  # reviewers count by them, and no read gives a row

    person: UUID = Field(primary_key=True)
    bands: Any = document()


class Evidence(OfCouncil, ReviewEngine, table=True):
    """One event on one journey: what happened, when, after what. No name, value, note, reference or shared id is in it."""

    __tablename__ = "evidence"
    __table_args__ = (
        Index("evidence_of_service", "council", "service", "occurred"),
        Index("evidence_of_journey", "journey", "sequence"),
        Index("evidence_of_person", "person", postgresql_where="person IS NOT NULL"),
    )

    source: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    journey: UUID
    sequence: int
    person: UUID | None = None
    age_band: str
    aggregate: str
    event: str
    activity: str
    transition: str | None = None
    stage: str | None = None
    result: str | None = None
    fact_kind: str | None = None  # of an answer that was asked again
    service: str | None = None
    channel: str
    came_by: str | None = None
    occurred: datetime = moment()
    recorded: datetime = moment()
    reached: datetime = moment()
    previous_activity: str | None = None
    seconds_since: float | None = None
