"""A referral goes to its receiver, who has until a day to answer."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from common.contracts.partners.referral_events import ReferralSent, ReferralStatus
from common.promises import Calendar, Term, due, load_calendar
from common.runtime.timers import Timer
from common.runtime.transaction import Transaction

from partner_gateway.domain.moves import told
from partner_gateway.tables import Referral

ANSWER_WITHIN = Term(amount=5, unit="working_days")
NO_ANSWER = Timer("referral_unanswered")


def send(
    tx: Transaction, row: Referral, shared: dict[str, Any], *, granted_at: datetime, outcome_agreed: bool = False
) -> None:
    """Let the receiver see a referral, with this and nothing else of the person, as was decided then."""
    tx.change(
        row,
        status=ReferralStatus.SENT.value,
        held_back=False,
        granted_at=granted_at,
        outcome_agreed=outcome_agreed,
        shared=shared,
        field_groups=sorted(shared),
        sent_at=tx.now,
        changed_at=tx.now,
        answer_by=due(tx.now, ANSWER_WITHIN, working_days()),
    )
    tx.say(_sent(row), on=row, about=row.person_id)
    tx.remind(NO_ANSWER, about=row, at=row.answer_by)


def _sent(row: Referral) -> ReferralSent:
    """What is said of a referral that is sent: names of field groups, never what was shared."""
    return ReferralSent(
        **row.model_dump(include=set(ReferralSent.model_fields)),
        to_partner=row.partner_id,
        consent_id=row.consent["consent_id"] if row.consent else None,
        told_to_resident=told(ReferralStatus(row.status), row.to_name),
    )


@cache
def working_days() -> Calendar:
    """The working days that partners answer by: those of England and Wales, whichever council asks."""
    calendars = files("common.promises").joinpath("calendars")
    return load_calendar(calendars.joinpath("england-and-wales.yaml").read_text())
