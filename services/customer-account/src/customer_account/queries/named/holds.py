"""The reads of legal holds."""

from __future__ import annotations

from common.contracts.people.rights import Right, RightsRequestStatus
from common.runtime.query import EVERY_ID, ME, mine, query
from sqlalchemy import bindparam, or_
from sqlmodel import col, exists, select

from customer_account.queries.named.seen import seen_by
from customer_account.tables import Disclosure, LegalHold, RightsRequest

_DISCLOSED = exists().where(col(Disclosure.secrecy_id) == LegalHold.secrecy_id, mine(Disclosure.person_id))
_SHOWN = or_(col(LegalHold.hidden_until).is_(None), col(LegalHold.hidden_until) <= bindparam("now"), _DISCLOSED)
_OF_PERSON = (
    select(LegalHold)
    .where(col(LegalHold.person_id) == EVERY_ID)
    .order_by(col(LegalHold.placed_at).desc(), col(LegalHold.id).desc())
    .limit(200)
)
_ONE = select(LegalHold).where(LegalHold.id == bindparam("hold_id"))

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
LEGAL_HOLD = query(_ONE)
LEGAL_HOLD_FOR_COUNCIL = query(_ONE.where(LegalHold.council == bindparam("council")))
MY_LEGAL_HOLDS = query(_OF_PERSON.where(_SHOWN), whose=ME)
LEGAL_HOLDS_OF_PERSON = query(_OF_PERSON.where(LegalHold.council == bindparam("council")), whose="person_id")
LEGAL_HOLDS_RUNNING = query(
    select(LegalHold)
    .where(LegalHold.council == bindparam("council"), col(LegalHold.lifted_at).is_(None))
    .order_by(col(LegalHold.review_on), col(LegalHold.id))
    .limit(200)
)
