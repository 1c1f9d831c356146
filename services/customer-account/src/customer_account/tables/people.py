"""Who the councils know, and what they are found by."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from common.contracts.keys import KeyClass, Sealed
from common.runtime.tables import Aggregate, OfPartnership, blind_text, moment, sealed_text
from sqlalchemy import Index
from sqlmodel import Field

from customer_account.tables.registry import CustomerAccount

_SHOWN = Sealed("find_by.postcode_shown", row="person_id", under=KeyClass.ADDRESS)


class Person(Aggregate, OfPartnership, CustomerAccount, table=True):
    """Somebody the councils know. What we know of them are facts."""

    __tablename__ = "person"
    person_is: ClassVar[str] = "id"
    one_story: ClassVar[bool] = False

    kind: str
    assisted: bool
    channel: str
    registered_at: datetime = moment()
    # Whether the officer who registered them was shown people like them, and said that it is none of them.
    told_apart: bool = False


class FindBy(OfPartnership, CustomerAccount, table=True):
    """What a person is found by: their current facts in the one form in which they are compared.

    Postcode, phone and e-mail are keyed digests: by them a person is found, and nothing is read from them.
    """

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
    postcode: str | None = blind_text("find_by.postcode", default=None)
    postcode_shown: str | None = sealed_text(_SHOWN, default=None)
    phone: str | None = blind_text("find_by.phone", default=None)
    email: str | None = blind_text("find_by.email", default=None)
    protected: bool = False
