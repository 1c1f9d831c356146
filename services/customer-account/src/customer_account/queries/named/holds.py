"""The reads of legal holds."""

from __future__ import annotations

from common.runtime.query import EVERY_ID, ME, mine, query
from sqlalchemy import bindparam, or_
from sqlmodel import col, exists, select

from customer_account.tables import Disclosure, LegalHold

_DISCLOSED = exists().where(col(Disclosure.secrecy_id) == LegalHold.secrecy_id, mine(Disclosure.person_id))
_SHOWN = or_(col(LegalHold.hidden_until).is_(None), col(LegalHold.hidden_until) <= bindparam("now"), _DISCLOSED)
_OF_PERSON = (
    select(LegalHold)
    .where(col(LegalHold.person_id) == EVERY_ID)
    .order_by(col(LegalHold.placed_at).desc(), col(LegalHold.id).desc())
    .limit(200)
)
_ONE = select(LegalHold).where(LegalHold.id == bindparam("hold_id"))

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
