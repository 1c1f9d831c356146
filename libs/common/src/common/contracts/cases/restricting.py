"""Cases that not every officer of their council may see: who may, and why."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from common.contracts.base import PERSONAL, Command, Event, Refusal, Text
from common.contracts.cases.owners import OfficerId


class RestrictCase(Command):
    """Show a case to these officers alone, beside whoever deals with it and whoever is cleared for such cases.

    Restricted already, it is shown to these from now on.
    """

    officers: list[OfficerId] = Field(default_factory=list, max_length=100)
    reason: Text
    no_address_in_it: bool = Field(
        default=False, description="A cleared officer looked: what seems an address is none."
    )


class LiftRestriction(Command):
    """Show a case to every officer of its council again."""

    reason: Text
    no_address_in_it: bool = Field(
        default=False, description="A cleared officer looked: what seems an address is none."
    )


class RestrictionEvent(Event, aggregate="restriction", speaker="case-crm", counts=True):
    """Who sees a case that not every officer of its council does. It is said under the id of the case, and about nobody.

    Once the case is destroyed no officer is named in it any more: what leads to the case elsewhere is shown to the cleared alone.
    """


class CaseRestricted(RestrictionEvent, name="case.restricted"):
    """These officers see the case, whoever is cleared for such cases, and no other officer of its council."""

    officers: Annotated[list[str], PERSONAL]


class CaseUnrestricted(RestrictionEvent, name="case.unrestricted"):
    """Every officer of its council sees the case again."""


class NotRestricted(Refusal, status=409):
    """This case is not restricted."""
