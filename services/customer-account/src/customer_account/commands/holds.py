"""Placing a legal hold on a person, looking again, lifting it: load, decide, write."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from common.contracts.people.holds import (
    LegalHoldLifted,
    LegalHoldPlaced,
    LegalHoldReviewDue,
    LegalHoldReviewed,
    LegalHoldView,
    NoLongerHeld,
    PlaceLegalHold,
    ReviewLegalHold,
)
from common.runtime.ids import new_id
from common.runtime.reminders import Timer
from common.runtime.transaction import Transaction

from customer_account import queries
from customer_account.domain import holds, looks
from customer_account.queries import named
from customer_account.queries.holds import hold_for_council, is_protected, shown_hold
from customer_account.tables import LegalHold

REVIEW = Timer("legal_hold_review")


async def place_hold(tx: Transaction, person_id: UUID, command: PlaceLegalHold) -> LegalHoldView:
    """Let nothing of a person go, from now on. Its person sees it, unless this council keeps its looks from them now."""
    protected = await is_protected(tx, person_id)
    queries.look(tx, person_id, "placed a legal hold on a person", protected=protected)
    secrecies = await tx.all(named.SECRECIES_OF_PERSON, person_id=person_id, council=tx.council)
    holds.check_review(command.review_on, today=_today(tx))
    hidden = looks.hidden(secrecies, at=tx.now)
    hold = tx.add(
        LegalHold(
            id=new_id(),
            council=tx.council,
            person_id=person_id,
            because=command.because.value,
            reference=command.reference,
            placed_at=tx.now,
            placed_by=tx.me.id,
            review_on=command.review_on,
            hidden_until=hidden.until,
            secrecy_id=hidden.by,
        )
    )
    tx.say(LegalHoldPlaced(review_on=command.review_on), on=hold)
    _remind(tx, hold)
    return shown_hold(hold)


async def review_hold(tx: Transaction, hold_id: UUID, command: ReviewLegalHold) -> LegalHoldView:
    """Note that it is still needed."""
    hold = await _running(tx, hold_id, "reviewed a legal hold on a person")
    holds.check_review(command.review_on, today=_today(tx))
    tx.change(hold, review_on=command.review_on, review_due=False)
    tx.say(LegalHoldReviewed(review_on=command.review_on), on=hold)
    _remind(tx, hold)
    return shown_hold(hold)


async def lift_hold(tx: Transaction, hold_id: UUID) -> LegalHoldView:
    """End it: what was kept only for it goes when it is time."""
    hold = await _running(tx, hold_id, "lifted a legal hold on a person")
    tx.change(hold, lifted_at=tx.now, lifted_by=tx.me.id, review_due=False)
    tx.say(LegalHoldLifted(), on=hold)
    tx.forget(REVIEW, about=hold)
    return shown_hold(hold)


async def note_review_due(tx: Transaction, hold_id: UUID) -> None:
    """Show that the day has come on which somebody is to look again."""
    hold = await tx.one(named.LEGAL_HOLD, hold_id=hold_id)
    if hold is None or hold.lifted_at is not None or hold.review_due:
        return
    tx.change(hold, review_due=True)
    tx.say(LegalHoldReviewDue(), on=hold)


async def _running(tx: Transaction, hold_id: UUID, why: str) -> LegalHold:
    hold = await hold_for_council(tx, hold_id, why)
    tx.edits(hold)
    if hold.lifted_at is not None:
        raise NoLongerHeld
    return hold


def _remind(tx: Transaction, hold: LegalHold) -> None:
    tx.remind(REVIEW, about=hold, at=datetime.combine(hold.review_on, time(), ZoneInfo(tx.time_zone)))


def _today(tx: Transaction) -> date:
    return tx.now.astimezone(ZoneInfo(tx.time_zone)).date()
