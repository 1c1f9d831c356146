"""What review-engine hears: everything, so that no step of a journey is missing. It keeps codes and times, never words."""

from __future__ import annotations

from common.contracts.base import Event
from common.contracts.cases import CaseDestroyed
from common.contracts.people import FactRecorded
from common.runtime.envelope import Heard
from common.runtime.subscribers import subscribes
from common.runtime.transaction import Transaction

from review_engine import commands
from review_engine.domain import ages, events
from review_engine.tables import BirthMonth, Evidence


@subscribes(Event, rebuilds=(Evidence, BirthMonth))
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
