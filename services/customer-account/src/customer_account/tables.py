"""People, what they told us, what happened to them and who looked: tables private to customer-account."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from common.runtime.tables import Aggregate, OfPartnership, document, moment
from sqlalchemy import Index
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel


class CustomerAccount(SQLModel, registry=registry()):
    """This service's tables share one registry, apart from every other service's."""


class Person(Aggregate, OfPartnership, CustomerAccount, table=True):
    """Somebody the councils know. What we know of them are facts."""

    __tablename__ = "person"
    person_is: ClassVar[str] = "id"
    one_story: ClassVar[bool] = False

    kind: str
    assisted: bool
    channel: str
    registered_at: datetime = moment()


class FactsOfPerson(Aggregate, OfPartnership, CustomerAccount, table=True):
    """The home of one person's facts: its id is the person's, its version counts every change of what we know."""

    __tablename__ = "facts_of_person"
    person_is: ClassVar[str] = "id"
    one_story: ClassVar[bool] = False


class Fact(OfPartnership, CustomerAccount, table=True):
    """One thing a person told us. A newer one of its kind supersedes it; it is never overwritten.

    That a person has one current fact of a kind is kept by the version of their facts, which every change moves.
    """

    __tablename__ = "fact"
    __table_args__ = (Index("fact_current", "person_id", "kind", postgresql_where="current"),)

    fact_id: UUID = Field(primary_key=True)
    person_id: UUID
    kind: str
    value: Any = document()
    current: bool = True
    supersedes: UUID | None = None
    asserted_by: str
    channel: str
    told_at: datetime = moment()
    told_to: str
    told_to_service: str
    effective_from: date | None = None
    verification: str


class FindBy(OfPartnership, CustomerAccount, table=True):
    """What a person is found by: their current facts in the one form in which they are compared."""

    __tablename__ = "find_by"
    __table_args__ = (
        Index("find_by_email", "email", postgresql_where="email IS NOT NULL"),
        Index("find_by_phone", "phone", postgresql_where="phone IS NOT NULL"),
        Index("find_by_birth", "name_key", "date_of_birth"),
        Index("find_by_place", "name_key", "postcode"),
    )

    person_id: UUID = Field(primary_key=True)
    full_name: str | None = None
    name_key: str | None = None
    date_of_birth: date | None = None
    postcode: str | None = None
    phone: str | None = None
    email: str | None = None


class TimelineEntry(OfPartnership, CustomerAccount, table=True):
    """One thing that happened to or for a person, in words. It carries the value of no fact."""

    __tablename__ = "timeline_entry"
    __table_args__ = (Index("timeline_of_person", "person_id", "at", "id"),)

    id: UUID = Field(primary_key=True)
    person_id: UUID
    at: datetime = moment()
    event: str
    label: str
    council: str
    service: str
    case_id: UUID | None = None


class AccessEntry(OfPartnership, CustomerAccount, table=True):
    """One look at one person's data by somebody else. It is visible to no council: the person alone sees who looked."""

    __tablename__ = "access_entry"
    __table_args__ = (Index("access_to_person", "person_id", "at", "entry_id"),)

    entry_id: UUID = Field(primary_key=True)
    person_id: UUID = Field(primary_key=True)
    at: datetime = moment()
    role: str
    organisation: str | None = None
    system: str
    reason: str
    case_id: UUID | None = None
