"""What people told us."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from common.contracts.base import Channel, Code, Command, CouncilId, Event, Open, Refusal, View


class Sensitivity(StrEnum):
    """How carefully a kind of fact is handled: special is what the law singles out (health, belief …), protected most of all."""

    OPEN = "open"
    PERSONAL = "personal"
    SPECIAL = "special"
    PROTECTED = "protected"


class Verification(StrEnum):
    """How sure we are of a fact."""

    ASSERTED = "asserted"
    EVIDENCED = "evidenced"
    VERIFIED = "verified"
    OTHER = "other"


class ToldFact(Command):
    """Something a person told us, with the id its first hearer gave it."""

    id: UUID
    kind: Code
    value: Any
    effective_from: date | None = None


class FactsEvent(Event, aggregate="facts", speaker="customer-account"):
    """What we know of one person: one ordered story a person."""


class FactRecorded(FactsEvent, name="fact.recorded"):
    """A fact is kept from now on, in place of the one it supersedes."""

    fact_id: UUID
    kind: Code
    value: Any
    asserted_by: Code
    channel: Open[Channel]
    told_at: datetime
    told_to: CouncilId
    told_to_service: str
    effective_from: date | None = None
    verification: Open[Verification]
    supersedes: UUID | None = None
    visible_to: list[CouncilId]
    sensitivity: Code = Sensitivity.PERSONAL.value


class FactRefused(FactsEvent, name="fact.refused"):
    """A fact that another service was told is not kept under that id.

    Its kind is unknown (`unknown_kind`), its value is not how that kind is written (`wrong_shape`), the same is held
    already (`held_already`), or what is held was told later (`told_later`).
    """

    fact_id: UUID
    kind: Code
    because: Code


class FactsShared(FactsEvent, name="facts.shared"):
    """Another council may see this person's facts from now on."""

    visible_to: list[CouncilId]


class FactsProtected(FactsEvent, name="facts.protected"):
    """What this person told us of these kinds, before or from now on, is shown to nobody but them and cleared officers."""

    kinds: list[Code]
    visible_to: list[CouncilId]


class FactsUnprotected(FactsEvent, name="facts.unprotected"):
    """What this person told us is as sensitive as its kinds are, and no more."""


class RecordFact(Command):
    """Note what a person told us."""

    kind: Code
    value: Any
    channel: Channel
    effective_from: date | None = None


class FactView(View):
    """A held fact with where it came from."""

    id: UUID
    kind: Code
    label: str
    value: Any
    asserted_by: str
    channel: str
    told_at: datetime
    told_to: str
    told_to_service: str
    effective_from: date | None
    verification: str
    sensitivity: Code


class KeptFactView(FactView):
    """A fact as it is kept now. `version` is that of all the person's facts: the next If-Match."""

    version: int


class FactsView(View):
    """What we know of a person now. `version` counts every change of it."""

    version: int
    items: list[FactView]


class FactKindView(View):
    """A kind of fact we keep: what residents call it, how it is written, and the JSON Schema of its value."""

    kind: Code
    label: str
    written: str
    sensitivity: Sensitivity
    shape: dict[str, Any]


class UnknownFactKind(Refusal, status=422):
    """We do not keep this kind of information."""


class WrongShape(Refusal, status=422):
    """This is not how we write this kind of information."""
