"""The reads of consents."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from common.runtime.query import mine, of_person, query
from common.runtime.tables import as_read
from sqlalchemy import ARRAY, Text, Uuid, any_, bindparam, func
from sqlmodel import col, select

from customer_account.queries.named.seen import seen_by
from customer_account.tables import ConsentsOfPerson, FactsOfPerson, PartnerName, Person


class ConsentsHome(NamedTuple):
    """The home of a person's consents, whether it was there already, and whether the person is protected."""

    home: ConsentsOfPerson
    was_there: bool
    protected: bool


def _home(whose: UUID, seen_by: list[str], restricted: bool, **consents: Any) -> ConsentsHome:
    if consents["id"] is None:
        return ConsentsHome(ConsentsOfPerson(id=whose, visible_to=seen_by), was_there=False, protected=restricted)
    return ConsentsHome(as_read(ConsentsOfPerson, consents), was_there=True, protected=restricted)


CONSENTS = query(select(ConsentsOfPerson).where(ConsentsOfPerson.id == bindparam("person_id")))
MY_CONSENTS = query(select(ConsentsOfPerson).where(mine(ConsentsOfPerson.id)))
CONSENTS_OF_EVERY_ID = query(
    select(ConsentsOfPerson).where(of_person(ConsentsOfPerson.id, bindparam("person_id", type_=Uuid())))
)
CONSENTS_FOR_COUNCIL = query(
    select(ConsentsOfPerson, col(Person.id).label("whose"), col(Person.visible_to).label("seen_by"))
    .add_columns(func.coalesce(FactsOfPerson.protected, False).label("restricted"))
    .select_from(Person)
    .outerjoin(ConsentsOfPerson, col(ConsentsOfPerson.id) == Person.id)
    .outerjoin(FactsOfPerson, col(FactsOfPerson.id) == Person.id)
    .where(col(Person.id) == bindparam("person_id"), seen_by(Person.visible_to)),
    into=_home,
)
PARTNER_NAMES = query(
    select(PartnerName).where(col(PartnerName.partner_id) == any_(bindparam("partner_ids", type_=ARRAY(Text))))
)
