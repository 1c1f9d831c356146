"""What may be refused of tellings."""

from __future__ import annotations

from common.contracts.base import Refusal


class UnknownLifeEvent(Refusal, status=422):
    """We do not know what happened by that name."""


class UnknownInterest(Refusal, status=422):
    """There is no such recipient in what you are telling."""


class NobodyElseAsked(Refusal, status=422):
    """Nobody else has to agree to this. Please leave out the other person."""


class WrongPerson(Refusal, status=409):
    """What you told us does not fit the person it is about. Please check who it is, before anybody is told."""


class ReferenceNeeded(Refusal, status=422):
    """Tell us the registrar's reference, and the day it was given."""


class ReferenceExpired(Refusal, status=422):
    """The registrar's reference is no longer good. Ask the register office where it was given for a new one, then tell us."""


class ReferenceOfAnother(Refusal, status=409):
    """This reference was given for somebody else's death. Check it, and whom you are telling us about, or ask the registrar."""


class NobodyToTell(Refusal, status=422):
    """None of our services would be told of this. Look at which councils and services you named."""


class PreviewChanged(Refusal, status=409):
    """What would be told has changed since you read it. Read it again, then confirm."""


class TellingCannotGoThere(Refusal, status=409):
    """That cannot be done with this telling as it stands now."""


class ToldElsewhere(Refusal, status=409):
    """This was told to another council. Only they can put it right or take it back."""


class DeliveryCannotGoThere(Refusal, status=409):
    """That cannot be done with this delivery as it stands now."""


class DealtWithInCase(Refusal, status=409):
    """This is dealt with in its case. Go on there: what was told here follows it."""


class EffectNeeded(Refusal, status=422):
    """Say what was done, and from which day it is so."""
