"""The reads of what people share."""

from __future__ import annotations

from common.runtime.query import EVERY_ID, ME, query
from sqlalchemy import bindparam
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from customer_account.tables import Household, HouseholdMember

_THEIRS = aliased(HouseholdMember)

HOUSEHOLD = query(
    select(Household).where(Household.id == bindparam("household_id"), Household.council == bindparam("council"))
)
MEMBERS = query(
    select(HouseholdMember)
    .where(HouseholdMember.household_id == bindparam("household_id"), HouseholdMember.council == bindparam("council"))
    .order_by(col(HouseholdMember.noted_at), col(HouseholdMember.id))
    .limit(200)
)
HOUSEHOLDS_OF_PERSON_HERE = query(
    select(HouseholdMember)
    .where(col(HouseholdMember.person_id) == EVERY_ID, HouseholdMember.council == bindparam("council"))
    .order_by(col(HouseholdMember.noted_at).desc())
    .limit(200),
    whose="person_id",
)
MY_HOUSEHOLDS = query(
    select(HouseholdMember)
    .where(col(HouseholdMember.person_id) == EVERY_ID)
    .order_by(col(HouseholdMember.noted_at).desc())
    .limit(200),
    whose=ME,
)
WHO_SHARES_WITH = query(
    select(HouseholdMember)
    .where(
        col(HouseholdMember.household_id).in_(
            select(_THEIRS.household_id).where(_THEIRS.person_id == bindparam("person_id"))
        )
    )
    .limit(2000)
)
