"""The reads of customer-account: named once, each with its index, each listed for EXPLAIN."""

from __future__ import annotations

from typing import Any

from common.runtime.query import Query, query
from sqlalchemy import ColumnElement, Date, DateTime, Text, and_, any_, bindparam, or_, tuple_
from sqlmodel import col, select

from customer_account.domain.finding import ENOUGH, KEYS
from customer_account.tables import AccessEntry, Fact, FactsOfPerson, FindBy, Person, TimelineEntry


def _seen_by(visible_to: Any) -> ColumnElement[bool]:
    return bindparam("council", type_=Text()) == any_(visible_to)


# -- one person

_WITH_VERSION: Any = select(Person, col(FactsOfPerson.version).label("facts_version")).join(
    FactsOfPerson, col(FactsOfPerson.id) == Person.id
)


def _with_version(facts_version: int, **person: Any) -> tuple[Person, int]:
    return Person.model_construct(**person), facts_version


PERSON = query(select(Person).where(Person.id == bindparam("person_id")))
MY_RECORD = query(_WITH_VERSION.where(Person.id == bindparam("person_id")), into=_with_version)
RECORD_FOR_COUNCIL = query(
    _WITH_VERSION.where(Person.id == bindparam("person_id"), _seen_by(Person.visible_to)), into=_with_version
)
PERSON_FOR_COUNCIL = query(select(Person).where(Person.id == bindparam("person_id"), _seen_by(Person.visible_to)))
FACTS = query(select(FactsOfPerson).where(FactsOfPerson.id == bindparam("person_id")))
FACTS_FOR_COUNCIL = query(
    select(FactsOfPerson).where(FactsOfPerson.id == bindparam("person_id"), _seen_by(FactsOfPerson.visible_to))
)
CURRENT_FACTS = query(
    select(Fact).where(Fact.person_id == bindparam("person_id"), col(Fact.current)).order_by(Fact.kind).limit(500)
)
KNOWN_FACTS = query(
    select(Fact).where(Fact.person_id == bindparam("person_id"), col(Fact.known_until).is_(None)).limit(2000)
)


def _as_of(*seen: ColumnElement[bool]) -> Query[Fact]:
    """What was held at a moment to be so on a day."""
    day, moment = bindparam("true_on", type_=Date()), bindparam("known_at", type_=DateTime(timezone=True))
    return query(
        select(Fact)
        .where(
            Fact.person_id == bindparam("person_id"),
            col(Fact.known_from) <= moment,
            or_(col(Fact.known_until).is_(None), col(Fact.known_until) > moment),
            or_(col(Fact.effective_from).is_(None), col(Fact.effective_from) <= day),
            or_(col(Fact.effective_to).is_(None), col(Fact.effective_to) >= day),
            *seen,
        )
        .order_by(Fact.kind, col(Fact.known_from))
        .limit(500)
    )


def _history(*seen: ColumnElement[bool]) -> Query[Fact]:
    """All that was ever held of a kind, newest knowledge first."""
    return query(
        select(Fact)
        .where(
            Fact.person_id == bindparam("person_id"),
            Fact.kind == bindparam("kind", type_=Text()),
            tuple_(col(Fact.known_from), col(Fact.fact_id)) < tuple_(bindparam("at"), bindparam("row")),
            *seen,
        )
        .order_by(col(Fact.known_from).desc(), col(Fact.fact_id).desc())
        .limit(bindparam("most"))
    )


MY_FACTS_AS_OF, FACTS_AS_OF_FOR_COUNCIL = _as_of(), _as_of(_seen_by(Fact.visible_to))
MY_FACT_HISTORY, FACT_HISTORY_FOR_COUNCIL = _history(), _history(_seen_by(Fact.visible_to))

# -- finding people

_COLUMNS = {name: getattr(FindBy, name) for name in KEYS}
_TYPES = {name: Date() if name == "date_of_birth" else Text() for name in KEYS}


def _is(name: str) -> ColumnElement[bool]:
    return col(_COLUMNS[name]) == bindparam(name, type_=_TYPES[name])


def _led_by(keys: tuple[str, ...]) -> Query[FindBy]:
    """Everybody a council may see who has these keys; the other keys narrow it, where they were given."""
    narrowed = [or_(bindparam(name, type_=_TYPES[name]).is_(None), _is(name)) for name in KEYS if name not in keys]
    return query(select(FindBy).where(_seen_by(FindBy.visible_to), *map(_is, keys), *narrowed).limit(bindparam("most")))


BY_EMAIL, BY_PHONE, BY_NAME_AND_BIRTH, BY_NAME_AND_PLACE = map(_led_by, ENOUGH)
BY = dict(zip(ENOUGH, (BY_EMAIL, BY_PHONE, BY_NAME_AND_BIRTH, BY_NAME_AND_PLACE), strict=True))
PERHAPS_THE_SAME = query(
    select(FindBy.person_id)
    .where(
        _seen_by(FindBy.visible_to),
        or_(_is("email"), and_(_is("phone"), _is("name_key")), and_(_is("name_key"), _is("date_of_birth"))),
    )
    .limit(50)
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
