"""Who deals with a case: one officer by name, and every handoff counted."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from common.contracts.base import PERSONAL, Command, Line, Refusal, Text, View
from common.contracts.cases.events import CaseEvent

OfficerId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,127}$")]


class SetOwner(Command):
    """Take a case, or give it to a colleague. `called` is the name by which its person may know whoever deals with it."""

    officer_id: OfficerId | None = Field(
        default=None, description="A colleague; the caller themself where it is left out."
    )
    called: Line
    reason: Text | None = None
    no_address_in_it: bool = Field(
        default=False, description="A cleared officer looked: what seems an address is none."
    )


class OwnerView(View):
    """Who deals with a case: as its service shows them to residents, and with their id to officers."""

    called: str
    officer_id: str | None = None


class CaseAssigned(CaseEvent, name="case.assigned"):
    """An officer deals with the case from now on; nobody did before."""

    officer_id: Annotated[str, PERSONAL]


class CaseHandedOff(CaseEvent, name="case.handed_off"):
    """Another officer deals with the case from now on. `handoffs` counts them all, this one included."""

    was: Annotated[str, PERSONAL]
    officer_id: Annotated[str, PERSONAL]
    handoffs: int
    reason: Annotated[str, PERSONAL]


class AlreadyTaken(Refusal, status=409):
    """A colleague deals with this case. They can give it to you, and so can whoever assigns the work."""
