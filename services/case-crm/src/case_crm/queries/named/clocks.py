"""The reads of clocks, which come with their case, and of calendars."""

from __future__ import annotations

from typing import Any

from common.runtime.query import query
from sqlalchemy import ARRAY, Text, any_, bindparam, func
from sqlmodel import col, select

from case_crm.tables import CaseClock, CouncilCalendar


def clocks_of(case: Any) -> Any:
    """Every clock of a case, in the same read; NULL where it has none."""
    rows = select(func.jsonb_agg(func.to_jsonb(CaseClock.__table__.table_valued()))).where(CaseClock.case_id == case)  # type: ignore[attr-defined]  # its table
    return rows.scalar_subquery().label("clocks")


CALENDAR = query(select(CouncilCalendar).where(CouncilCalendar.council == bindparam("council")))
CALENDARS = query(
    select(CouncilCalendar).where(col(CouncilCalendar.council) == any_(bindparam("councils", type_=ARRAY(Text))))
)
