"""Organisations, and what the people who speak for them see of them."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from common.runtime.tables import Aggregate, OfPartnership, document
from sqlmodel import Field

from customer_account.tables.registry import CustomerAccount


class Organisation(Aggregate, OfPartnership, CustomerAccount, table=True):
    """What is known of a customer that is an organisation, beside what is known of any: its id is the customer's."""

    __tablename__ = "organisation"
    one_story: ClassVar[bool] = False

    kind: str
    company_number: str | None = None
    charity_number: str | None = None
    contacts: Any = document(default_factory=list)


class OrganisationOfContact(OfPartnership, CustomerAccount, table=True):
    """An organisation as somebody sees it who speaks for it: they alone see this row."""

    __tablename__ = "organisation_of_contact"

    person_id: UUID = Field(primary_key=True)
    organisation_id: UUID = Field(primary_key=True)
    role: str = Field(primary_key=True)
    name: str | None = None
    kind: str
    first_day: date
    last_day: date | None = None
