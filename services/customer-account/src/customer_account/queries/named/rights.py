"""The reads of what people asked us to do with their data."""

from __future__ import annotations

from typing import Any, NamedTuple

from common.runtime.query import EVERY_ID, ME, mine, query
from common.runtime.tables import as_read
from sqlalchemy import Boolean, bindparam, func, literal_column, or_, tuple_
from sqlmodel import col, select

from customer_account.queries.named.seen import seen_by
from customer_account.tables import Fact, FactsOfPerson, RightsRequest


class RequestForCouncil(NamedTuple):
    """A request, and whether its person is protected."""

    request: RightsRequest
    protected: bool


def _for_council(restricted: bool, **request: Any) -> RequestForCouncil:
    return RequestForCouncil(as_read(RightsRequest, request), protected=restricted)


_PROTECTED = func.coalesce(FactsOfPerson.protected, False)
_FOR_COUNCIL: Any = (
    select(RightsRequest, _PROTECTED.label("restricted"))
    .outerjoin(FactsOfPerson, col(FactsOfPerson.id) == col(RightsRequest.person_id))
    .where(seen_by(RightsRequest.visible_to))
)
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
    _FOR_COUNCIL.where(col(RightsRequest.id) == bindparam("request_id")), into=_for_council
)
RIGHTS_REQUESTS_OPEN = query(
    _FOR_COUNCIL.where(
        col(RightsRequest.ended_at).is_(None),
        col(RightsRequest.status) != literal_column("'done'"),
        tuple_(col(RightsRequest.due_on), col(RightsRequest.id)) > tuple_(bindparam("day"), bindparam("row")),
        or_(bindparam("cleared", type_=Boolean()), _PROTECTED.is_(False)),
    )
    .order_by(col(RightsRequest.due_on), col(RightsRequest.id))
    .limit(bindparam("most")),
    into=_for_council,
)
