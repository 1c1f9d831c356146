"""The reads of what people asked us to do with their data."""

from __future__ import annotations

from typing import Any

from common.runtime.query import EVERY_ID, ME, mine, query
from sqlalchemy import bindparam, literal_column, tuple_
from sqlmodel import col, select

from customer_account.queries.named.seen import for_cleared, guarded, seen_by, with_guard
from customer_account.tables import Fact, RightsRequest

_FOR_COUNCIL: Any = with_guard(RightsRequest, RightsRequest.person_id).where(seen_by(RightsRequest.visible_to))
_ONE = select(RightsRequest).where(RightsRequest.id == bindparam("request_id"))
_NEWEST = (col(RightsRequest.asked_at).desc(), col(RightsRequest.id).desc())

RIGHTS_REQUEST = query(_ONE)
MY_RIGHTS_REQUEST = query(_ONE.where(mine(RightsRequest.person_id)))
MY_RIGHTS_REQUESTS = query(
    select(RightsRequest).where(col(RightsRequest.person_id) == EVERY_ID).order_by(*_NEWEST).limit(200), whose=ME
)
RIGHTS_REQUESTS_OF_PERSON = query(
    select(RightsRequest).where(RightsRequest.person_id == bindparam("person_id")).order_by(*_NEWEST).limit(200)
)
EVERY_RIGHTS_REQUEST_OF_PERSON = query(  # however many there are: what is erased is erased whole
    select(RightsRequest).where(RightsRequest.person_id == bindparam("person_id"))
)
RIGHTS_REQUESTS_RUNNING = query(
    select(RightsRequest)
    .where(RightsRequest.person_id == bindparam("person_id"), col(RightsRequest.ended_at).is_(None))
    .limit(1000)
)
RECTIFICATIONS_OF_FACT = query(
    select(RightsRequest).where(
        RightsRequest.person_id == bindparam("person_id"),
        RightsRequest.fact_id == bindparam("fact_id"),
        RightsRequest.right == literal_column("'rectification'"),
        col(RightsRequest.ended_at).is_(None),
    )
)
EVIDENCE_OF_FACT = query(
    select(col(Fact.evidence)).where(
        Fact.fact_id == bindparam("fact_id"),
        Fact.person_id == bindparam("person_id"),
        col(Fact.known_until).is_(None),
    ),
    into=lambda evidence: str(evidence or ""),
)
RIGHTS_REQUEST_FOR_COUNCIL = query(
    _FOR_COUNCIL.where(col(RightsRequest.id) == bindparam("request_id")), into=guarded(RightsRequest)
)
RIGHTS_REQUESTS_OPEN = query(
    _FOR_COUNCIL.where(
        col(RightsRequest.ended_at).is_(None),
        col(RightsRequest.status) != literal_column("'done'"),
        tuple_(col(RightsRequest.due_on), col(RightsRequest.id)) > tuple_(bindparam("day"), bindparam("row")),
        for_cleared(RightsRequest.person_id),
    )
    .order_by(col(RightsRequest.due_on), col(RightsRequest.id))
    .limit(bindparam("most")),
    into=guarded(RightsRequest),
)
