"""The reads of customer-account: named once, each with its index, each listed for EXPLAIN."""

from __future__ import annotations

from typing import Any

from common.runtime.query import Query, query
from sqlalchemy import Boolean, ColumnElement, Date, Text, and_, any_, bindparam, not_, or_, tuple_
from sqlmodel import col, select

from customer_account.domain.finding import ENOUGH, KEYS
from customer_account.tables import AccessEntry, Fact, FactsOfPerson, FindBy, Person, Protection, TimelineEntry


def _seen_by(visible_to: Any) -> ColumnElement[bool]:
    return bindparam("council", type_=Text()) == any_(visible_to)


# -- one person

_WITH_FACTS: Any = select(Person, col(FactsOfPerson.version).label("facts_version"), col(FactsOfPerson.protected)).join(
    FactsOfPerson, col(FactsOfPerson.id) == Person.id
)


def _with_facts(facts_version: int, protected: bool, **person: Any) -> tuple[Person, int, bool]:
    return Person.model_construct(**person), facts_version, protected


PERSON = query(select(Person).where(Person.id == bindparam("person_id")))
MY_RECORD = query(_WITH_FACTS.where(Person.id == bindparam("person_id")), into=_with_facts)
RECORD_FOR_COUNCIL = query(
    _WITH_FACTS.where(Person.id == bindparam("person_id"), _seen_by(Person.visible_to)), into=_with_facts
)
PERSON_FOR_COUNCIL = query(select(Person).where(Person.id == bindparam("person_id"), _seen_by(Person.visible_to)))
FACTS = query(select(FactsOfPerson).where(FactsOfPerson.id == bindparam("person_id")))
FACTS_FOR_COUNCIL = query(
    select(FactsOfPerson).where(FactsOfPerson.id == bindparam("person_id"), _seen_by(FactsOfPerson.visible_to))
)
CURRENT_FACTS = query(
    select(Fact).where(Fact.person_id == bindparam("person_id"), col(Fact.current)).order_by(Fact.kind).limit(500)
)

# -- finding people

_COLUMNS = {name: getattr(FindBy, name) for name in KEYS}
_TYPES = {name: Date() if name == "date_of_birth" else Text() for name in KEYS}


def _is(name: str) -> ColumnElement[bool]:
    return col(_COLUMNS[name]) == bindparam(name, type_=_TYPES[name])


def _led_by(keys: tuple[str, ...]) -> Query[FindBy]:
    """Everybody a council may see who has these keys; the other keys narrow it, where they were given.

    Those whose record is restricted are not narrowed: an answer would say whether a guessed postcode is right.
    """
    restricted = and_(col(FindBy.protected), not_(bindparam("cleared", type_=Boolean())))
    narrowed = [or_(bindparam(name, type_=_TYPES[name]).is_(None), _is(name)) for name in KEYS if name not in keys]
    fits = or_(restricted, and_(True, *narrowed))
    return query(select(FindBy).where(_seen_by(FindBy.visible_to), *map(_is, keys), fits).limit(bindparam("most")))


BY_EMAIL, BY_PHONE, BY_NAME_AND_BIRTH, BY_NAME_AND_PLACE = map(_led_by, ENOUGH)
BY = dict(zip(ENOUGH, (BY_EMAIL, BY_PHONE, BY_NAME_AND_BIRTH, BY_NAME_AND_PLACE), strict=True))
PERHAPS_THE_SAME = query(
    select(col(FindBy.person_id), col(FindBy.protected))
    .where(
        _seen_by(FindBy.visible_to),
        or_(_is("email"), and_(_is("phone"), _is("name_key")), and_(_is("name_key"), _is("date_of_birth"))),
    )
    .limit(50),
    into=lambda person_id, protected: (person_id, protected),
)

# -- protection

CURRENT_PROTECTION = query(
    select(Protection).where(Protection.person_id == bindparam("person_id"), col(Protection.lifted_at).is_(None))
)
PROTECTION_FOR_COUNCIL = query(
    select(Protection).where(Protection.id == bindparam("protection_id"), _seen_by(Protection.visible_to))
)

# -- what happened, and who looked

_BEFORE_ENTRY = tuple_(col(TimelineEntry.at), col(TimelineEntry.id)) < tuple_(bindparam("at"), bindparam("row"))
_NEWEST_ENTRY = (col(TimelineEntry.at).desc(), col(TimelineEntry.id).desc())

MY_TIMELINE = query(
    select(TimelineEntry)
    .where(TimelineEntry.person_id == bindparam("person_id"), _BEFORE_ENTRY)
    .order_by(*_NEWEST_ENTRY)
    .limit(bindparam("most"))
)
TIMELINE_FOR_COUNCIL = query(
    select(TimelineEntry)
    .where(TimelineEntry.person_id == bindparam("person_id"), _seen_by(TimelineEntry.visible_to), _BEFORE_ENTRY)
    .order_by(*_NEWEST_ENTRY)
    .limit(bindparam("most"))
)
MY_ACCESS_ENTRIES = query(
    select(AccessEntry)
    .where(
        AccessEntry.person_id == bindparam("person_id"),
        tuple_(col(AccessEntry.at), col(AccessEntry.entry_id)) < tuple_(bindparam("at"), bindparam("row")),
    )
    .order_by(col(AccessEntry.at).desc(), col(AccessEntry.entry_id).desc())
    .limit(bindparam("most"))
)
