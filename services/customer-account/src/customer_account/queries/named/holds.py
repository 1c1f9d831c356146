"""The reads of legal holds."""

from __future__ import annotations

from typing import Any

from common.contracts.people.rights import Right, RightsRequestStatus
from common.runtime.query import EVERY_ID, ME, mine, query
from sqlalchemy import bindparam, or_, tuple_
from sqlmodel import col, exists, select

from customer_account.queries.named.seen import for_cleared, guarded, seen_by, with_guard
from customer_account.tables import Disclosure, LegalHold, RightsRequest

_DISCLOSED = exists().where(col(Disclosure.secrecy_id) == LegalHold.secrecy_id, mine(Disclosure.person_id))
_SHOWN = or_(col(LegalHold.hidden_until).is_(None), col(LegalHold.hidden_until) <= bindparam("now"), _DISCLOSED)
_OF_PERSON = (
    select(LegalHold)
    .where(col(LegalHold.person_id) == EVERY_ID)
    .order_by(col(LegalHold.placed_at).desc(), col(LegalHold.id).desc())
    .limit(200)
)
_FOR_COUNCIL: Any = with_guard(LegalHold, LegalHold.person_id).where(LegalHold.council == bindparam("council"))

ERASED_IN_PART = query(
    select(RightsRequest.id)
    .where(
        RightsRequest.person_id == bindparam("person_id"),
        RightsRequest.right == Right.ERASURE.value,
        RightsRequest.status == RightsRequestStatus.PARTLY_DONE.value,
        seen_by(RightsRequest.visible_to),
    )
    .limit(1)
)
LEGAL_HOLD = query(select(LegalHold).where(LegalHold.id == bindparam("hold_id")))
LEGAL_HOLD_FOR_COUNCIL = query(_FOR_COUNCIL.where(LegalHold.id == bindparam("hold_id")), into=guarded(LegalHold))
MY_LEGAL_HOLDS = query(_OF_PERSON.where(_SHOWN), whose=ME)
LEGAL_HOLDS_OF_PERSON = query(_OF_PERSON.where(LegalHold.council == bindparam("council")), whose="person_id")
LEGAL_HOLDS_RUNNING = query(
    _FOR_COUNCIL.where(
        col(LegalHold.lifted_at).is_(None),
        tuple_(col(LegalHold.review_on), col(LegalHold.id)) > tuple_(bindparam("day"), bindparam("row")),
        for_cleared(LegalHold.person_id),
    )
    .order_by(col(LegalHold.review_on), col(LegalHold.id))
    .limit(bindparam("most")),
    into=guarded(LegalHold),
)
