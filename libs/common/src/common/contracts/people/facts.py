"""What people told us."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from common.contracts.base import Channel, Code, Command, CouncilId, Event, Line, Open, Refusal, View
from common.contracts.keys import FACT_VALUE, TOLD_VALUE


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
    DISPUTED = "disputed"
    UPHELD = "upheld"
    EXPIRED = "expired"
    OTHER = "other"


class ToldFact(Command):
    """Something a person told us, with the id its first hearer gave it."""

    id: UUID
    kind: Code
    value: Annotated[Any, TOLD_VALUE]
    effective_from: date | None = None


class FactsEvent(Event, aggregate="facts", speaker="customer-account"):
    """What we know of one person: one ordered story a person."""


class FactRecorded(FactsEvent, name="fact.recorded"):
    """A fact is kept from now on, in place of the one it supersedes.

    `corrects` says that the earlier one was never right; else it was right until the day before `effective_from`.
    After `fresh_until`, somebody should ask whether it still holds.
    """

    fact_id: UUID
    kind: Code
    value: Annotated[Any, FACT_VALUE]
    asserted_by: Code
    channel: Open[Channel]
    told_at: datetime
    told_to: CouncilId
    told_to_service: str
    effective_from: date | None = None
    effective_to: date | None = None
    corrects: bool = False
    fresh_until: date | None = None
    verification: Open[Verification]
    supersedes: UUID | None = None
    visible_to: list[CouncilId]
    sensitivity: Code = Sensitivity.PERSONAL.value


class FactRefused(FactsEvent, name="fact.refused"):
    """A fact that another service was told is not kept under that id.

    Its kind is unknown (`unknown_kind`), its value is not how that kind is written (`wrong_shape`), the same is held
    already (`held_already`), what is held was told later (`told_later`), or what was said to be still so is not what is held
    (`held_otherwise`).
    """

    fact_id: UUID
    kind: Code
    because: Code


class FactVerified(FactsEvent, name="fact.verified"):
    """How sure we are of a fact has changed: evidence was seen, it was checked at its source, or a dispute left it as it is.

    What the evidence was stays with customer-account.
    """

    fact_id: UUID
    kind: Code
    verification: Open[Verification]
    visible_to: list[CouncilId]


class FactDisputed(FactsEvent, name="fact.disputed"):
    """Somebody says that a fact is not right. It is held as disputed until an officer settles it."""

    fact_id: UUID
    kind: Code
    visible_to: list[CouncilId]


class FactWithdrawn(FactsEvent, name="fact.withdrawn"):
    """A fact is no longer held, and nothing took its place: whoever keeps a copy lets go of it."""

    fact_id: UUID
    kind: Code
    visible_to: list[CouncilId]


class FactExpired(FactsEvent, name="fact.expired"):
    """The last day for which a fact was told is over. It is no longer held to be so."""

    fact_id: UUID
    kind: Code
    visible_to: list[CouncilId]


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
    effective_from: date | None = Field(
        default=None, description="The first day for which it is so. Unsaid, a change is so from today."
    )
    effective_to: date | None = Field(default=None, description="The last day for which it is so, where there is one.")
    corrects: bool = Field(
        default=False, description="What was held was never right. Otherwise it was, until this took its place."
    )


class VerifyFact(Command):
    """Say what was seen, or checked at its source, that shows a fact to be right."""

    verification: Literal[Verification.EVIDENCED, Verification.VERIFIED]
    evidence: Line


class DisputeFact(Command):
    """Say that a fact is not right."""

    why: Line


class SettleDispute(Command):
    """End a dispute: the fact stands, or this is what is right."""

    outcome: Literal["upheld", "corrected"]
    value: Any = Field(default=None, description="What is right, where it is corrected.")
    evidence: Line


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
    effective_to: date | None = None
    verification: str
    evidence: str | None = Field(default=None, description="What shows it to be right; of what is disputed, why it is.")
    fresh_until: date | None = Field(default=None, description="After this day, ask whether it still holds.")
    sensitivity: Code


class KeptFactView(FactView):
    """A fact as it is kept now. `version` is that of all the person's facts: the next If-Match."""

    version: int


class FactsView(View):
    """What we know of a person now. `version` counts every change of it."""

    version: int
    items: list[FactView]


class BeliefView(FactView):
    """What was held of a person for a while. `until_because` says what ended that; what is held now has no `known_until`."""

    known_from: datetime
    known_until: datetime | None
    until_because: str | None


class FactKindView(View):
    """A kind of fact we keep: what residents call it, how it is written, and the JSON Schema of its value.

    Where it `changes`, a new value was not so before; else it corrects the old one. `fresh_for_days` after it was told it
    is worth asking again.
    """

    kind: Code
    label: str
    written: str
    sensitivity: Sensitivity
    shape: dict[str, Any]
    changes: bool = True
    fresh_for_days: int | None = None


class UnknownFactKind(Refusal, status=422):
    """We do not keep this kind of information."""


class WrongShape(Refusal, status=422):
    """This is not how we write this kind of information."""


class ImpossibleDates(Refusal, status=422):
    """These dates cannot be: look at which comes first, and whether they have been."""


class NotInDispute(Refusal, status=409):
    """Nobody disputes this, so there is nothing to settle."""


class AlreadySure(Refusal, status=409):
    """We are as sure of this already, or it is in dispute: settle that first."""
