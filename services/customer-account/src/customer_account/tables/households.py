"""What people share with a council."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from common.runtime.tables import Aggregate, OfCouncil, document, moment
from sqlalchemy import Index
from sqlmodel import Field

from customer_account.tables.registry import CustomerAccount


class Household(Aggregate, OfCouncil, CustomerAccount, table=True):
    """A home, an account or a tenancy that people share. It has no address, and no resident reads this row."""

    __tablename__ = "household"
    one_story: ClassVar[bool] = False

    kind: str
    reference: str | None = None


class HouseholdMember(OfCouncil, CustomerAccount, table=True):
    """Somebody who shares it, or did. Their own role reads this row alone: what they are shown of the others is `others`.

    `protected` is kept in step with the protection of the person; `unseen` says that it was so before they joined.
    """

    __tablename__ = "household_member"
    __table_args__ = (
        Index("members_of_household", "household_id", "noted_at"),
        Index("household_of_person", "person_id"),
        Index("household_member_over", "council", "left_on"),
        Index(
            "household_member_now",
            "council",
            "household_id",
            "person_id",
            unique=True,
            postgresql_where="left_on IS NULL",
        ),
    )

    id: UUID = Field(primary_key=True)
    household_id: UUID
    person_id: UUID
    kind: str
    name: str | None = None
    role: str
    effective_from: date
    left_on: date | None = None
    noted_at: datetime = moment()
    protected: bool = False
    unseen: bool = False
    changed_on: date | None = None
    others: Any = document(default_factory=list)
