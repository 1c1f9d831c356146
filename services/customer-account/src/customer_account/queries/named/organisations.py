"""The reads of organisations."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from common.contracts.people import CustomerKind
from common.contracts.people.organisations import OrganisationKind
from common.runtime.query import EVERY_ID, query
from common.runtime.tables import as_read
from sqlalchemy import ARRAY, Uuid, any_, bindparam
from sqlmodel import col, select

from customer_account.queries.named.seen import seen_by
from customer_account.tables import FactsOfPerson, FindBy, Organisation, OrganisationOfContact, Person

# A customer may have been registered as an organisation before anybody said of what kind.
_OF_ORGANISATION: Any = (
    select(Organisation, col(Person.id).label("whose"), col(Person.visible_to).label("seen_by"))
    .add_columns(col(FindBy.full_name).label("called"), col(FindBy.protected).label("restricted"))
    .select_from(Person)
    .join(FindBy, col(FindBy.person_id) == Person.id)
    .outerjoin(Organisation, col(Organisation.id) == Person.id)
    .where(col(Person.id) == bindparam("organisation_id"), col(Person.kind) == CustomerKind.ORGANISATION.value)
)


class KnownOrganisation(NamedTuple):
    """What is known of an organisation, what it is called, whether it had a row already, and whether it is restricted."""

    row: Organisation
    name: str | None
    was_there: bool
    protected: bool


def _known(
    whose: UUID, seen_by: list[str], called: str | None, restricted: bool, **organisation: Any
) -> KnownOrganisation:
    was_there = organisation["id"] is not None
    undescribed = Organisation(id=whose, visible_to=seen_by, kind=OrganisationKind.OTHER.value)
    row = as_read(Organisation, organisation) if was_there else undescribed
    return KnownOrganisation(row, called, was_there, restricted)


ORGANISATION = query(_OF_ORGANISATION, into=_known)
ORGANISATION_FOR_COUNCIL = query(_OF_ORGANISATION.where(seen_by(Person.visible_to)), into=_known)
PROTECTED_AMONG = query(
    select(FactsOfPerson.id).where(
        col(FactsOfPerson.id) == any_(bindparam("persons", type_=ARRAY(Uuid))), col(FactsOfPerson.protected)
    )
)
MY_ORGANISATIONS = query(
    select(OrganisationOfContact)
    .where(col(OrganisationOfContact.person_id) == EVERY_ID)
    .order_by(col(OrganisationOfContact.organisation_id), col(OrganisationOfContact.role))
    .limit(200),
    whose="person_id",
)
