"""The reads of who is like whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from common.runtime.query import Query, query
from common.runtime.tables import as_read
from sqlalchemy import (
    ARRAY,
    Boolean,
    Integer,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    func,
    literal,
    not_,
    or_,
    true,
    tuple_,
)
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from customer_account.domain.matching import KINDS
from customer_account.queries.named.seen import seen_by
from customer_account.tables import Comparing, Fact, FactsOfPerson, FindBy, MatchKey, PossibleDuplicate

MOST_A_KEY = 50  # a number that a whole hostel gives tells nothing of who is who

# -- whom a record is like


@dataclass(frozen=True, slots=True)
class Told:
    """One current fact of somebody who is compared."""

    person_id: UUID
    visible_to: list[str]
    protected: bool
    kind: str
    value: Any


def _told(fact_id: UUID, **told: Any) -> Told:
    return Told(**told)


_COLUMNS: list[Any] = [
    FactsOfPerson.visible_to,
    FactsOfPerson.protected,
    Fact.fact_id,
    Fact.person_id,
    Fact.kind,
    Fact.value,
]
_TOLD: Any = select(*_COLUMNS).join(Fact, and_(col(Fact.person_id) == FactsOfPerson.id, col(Fact.current)))
_COMPARED = col(Fact.kind) == any_(literal(list(KINDS), ARRAY(Text)))


MATCH_FACTS = query(_TOLD.where(col(FactsOfPerson.id) == bindparam("person_id"), _COMPARED), into=_told)
MATCH_KEYS = query(select(MatchKey).where(MatchKey.person_id == bindparam("person_id")))
_PERSONS = col(FactsOfPerson.id) == any_(bindparam("persons", type_=ARRAY(Uuid)))
TOLD_BY = query(_TOLD.where(_PERSONS, _COMPARED), into=_told)
TOLD_BY_FOR_COUNCIL = query(
    _TOLD.where(_PERSONS, _COMPARED, seen_by(FactsOfPerson.visible_to), seen_by(Fact.visible_to)), into=_told
)


@dataclass(frozen=True, slots=True)
class Glimpsed:
    """Somebody who shares keys with a record, with what of them lies open."""

    person_id: UUID
    full_name: str | None
    date_of_birth: date | None
    shared: list[UUID]


def _who_shares_a_key(*seen: Any) -> Query[Glimpsed]:
    """The people behind some keys: of each key so many, however many share it."""
    keys = func.unnest(bindparam("keys", type_=ARRAY(Uuid))).table_valued("key").render_derived(name="asked")
    of_key = (
        select(col(MatchKey.person_id))
        .where(col(MatchKey.key) == keys.c.key, *seen)
        .limit(MOST_A_KEY)
        .lateral("of_key")
    )
    sharing = (
        columns(of_key.c.person_id, func.array_agg(keys.c.key).label("shared"))
        .select_from(keys)
        .join(of_key, true())
        .group_by(of_key.c.person_id)
        .subquery("sharing")
    )
    return query(
        columns(col(FindBy.person_id), col(FindBy.full_name), col(FindBy.date_of_birth), sharing.c.shared).join(
            sharing, sharing.c.person_id == FindBy.person_id
        ),
        into=Glimpsed,
    )


GLIMPSED = _who_shares_a_key()
GLIMPSED_FOR_COUNCIL = _who_shares_a_key(seen_by(MatchKey.visible_to))

# -- the pairs

_PERSON = bindparam("person_id", type_=Uuid())
PAIR_FOR_COUNCIL = query(
    select(PossibleDuplicate).where(
        col(PossibleDuplicate.one_person) == bindparam("one", type_=Uuid()),
        col(PossibleDuplicate.other_person) == bindparam("other", type_=Uuid()),
        seen_by(PossibleDuplicate.visible_to),
    )
)
SURE_PAIR = query(
    select(PossibleDuplicate).where(
        col(PossibleDuplicate.id) == bindparam("duplicate_id", type_=Uuid()),
        col(PossibleDuplicate.sure),
        col(PossibleDuplicate.outcome).is_(None),
    )
)
PAIRS_OF_PERSON = query(
    select(PossibleDuplicate)
    .where(or_(col(PossibleDuplicate.one_person) == _PERSON, col(PossibleDuplicate.other_person) == _PERSON))
    .limit(500)
)


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair with the name and birth date of both, and whether one of them is protected."""

    row: PossibleDuplicate
    names: tuple[Any, Any]
    births: tuple[Any, Any]
    protected: bool


def _value(kind: str, person: Any, name: str) -> Any:
    held: Any = aliased(Fact, name=f"held_{name}")
    value = select(held.value).where(held.person_id == person, held.current, held.kind == kind).limit(1)
    return value.scalar_subquery().label(name)


def _restricted(person: Any, name: str) -> Any:
    """Whether a side is protected, or not there to be seen. Asked of each pair in turn: joined, all people would be read."""
    home: Any = aliased(FactsOfPerson, name=name)
    return func.coalesce(select(home.protected).where(home.id == person).scalar_subquery(), True)


_RESTRICTED = or_(
    _restricted(PossibleDuplicate.one_person, "first"), _restricted(PossibleDuplicate.other_person, "second")
)
_PAIR: Any = select(PossibleDuplicate).add_columns(
    _value("full_name", PossibleDuplicate.one_person, "name_of_one"),
    _value("full_name", PossibleDuplicate.other_person, "name_of_other"),
    _value("date_of_birth", PossibleDuplicate.one_person, "birth_of_one"),
    _value("date_of_birth", PossibleDuplicate.other_person, "birth_of_other"),
    _RESTRICTED.label("restricted"),
)


def _pair(
    name_of_one: Any, name_of_other: Any, birth_of_one: Any, birth_of_other: Any, restricted: bool, **row: Any
) -> Pair:
    names, births = (name_of_one, name_of_other), (birth_of_one, birth_of_other)
    return Pair(as_read(PossibleDuplicate, row), names, births, restricted)


POSSIBLE_DUPLICATES = query(
    _PAIR.where(
        seen_by(PossibleDuplicate.visible_to),
        col(PossibleDuplicate.outcome).is_(None),
        tuple_(col(PossibleDuplicate.suspected_at), col(PossibleDuplicate.id))
        < tuple_(bindparam("at"), bindparam("row")),
        or_(bindparam("cleared", type_=Boolean()), not_(_RESTRICTED)),
    )
    .order_by(col(PossibleDuplicate.suspected_at).desc(), col(PossibleDuplicate.id).desc())
    .limit(bindparam("most")),
    into=_pair,
)
POSSIBLE_DUPLICATE = query(
    _PAIR.where(PossibleDuplicate.id == bindparam("duplicate_id"), seen_by(PossibleDuplicate.visible_to)), into=_pair
)

# -- everybody anew


def _counted(people: int) -> int:
    return people


COMPARING = query(select(Comparing).where(Comparing.one == 1))
PEOPLE_COUNTED = query(select(func.count().label("people")).select_from(FactsOfPerson), into=_counted)
PEOPLE_AFTER = query(
    select(FactsOfPerson)
    .where(col(FactsOfPerson.id) > bindparam("reached", type_=Uuid()))
    .order_by(col(FactsOfPerson.id))
    .limit(bindparam("most", type_=Integer))
)
