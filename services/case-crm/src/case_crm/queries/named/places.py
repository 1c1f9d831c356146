"""The reads of where cases are about, and of who follows them."""

from __future__ import annotations

from typing import Any

from common.runtime.query import EVERY_ID, ME, mine, of_person, query
from sqlalchemy import Float, Uuid, bindparam, text
from sqlmodel import col, select

from case_crm.tables import Case, CaseDuplicate, CaseFollower, CasePlace


def _degrees(name: str) -> Any:
    return bindparam(name, type_=Float)


PLACE = query(select(CasePlace).where(CasePlace.case_id == bindparam("case_id")))
NEARBY = query(
    select(CasePlace)
    .where(
        CasePlace.council == bindparam("council"),
        CasePlace.service == bindparam("service"),
        text("going_on"),  # as the partial index says it
        col(CasePlace.lat).between(_degrees("south"), _degrees("north")),
        col(CasePlace.lon).between(_degrees("west"), _degrees("east")),
        col(CasePlace.opened_at) >= bindparam("since"),
    )
    .limit(200)
)
FOLLOWED = query(
    select(CasePlace, col(CaseFollower.followed_at))
    .join(CaseFollower, col(CaseFollower.case_id) == CasePlace.case_id)
    .where(col(CaseFollower.person_id) == EVERY_ID)
    .order_by(col(CaseFollower.followed_at).desc())
    .limit(200),
    into=lambda followed_at, **place: (CasePlace.model_construct(**place), followed_at),
    whose=ME,
)
MY_FOLLOWING = query(
    select(CaseFollower).where(CaseFollower.case_id == bindparam("case_id"), mine(CaseFollower.person_id))
)
FOLLOWING = query(
    select(CaseFollower).where(
        CaseFollower.case_id == bindparam("case_id"),
        of_person(CaseFollower.person_id, bindparam("person_id", type_=Uuid())),
    )
)
DUPLICATE = query(select(CaseDuplicate).where(CaseDuplicate.case_id == bindparam("case_id")))
CASE_HERE = query(select(Case).where(Case.id == bindparam("case_id"), Case.council == bindparam("council")))
