"""The reads of who acts for whom."""

from __future__ import annotations

from typing import Any

from common.runtime.query import query
from sqlalchemy import Uuid, bindparam, or_
from sqlmodel import col, select

from customer_account.queries.named.seen import seen_by
from customer_account.tables import Representation

_PERSON: Any = bindparam("person_id", type_=Uuid())
_ONE = select(Representation).where(Representation.id == bindparam("representation_id"))
_OF_BOTH = (
    select(Representation)
    .where(or_(col(Representation.person_id) == _PERSON, col(Representation.representative_id) == _PERSON))
    .limit(400)
)

REPRESENTATIONS_OF = query(select(Representation).where(Representation.person_id == _PERSON).limit(400))
MY_REPRESENTATIONS = query(_OF_BOTH)
REPRESENTATIONS_FOR_COUNCIL = query(_OF_BOTH.where(seen_by(Representation.visible_to)))
REPRESENTATION = query(_ONE)
REPRESENTATION_FOR_COUNCIL = query(_ONE.where(seen_by(Representation.visible_to)))
MY_REPRESENTATION = query(
    _ONE.where(_PERSON.in_([col(Representation.person_id), col(Representation.representative_id)]))
)
