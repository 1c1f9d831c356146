"""The reads of legal holds."""

from __future__ import annotations

from typing import Any, NamedTuple

from common.runtime.query import query
from common.runtime.tables import as_read
from sqlalchemy import Boolean, bindparam, func, or_, tuple_
from sqlmodel import col, exists, select

from customer_account.tables import Disclosure, FactsOfPerson, LegalHold


class HoldForCouncil(NamedTuple):
    """A hold, and whether its person is protected."""

    hold: LegalHold
    protected: bool


def _for_council(restricted: bool, **hold: Any) -> HoldForCouncil:
    return HoldForCouncil(as_read(LegalHold, hold), protected=restricted)


_DISCLOSED = exists().where(
    col(Disclosure.secrecy_id) == LegalHold.secrecy_id, col(Disclosure.person_id) == bindparam("person_id")
)
_SHOWN = or_(col(LegalHold.hidden_until).is_(None), col(LegalHold.hidden_until) <= bindparam("now"), _DISCLOSED)
_OF_PERSON = (
    select(LegalHold)
    .where(LegalHold.person_id == bindparam("person_id"))
    .order_by(col(LegalHold.placed_at).desc(), col(LegalHold.id).desc())
    .limit(200)
)
_PROTECTED = func.coalesce(FactsOfPerson.protected, False)
_FOR_COUNCIL: Any = (
    select(LegalHold, _PROTECTED.label("restricted"))
    .outerjoin(FactsOfPerson, col(FactsOfPerson.id) == col(LegalHold.person_id))
    .where(LegalHold.council == bindparam("council"))
)

LEGAL_HOLD = query(select(LegalHold).where(LegalHold.id == bindparam("hold_id")))
LEGAL_HOLD_FOR_COUNCIL = query(_FOR_COUNCIL.where(LegalHold.id == bindparam("hold_id")), into=_for_council)
MY_LEGAL_HOLDS = query(_OF_PERSON.where(_SHOWN))
LEGAL_HOLDS_OF_PERSON = query(_OF_PERSON.where(LegalHold.council == bindparam("council")))
LEGAL_HOLDS_RUNNING = query(
    _FOR_COUNCIL.where(
        col(LegalHold.lifted_at).is_(None),
        tuple_(col(LegalHold.review_on), col(LegalHold.id)) > tuple_(bindparam("day"), bindparam("row")),
        or_(bindparam("cleared", type_=Boolean()), _PROTECTED.is_(False)),
    )
    .order_by(col(LegalHold.review_on), col(LegalHold.id))
    .limit(bindparam("most")),
    into=_for_council,
)
