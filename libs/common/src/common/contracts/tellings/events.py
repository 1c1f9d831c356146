"""What is said of tellings and of their deliveries: codes and dates, and what a resident is told. No recipient's facts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from common.contracts.base import PERSONAL, Channel, Code, CouncilId, Event, Open
from common.contracts.people import ToldFact
from common.contracts.tellings.parts import TellsPartner
from common.contracts.tellings.words import Basis, DeliveryMove, DeliveryStatus, LifeEventKind, Sends, TellingStatus


class TellingEvent(Event, aggregate="telling", speaker="case-crm"):
    """The life of one telling."""


class TellingDrafted(TellingEvent, name="telling.drafted"):
    """Somebody began to tell us. Nobody is told of it before it is confirmed."""

    life_event: Open[LifeEventKind]
    channel: Open[Channel]


class TellingExclusionsChanged(TellingEvent, name="telling.exclusions_changed"):
    """Before it is confirmed, it was said of so many recipients that they are not to be told."""

    excluded: int


class TellingPreviewed(TellingEvent, name="telling.previewed"):
    """What would go to whom was read: so many are to be told, and so many not. What is changed after that is read anew."""

    told: int
    excluded: int


class TellingAbandoned(TellingEvent, name="telling.abandoned"):
    """Whoever began it gave it up, and said why. Nobody was told, and nothing of what was told is kept with it."""

    because: Code


class TellingExpired(TellingEvent, name="telling.expired"):
    """Nobody confirmed it, and nothing of what was told is kept with it."""


class TellingConfirmed(TellingEvent, name="telling.confirmed"):
    """Somebody told us once. `told_facts` is what they told that we did not hold; it goes to each recipient as it needs it."""

    life_event: Open[LifeEventKind]
    reference: str
    channel: Open[Channel]
    interests: int
    excluded: int
    told_facts: Annotated[list[ToldFact], PERSONAL] = Field(default_factory=list)
    supersedes: UUID | None = None
    told_to_resident: str
    title: str = ""


class TellingLinked(TellingEvent, name="telling.linked"):
    """The same had been told already: this telling follows that one, and nobody is told twice."""

    life_event: Open[LifeEventKind]
    linked_to: UUID
    told_to_resident: str


class TellingSuperseded(TellingEvent, name="telling.superseded"):
    """Something in it is otherwise: another telling took its place, and tells whoever must know what is otherwise."""

    superseded_by: UUID


class TellingWithdrawn(TellingEvent, name="telling.withdrawn"):
    """It was told in error. Whoever was told so far is told that. `told_facts` are the ids of what was told first with it."""

    because: Code
    told_facts: list[UUID] = Field(default_factory=list)
    told_to_resident: str


class TellingCompleted(TellingEvent, name="telling.completed"):
    """Every recipient is done with it, or could not do it and said why."""

    status: Open[TellingStatus]
    told_to_resident: str


class TellingLeftOut(TellingEvent, name="telling.left_out"):
    """Some services of a council should have been told of it, or of what it put right (`told_in`), and were not by the night."""

    told_in: UUID
    reference: str
    left_out_at: CouncilId
    interests: list[Code]


class TellingDestroyed(TellingEvent, name="telling.destroyed"):
    """It had been kept for its time and is gone: nobody keeps what they knew of it, and nothing more follows."""


class DeliveryEvent(Event, aggregate="delivery", speaker="case-crm"):
    """The life of one recipient's part of a telling. `recipient` is a council or a partner."""

    telling_id: UUID
    interest: Code
    council: CouncilId
    recipient: str
    sends: Open[Sends] = Sends.TELLING
    status: Open[DeliveryStatus]
    told_to_resident: str | None = None
    title: str = ""


class DeliveryPlanned(DeliveryEvent, name="delivery.planned"):
    """A recipient is to be told these kinds of facts, on this basis, and has until these moments."""

    basis: Open[Basis]
    fact_kinds: list[Code]
    acknowledge_by: datetime
    act_by: datetime


class DeliverySent(DeliveryEvent, name="delivery.sent"):
    """It is on its way to a partner, who is told what `tells` says, and nothing else."""

    tells: TellsPartner | None = None


class DeliveryDelivered(DeliveryEvent, name="delivery.delivered"):
    """It lies with its recipient."""


class DeliveryAcknowledged(DeliveryEvent, name="delivery.acknowledged"):
    """Somebody there took it."""


class DeliveryMatched(DeliveryEvent, name="delivery.matched"):
    """They found whom it is about."""


class DeliveryNotHeld(DeliveryEvent, name="delivery.not_held"):
    """They hold nothing of that person: there is nothing to do."""


class DeliveryAmbiguous(DeliveryEvent, name="delivery.ambiguous"):
    """They found several whom it may be about; an officer looks."""


class DeliveryMoreInformationNeeded(DeliveryEvent, name="delivery.more_information_needed"):
    """They cannot go on without knowing more. Their days to act go on."""


class DeliveryActioning(DeliveryEvent, name="delivery.actioning"):
    """They are doing what follows from it."""


class DeliveryActioned(DeliveryEvent, name="delivery.actioned"):
    """What follows from it is done, and so from this day."""

    effect: Code
    effective_date: date


class DeliveryRejected(DeliveryEvent, name="delivery.rejected"):
    """They will not do anything about it."""

    reason: Code


class DeliveryFailed(DeliveryEvent, name="delivery.failed"):
    """It cannot be done, for good."""

    reason: Code


class DeliveryExcluded(DeliveryEvent, name="delivery.excluded"):
    """A recipient was not told, and this is why."""

    reason: Code


class DeliverySuppressed(DeliveryEvent, name="delivery.suppressed"):
    """Nothing more is to come of it: it was told in error."""

    reason: Code


class DeliveryOverdue(DeliveryEvent, name="delivery.overdue"):
    """The recipient's days to act are over. Whoever answers for them was told so."""

    act_by: datetime
    escalated_to: Code


class RecipientAnswerEvent(Event, aggregate="recipient_answer", speaker="partner-gateway"):
    """That a partner was told something, and what it answers."""


class RecipientTold(RecipientAnswerEvent, name="recipient.told"):
    """What a partner is told lies where it reads it, and the partner may."""

    delivery_id: UUID


class RecipientAnswered(RecipientAnswerEvent, name="recipient.answered"):
    """A partner moved its delivery on. What is repeated, or cannot be done with it as it stands, changes nothing."""

    delivery_id: UUID
    move: Open[DeliveryMove]
    effect: Code | None = None
    effective_date: date | None = None
    reason: Code | None = None
