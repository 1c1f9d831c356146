"""Letting people know in writing that we have what they asked for."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from common.contracts.messages import MessageRequested
from common.runtime.messages import request_message
from common.runtime.transaction import Transaction

from case_crm.tables import Case

NO_NEWS_AFTER = timedelta(days=14)


def confirm(tx: Transaction, case: Case, person: UUID) -> None:
    """Have the person told the reference of their case, while that is news to them."""
    expires_at = case.opened_at + NO_NEWS_AFTER
    told = MessageRequested(template="request_received", values={"reference": case.reference}, expires_at=expires_at)
    request_message(tx, told, person_id=person)
