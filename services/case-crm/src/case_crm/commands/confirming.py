"""Letting people know in writing that we have what they asked for, and when it takes longer."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from common.contracts.messages import MessageRequested
from common.runtime.messages import request_message
from common.runtime.transaction import Transaction

from case_crm.tables import Case, Telling

NO_NEWS_AFTER = timedelta(days=14)


def confirm(tx: Transaction, case: Case, person: UUID) -> None:
    """Have the person told the reference of their case, while that is news to them."""
    expires_at = case.opened_at + NO_NEWS_AFTER
    told = MessageRequested(template="request_received", values={"reference": case.reference}, expires_at=expires_at)
    request_message(tx, told, person_id=person)


def confirm_told(tx: Transaction, telling: Telling, *, services: int) -> None:
    """Have the person told how many hear it without their leave, and its reference; what it was about is not in a message."""
    if telling.person_id is None or not services:
        return
    values = {"reference": telling.reference, "services": str(services)}
    told = MessageRequested(template="told_once", values=values, expires_at=tx.now + NO_NEWS_AFTER)
    request_message(tx, told, person_id=telling.person_id)


def longer_than_said(tx: Transaction, case: Case, *, until: datetime, day: date) -> None:
    """Have the person told that something takes longer, until that day. Why is not in a message: it is in their account."""
    if case.person_id is None:
        return
    values = {"reference": case.reference, "day": day.isoformat()}
    told = MessageRequested(template="longer_than_said", values=values, expires_at=until)
    request_message(tx, told, person_id=case.person_id)
