"""Who looked at people's data, how that is sealed, kept secret for a while, and asked about."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from common.runtime.tables import Aggregate, AppendOnly, OfCouncil, OfMachine, OfPartnership, document, moment
from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from customer_account.tables.registry import CustomerAccount


class AccessEntry(AppendOnly, OfPartnership, CustomerAccount, table=True):
    """One look at one person's data by somebody else. It is visible to no council: the person alone sees who looked.

    While `hidden_until` lies ahead the person does not see it either, unless the secrecy was ended before.
    """

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
    hidden_until: datetime | None = moment(default=None)
    secrecy_id: UUID | None = None


class UnsealedEntry(OfMachine, CustomerAccount, table=True):
    """An access entry that no seal has yet. It comes with the entry and goes with its sealing."""

    __tablename__ = "access_unsealed"

    entry_id: UUID = Field(primary_key=True)
    person_id: UUID = Field(primary_key=True)
    noted_at: datetime = moment()


class AccessSeal(AppendOnly, OfMachine, CustomerAccount, table=True):
    """A batch of entries with the digest of each, chained to the seal before it and signed.

    Numbers are without gaps from 1; being the key, none can be made twice. `entries` are [entry_id, person_id, digest].
    """

    __tablename__ = "access_seal"

    number: int = Field(primary_key=True)
    previous: str
    entries: list[list[str]] = document()
    sealed_at: datetime = moment()
    key_id: str
    chain: str
    signature: str


class Secrecy(Aggregate, OfCouncil, CustomerAccount, table=True):
    """A council's looks at a person are kept from that person for a while. Not `person_id`: the person may not see this row."""

    __tablename__ = "secrecy"
    __table_args__ = (
        Index("secrecy_running", "council", "until"),
        Index("secrecy_about", "about_person", "council", "declared_at"),
    )

    about_person: UUID
    declared_at: datetime = moment()
    until: datetime = moment()
    legal_basis: str
    reference: str
    ended_at: datetime | None = moment(default=None)


class Disclosure(OfPartnership, CustomerAccount, table=True):
    """A secrecy was ended before its time: its person may see from now on what was kept from them."""

    __tablename__ = "access_disclosure"
    __table_args__ = (Index("access_disclosure_of_person", "person_id"),)

    secrecy_id: UUID = Field(primary_key=True)
    person_id: UUID
    at: datetime = moment()


class AccessQuestion(Aggregate, OfCouncil, CustomerAccount, table=True):
    """What a person asked about a look, with that look: its council cannot read the entry itself."""

    __tablename__ = "access_question"
    __table_args__ = (
        UniqueConstraint("council", "person_id", "entry_id"),
        Index("access_question_about", "entry_id", "person_id"),
        Index("access_question_of_council", "council", "asked_at", "id"),
    )

    person_id: UUID
    entry_id: UUID
    looked_at: datetime = moment()
    role: str
    system: str
    reason: str
    asked_at: datetime = moment()
    text: str
    answered_at: datetime | None = moment(default=None)
    answer: str | None = None
