"""The reads of who acts for whom."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from common.runtime.query import Query, last_of, of_person, query
from common.runtime.tables import as_read
from sqlalchemy import Uuid, bindparam, or_
from sqlmodel import select

from customer_account.queries.named.seen import seen_by
from customer_account.tables import Representation


class OneWay(NamedTuple):
    """A representation as one of its two people has it: somebody acts for them, or they for somebody."""

    row: Representation
    of_them: bool
    for_whom: UUID | None = None
    """The id of the person that all of theirs lead to, where it was asked for."""


def _one_way(of_them: bool, for_whom: UUID | None = None, **row: Any) -> OneWay:
    return OneWay(as_read(Representation, row), of_them, for_whom)


_PERSON: Any = bindparam("person_id", type_=Uuid())
_ONE: Any = select(Representation).where(Representation.id == bindparam("representation_id"))
_OF_THEM, _BY_THEM = (
    of_person(column, _PERSON) for column in (Representation.person_id, Representation.representative_id)
)
_OF_BOTH: Any = select(Representation, _OF_THEM.label("of_them")).where(or_(_OF_THEM, _BY_THEM)).limit(400)

REPRESENTATIONS_OF = query(select(Representation).where(Representation.person_id == _PERSON).limit(400))
MY_REPRESENTATIONS = query(_OF_BOTH, into=_one_way)
REPRESENTATIONS_FOR_COUNCIL = query(_OF_BOTH.where(seen_by(Representation.visible_to)), into=_one_way)
REPRESENTATION: Query[Representation] = query(_ONE)
REPRESENTATION_FOR_COUNCIL: Query[Representation] = query(_ONE.where(seen_by(Representation.visible_to)))
MY_REPRESENTATION = query(
    _ONE.add_columns(_OF_THEM.label("of_them"), last_of(Representation.person_id).label("for_whom")).where(
        or_(_OF_THEM, _BY_THEM)
    ),
    into=_one_way,
)
REPRESENTATIONS_BY = query(select(Representation).where(Representation.representative_id == _PERSON).limit(400))
ACTING = query(
    _ONE.where(_OF_THEM, of_person(Representation.representative_id, bindparam("representative_id", type_=Uuid())))
)
