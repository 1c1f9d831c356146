"""The reads of people, what they told, how they are reached and found, and who is protected."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from common.runtime.query import Query, of_person, query
from common.runtime.tables import as_read
from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    Date,
    DateTime,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    func,
    not_,
    or_,
    tuple_,
)
from sqlmodel import col, select

from customer_account.domain.finding import ENOUGH, KEYS
from customer_account.queries.named.seen import seen_by
from customer_account.tables import (
    Account,
    ContactOfPerson,
    Fact,
    FactsOfPerson,
    FindBy,
    Person,
    ProtectedAddress,
    Protection,
)

# -- one person

# An earlier release, that runs beside this one for a moment, registers people without the row of their contact.
_RECORD: Any = (
    select(Person, col(FactsOfPerson.version).label("facts_version"), col(FactsOfPerson.protected))
    .add_columns(
        col(Account.merged_into).label("leads_to"),
        col(ContactOfPerson.id).label("contact_id"),
        col(ContactOfPerson.points).label("contact_points"),
        col(ContactOfPerson.preferences).label("contact_preferences"),
        col(ContactOfPerson.protected_addresses).label("contact_protected"),
    )
    .join(FactsOfPerson, col(FactsOfPerson.id) == Person.id)
    .outerjoin(ContactOfPerson, col(ContactOfPerson.id) == Person.id)
    .outerjoin(Account, col(Account.id) == Person.id)
)


class Record(NamedTuple):
    """A person's own row, the version of their facts, whether they are protected, whom it leads to, and how they are reached."""

    person: Person
    facts_version: int
    protected: bool
    points: Any
    preferences: Any
    protected_addresses: int
    leads_to: UUID | None = None


def _record(
    facts_version: int,
    protected: bool,
    leads_to: UUID | None,
    contact_id: UUID | None,
    contact_points: Any,
    contact_preferences: Any,
    contact_protected: int | None,
    **person: Any,
) -> Record:
    found = Person.model_construct(**person)
    kept = (contact_points or [], contact_preferences or {}, contact_protected or 0)
    return Record(found, facts_version, protected, *kept, leads_to)


PERSON = query(select(Person).where(Person.id == bindparam("person_id")))
MY_RECORD = query(_RECORD.where(Person.id == bindparam("person_id")), into=_record)
RECORD_FOR_COUNCIL = query(_RECORD.where(Person.id == bindparam("person_id"), seen_by(Person.visible_to)), into=_record)
PERSON_FOR_COUNCIL = query(select(Person).where(Person.id == bindparam("person_id"), seen_by(Person.visible_to)))
FACTS = query(select(FactsOfPerson).where(FactsOfPerson.id == bindparam("person_id")))
FACTS_FOR_COUNCIL = query(
    select(FactsOfPerson).where(FactsOfPerson.id == bindparam("person_id"), seen_by(FactsOfPerson.visible_to))
)
CURRENT_FACTS = query(
    select(Fact).where(Fact.person_id == bindparam("person_id"), col(Fact.current)).order_by(Fact.kind).limit(500)
)
PAST_FACTS = query(
    select(Fact)
    .where(
        Fact.person_id == bindparam("person_id"),
        col(Fact.kind) == any_(bindparam("kinds", type_=ARRAY(Text))),
        col(Fact.known_until).is_(None),
        col(Fact.current).is_(False),
    )
    .limit(1000)
)


def _where(value: Any, **_: Any) -> Any:
    return value


# Where somebody protected is: no row of anybody else, and one without a value where nothing is held.
WHERE_PROTECTED = query(
    select(Fact.fact_id, Fact.person_id, Fact.kind, Fact.value)
    .select_from(FactsOfPerson)
    .outerjoin(
        Fact,
        and_(
            col(Fact.person_id) == FactsOfPerson.id,
            col(Fact.current),
            col(Fact.kind) == any_(bindparam("kinds", type_=ARRAY(Text))),
        ),
    )
    .where(FactsOfPerson.id == bindparam("person_id"), col(FactsOfPerson.protected)),
    into=_where,
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


MY_FACTS_AS_OF, FACTS_AS_OF_FOR_COUNCIL = _as_of(), _as_of(seen_by(Fact.visible_to))
MY_FACT_HISTORY, FACT_HISTORY_FOR_COUNCIL = _history(), _history(seen_by(Fact.visible_to))

# -- how a person is reached

_CONTACT: Any = (
    select(ContactOfPerson, col(Person.id).label("whose"), col(Person.visible_to).label("seen_by"))
    .add_columns(func.coalesce(FactsOfPerson.protected, False).label("restricted"))
    .select_from(Person)
    .outerjoin(ContactOfPerson, col(ContactOfPerson.id) == Person.id)
    .outerjoin(FactsOfPerson, col(FactsOfPerson.id) == Person.id)
    .where(col(Person.id) == bindparam("person_id"))
)


class Contact(NamedTuple):
    """The home of a person's contact, whether it was there already, and whether the person is protected."""

    home: ContactOfPerson
    was_there: bool
    protected: bool


def _contact(whose: UUID, seen_by: list[str], restricted: bool, **contact: Any) -> Contact:
    if contact["id"] is None:
        return Contact(ContactOfPerson(id=whose, visible_to=seen_by), was_there=False, protected=restricted)
    return Contact(as_read(ContactOfPerson, contact), was_there=True, protected=restricted)


MY_CONTACT = query(_CONTACT, into=_contact)
CONTACT_FOR_COUNCIL = query(_CONTACT.where(seen_by(Person.visible_to)), into=_contact)
MY_PROTECTED_ADDRESSES = query(
    select(ProtectedAddress).where(ProtectedAddress.person_id == bindparam("person_id")).limit(50)
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
    return query(select(FindBy).where(seen_by(FindBy.visible_to), *map(_is, keys), fits).limit(bindparam("most")))


BY_EMAIL, BY_PHONE, BY_NAME_AND_BIRTH, BY_NAME_AND_PLACE = map(_led_by, ENOUGH)
BY = dict(zip(ENOUGH, (BY_EMAIL, BY_PHONE, BY_NAME_AND_BIRTH, BY_NAME_AND_PLACE), strict=True))
PERHAPS_THE_SAME = query(
    select(col(FindBy.person_id), col(FindBy.protected))
    .where(
        seen_by(FindBy.visible_to),
        or_(
            and_(_is("name_key"), _is("date_of_birth")),
            # That a guess at how to reach them fits would be said by the refusal.
            and_(
                or_(not_(col(FindBy.protected)), bindparam("cleared", type_=Boolean())),
                or_(_is("email"), and_(_is("phone"), _is("name_key"))),
            ),
        ),
    )
    .limit(50),
    into=lambda person_id, protected: (person_id, protected),
)

# -- protection

CURRENT_PROTECTION = query(
    select(Protection).where(Protection.person_id == bindparam("person_id"), col(Protection.lifted_at).is_(None))
)
CURRENT_PROTECTIONS = query(
    select(Protection).where(
        of_person(Protection.person_id, bindparam("person_id", type_=Uuid())), col(Protection.lifted_at).is_(None)
    )
)
PROTECTION_FOR_COUNCIL = query(
    select(Protection).where(Protection.id == bindparam("protection_id"), seen_by(Protection.visible_to))
)
