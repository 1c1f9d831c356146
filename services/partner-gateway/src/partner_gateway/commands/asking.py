"""A person is asked whether somebody new may be told what another was told of them; until they say so, nobody is."""

from __future__ import annotations

from datetime import timedelta

from common.contracts.partners.consents import Purpose
from common.contracts.partners.referral_events import NotMadeReason
from common.contracts.people.consents import ConsentSought, LawfulBasis
from common.runtime.timers import Timer
from common.runtime.transaction import Transaction

from partner_gateway.tables import Referral

SILENT = Timer("referral_person_silent")
WAITS = timedelta(days=14)
ASKS_THE_PERSON = (NotMadeReason.CONSENT_MISSING, NotMadeReason.ASK_AGAIN)


def may_ask(row: Referral, reason: NotMadeReason | None) -> bool:
    """Whether what is missing is the word of a person whom nobody asked for it: they were when it was first made, for another."""
    return row.rerouted_from is not None and row.asked_as is None and reason in ASKS_THE_PERSON


def ask_person(tx: Transaction, row: Referral) -> None:
    """Have the person asked, and wait for what they say."""
    sought = ConsentSought(
        purpose=Purpose.REFERRAL,
        recipient=row.partner_id or row.council,
        field_groups=row.field_groups,
        lawful_basis=LawfulBasis.CONSENT,
    )
    tx.say_once(sought, id=row.id, about=row.person_id, council=row.council)
    tx.change(row, person_asked_at=tx.now, changed_at=tx.now)
    tx.remind(SILENT, about=row, at=tx.now + WAITS)
