"""A case that waits for its person: they are reminded twice, told when it would be closed, and then it is closed."""

from __future__ import annotations

from datetime import datetime, timedelta

from common.contracts.cases import EntryKind, Status
from common.contracts.messages import MessageRequested
from common.promises import Calendar, Term, due, local_date, next_service_moment
from common.runtime.messages import request_message
from common.runtime.reminders import Due
from common.runtime.timers import Timer
from common.runtime.transaction import Transaction

from case_crm.commands.timeline import note
from case_crm.domain import cases
from case_crm.domain.clocks import in_words
from case_crm.domain.definitions import ServiceDefinition
from case_crm.queries.calendars import calendars
from case_crm.tables import Case

WAITS = Timer("case_waits")
REMINDERS = 2


def await_person(tx: Transaction, case: Case, definition: ServiceDefinition, *, was: str) -> None:
    """Something was done with a case that `was` in this status, or heard of it: if it waits for its person, that begins now."""
    if case.status == Status.AWAITING_CUSTOMER:
        if case.person_id:  # whoever is not known cannot be reminded
            _remind(
                tx, case, next_service_moment(_after(tx, definition.waiting.remind_after_days), _calendar(tx, case)), 0
            )
    elif was == Status.AWAITING_CUSTOMER:
        tx.forget(WAITS, about=case)


def remind_person(tx: Transaction, case: Case, definition: ServiceDefinition, rung: Due) -> bool:
    """Remind somebody of what their case waits for, and set when that is done again. Whether both reminders had been sent."""
    reminded = (rung.details or {})["reminded"]
    if reminded >= REMINDERS:
        return True
    waiting, calendar, last = definition.waiting, _calendar(tx, case), reminded + 1 == REMINDERS
    closes = last and cases.closed_unanswered(definition, case.stage) is not None
    if closes:
        at = due(tx.now, Term(amount=waiting.close_after_days, unit="days"), calendar)
        _tell(tx, case, "closes_unless_heard", at, calendar)
    else:
        at = next_service_moment(_after(tx, waiting.remind_again_after_days), calendar)
        _tell(tx, case, "still_needed", at)
    if closes or not last:
        _remind(tx, case, at, reminded + 1)
    return False


def look_again(tx: Transaction, case: Case, rung: Due, *, after: timedelta) -> None:
    """What may not be done now is looked at later, and is as far as it was."""
    tx.remind(WAITS, about=case, at=tx.now + after, details=rung.details)


def _remind(tx: Transaction, case: Case, at: datetime, reminded: int) -> None:
    tx.remind(WAITS, about=case, at=at, details={"reminded": reminded})


def _tell(tx: Transaction, case: Case, template: str, until: datetime, closed_on: Calendar | None = None) -> None:
    """In writing, and on the timeline, which they read even if no message reaches them. What is needed is in their account."""
    values, words = {"reference": case.reference}, "We still need something more from you before we can go on."
    if closed_on:
        values["day"] = local_date(until, closed_on).isoformat()
        words += f" If we do not hear from you by {in_words(until, closed_on)} we close your request; you can reopen it then."
    note(tx, case, EntryKind.UPDATE, text=words, public=True)
    wanted = MessageRequested(template=template, values=values, expires_at=until)
    if case.person_id:
        request_message(tx, wanted, person_id=case.person_id)


def _after(tx: Transaction, days: int) -> datetime:
    return tx.now + timedelta(days=days)


def _calendar(tx: Transaction, case: Case) -> Calendar:
    return calendars()[tx.councils[case.council].calendar]
