"""Who may know what of a person, what was released on that, and what recipients are called."""

from __future__ import annotations

from typing import Any, ClassVar

from common.runtime.tables import Aggregate, OfEverybody, OfPartnership, document
from sqlmodel import Field

from customer_account.tables.registry import CustomerAccount


class ConsentsOfPerson(Aggregate, OfPartnership, CustomerAccount, table=True):
    """One person's consents and the releases on them: its id is the person's.

    What the person says and what is released move the same version, so that of a withdrawal and a release that meet, one
    is first. It is read and shared as a whole, so it is one row; nothing is looked for in its documents.
    """

    __tablename__ = "consents_of_person"
    person_is: ClassVar[str] = "id"
    one_story: ClassVar[bool] = False

    consents: Any = document(default_factory=list)
    releases: Any = document(default_factory=list)


class PartnerName(OfEverybody, CustomerAccount, table=True):
    """What a partner organisation is called."""

    __tablename__ = "partner_name"

    partner_id: str = Field(primary_key=True)
    name: str
