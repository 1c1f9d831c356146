"""Who has a part in a case beside its person and whoever deals with it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from common.contracts.base import PERSONAL, Command, Line, Open, Refusal, Text, View
from common.contracts.cases.events import CaseEvent
from common.contracts.cases.owners import OfficerId


class PartyRole(StrEnum):
    """What part somebody has. A councillor sees the case because its person agreed, and no other of theirs."""

    ADVISER = "adviser"
    DECISION_MAKER = "decision_maker"
    INTERESTED_PARTY = "interested_party"
    COUNCILLOR = "councillor"
    OTHER = "other"


class AddParty(Command):
    """Give somebody a part. For a councillor an officer says in `consent` in which words the person agreed to it."""

    officer_id: OfficerId
    role: Literal[PartyRole.ADVISER, PartyRole.DECISION_MAKER, PartyRole.INTERESTED_PARTY, PartyRole.COUNCILLOR]
    called: Line
    consent: Text | None = None


class PartyView(View):
    """Somebody's part in a case. Their id is for officers."""

    called: str
    role: PartyRole
    since: datetime
    officer_id: str | None = None


class PartyAdded(CaseEvent, name="case.party_added"):
    """Somebody has a part in the case from now on."""

    officer_id: Annotated[str, PERSONAL]
    role: Open[PartyRole]


class PartyEnded(CaseEvent, name="case.party_ended"):
    """Somebody's part in the case is over: a councillor sees it no longer."""

    officer_id: Annotated[str, PERSONAL]
    role: Open[PartyRole]


class HasAPart(Refusal, status=409):
    """They have a part in this case already. End that first."""


class ConsentNeeded(Refusal, status=422):
    """A councillor sees a case only if its person agrees: say in which words they did."""
