"""What review-engine hears: all that may be a step of a journey, whoever says it. It keeps codes and times, never words."""

from __future__ import annotations

from dataclasses import replace

from common.contracts.cases import CaseDestroyed
from common.contracts.partners.consents import Purpose
from common.contracts.people import FactRecorded, FactsEvent
from common.contracts.people.equality import EqualityEvent, EqualityProfileRecorded, EqualityProfileWithdrawn
from common.contracts.people.limits import LimitConfirmed, LimitPartEvent
from common.runtime.envelope import Heard
from common.runtime.limits import Limits, limits_of
from common.runtime.subscribers import subscribes
from common.runtime.transaction import Transaction

from review_engine import commands
from review_engine.domain import ages, events
from review_engine.domain.characteristics import known_bands
from review_engine.tables import BirthMonth, Characteristics, Evidence

REVIEWING = (Purpose.SERVICE_REVIEW, Purpose.EQUALITY_ANALYSIS)


@subscribes(*events.STEPS, FactsEvent, LimitPartEvent, rebuilds=(Evidence, BirthMonth))
async def gather_evidence(tx: Transaction, heard: Heard) -> None:
    """Make a step of whatever happens on somebody's way through a service; learn the month people were born in.

    Of somebody whose data is not to be used, or who objects to its use for this, nothing is kept; and nothing that leads
    from what was kept before to who objects.

    A rebuild makes the evidence again under the numbers drawn before: the tables of numbers are not among `rebuilds`.
    """
    limits = await limits_of(tx, heard.person_id)
    match heard.event:
        case LimitConfirmed(service=tx.me.id) if heard.person_id and limits.objects(*REVIEWING):
            await commands.forget_whose(tx, heard.person_id)
        case CaseDestroyed():
            await commands.forget_which_case(tx, heard.aggregate_id)
        case _ if limits.against(*REVIEWING, at=heard.recorded):
            return
        case FactRecorded(kind=ages.FACT_KIND, value=value):
            if not _objected(limits, heard):
                await commands.know_birth_month(tx, heard.aggregate_id, ages.birth_month(value))
        case _ if events.is_evidence(heard.aggregate):
            await commands.place_step(tx, replace(heard, person_id=None) if _objected(limits, heard) else heard)


@subscribes(EqualityEvent, rebuilds=(Characteristics,), opens=True)
async def keep_characteristics(tx: Transaction, heard: Heard) -> None:
    """Know the bands that somebody is counted in, for as long as they let us."""
    if heard.person_id is None:
        return
    match heard.event:
        case EqualityProfileRecorded(bands=bands):
            objected = _objected(await limits_of(tx, heard.person_id), heard)
            await commands.know_characteristics(tx, heard.person_id, {} if objected else known_bands(bands))
        case EqualityProfileWithdrawn():
            await commands.know_characteristics(tx, heard.person_id, {})


def _objected(limits: Limits, heard: Heard) -> bool:
    """Whether they object to this, or did when it was said or later: what was let go of then is not known again."""
    objections = (each for each in limits.rows if each.purpose in REVIEWING)
    return any(each.until is None or heard.recorded < each.until for each in objections)
