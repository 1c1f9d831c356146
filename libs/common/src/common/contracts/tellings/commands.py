"""What tellings are asked for."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from common.contracts.base import Channel, Code, Command, CouncilId, Line, PersonId
from common.contracts.cases import Answers
from common.contracts.tellings.words import DeliveryMove


class DraftTelling(Command):
    """Begin to tell us once what happened. Facts that we hold need not be told.

    `other_person_id` is somebody whom it concerns too, such as a widow: nobody is told of them unless they agree. Who is not
    asked is not named.
    `registrar_reference` is what a registrar gave with it, on the day `registered_on`.
    """

    life_event: Code
    person_id: PersonId | None = None
    other_person_id: PersonId | None = None
    channel: Channel
    facts: Answers = Field(default_factory=dict)
    registrar_reference: Line | None = None
    registered_on: date | None = None


class InterestName(Command):
    """One recipient of a preview."""

    council: CouncilId
    interest: Code


class ExcludeRecipients(Command):
    """These are not to be told: all of them that the person says no to, in place of what was said before."""

    interests: list[InterestName] = Field(max_length=100)


class ReadPreview(Command):
    """What would go to whom was read, by the person or to them. `preview` is the one that was: it may be confirmed later."""

    preview: Line


class AbandonTelling(Command):
    """Give up what was begun. Nobody was told, and nothing of it is kept but that it was given up, by whom and why."""

    because: Code


class ConfirmTelling(Command):
    """Tell them. `preview` is the one that was read: nothing else goes out."""

    preview: Line


class CorrectTelling(Command):
    """Something in it is otherwise. Whoever was told it is told what is right, and nobody else anything."""

    facts: Answers
    channel: Channel


class WithdrawTelling(Command):
    """It was told in error."""

    because: Code


class MoveDelivery(Command):
    """What became of a delivery with us. `effect` and `effective_date` say what was done; `reason` why it was not."""

    move: DeliveryMove
    effect: Code | None = None
    effective_date: date | None = None
    reason: Code | None = None
