"""What review-engine hears: all that may be a step of a journey, whoever says it. It keeps codes and times, never words."""

from __future__ import annotations

from common.contracts.base import Event
from common.contracts.cases import CaseDestroyed
from common.contracts.people import FactRecorded, FactsEvent
from common.contracts.people.equality import EqualityEvent, EqualityProfileRecorded, EqualityProfileWithdrawn
from common.runtime.envelope import Heard
from common.runtime.subscribers import subscribes
from common.runtime.transaction import Transaction

from review_engine import commands
from review_engine.domain import ages, events
from review_engine.domain.characteristics import known_bands
from review_engine.tables import BirthMonth, Characteristics, Evidence


@subscribes(Event, rebuilds=(Evidence, BirthMonth), but=events.RECORDS - {FactsEvent.aggregate})
async def gather_evidence(tx: Transaction, heard: Heard) -> None:
    """Make a step of whatever happens on somebody's way through a service; learn the month people were born in.

    A rebuild makes the evidence again under the numbers drawn before: the tables of numbers are not among `rebuilds`.
    """
    if isinstance(heard.event, FactRecorded) and heard.event.kind == ages.FACT_KIND:
        await commands.know_birth_month(tx, heard.aggregate_id, ages.birth_month(heard.event.value))
    elif isinstance(heard.event, CaseDestroyed):
        await commands.forget_which_case(tx, heard.aggregate_id)
    elif events.is_evidence(heard.aggregate):
        await commands.place_step(tx, heard)


@subscribes(EqualityEvent, rebuilds=(Characteristics,), opens=True)
async def keep_characteristics(tx: Transaction, heard: Heard) -> None:
    """Know the bands that somebody is counted in, for as long as they let us."""
    match heard.event:
        case EqualityProfileRecorded(bands=bands) if heard.person_id is not None:
            await commands.know_characteristics(tx, heard.person_id, known_bands(bands))
        case EqualityProfileWithdrawn() if heard.person_id is not None:
            await commands.know_characteristics(tx, heard.person_id, {})
