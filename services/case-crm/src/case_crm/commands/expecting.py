"""Letting people know in writing when and where they are expected, and when they are no more."""

from __future__ import annotations

from datetime import datetime

from common.contracts.messages import MessageRequested
from common.promises import local_date
from common.runtime.messages import request_message
from common.runtime.transaction import Transaction

from case_crm.commands.confirming import NO_NEWS_AFTER
from case_crm.queries import File
from case_crm.queries.appointments import calendar_of_place
from case_crm.tables import Appointment, Case

BOOKED, MOVED, REMINDED = "appointment_booked", "appointment_moved", "appointment_reminder"
CANCELLED, DAY_CLOSED, TO_BE_MOVED = "appointment_cancelled", "appointment_day_closed", "appointment_to_be_moved"


def tell_when(tx: Transaction, file: File, row: Appointment, template: str) -> None:
    """Have the person told when and where they are expected, until that begins. Who is protected reads no place."""
    place = (file.appointment or {})["place"]
    where = {"place": place["title"]}
    _write(tx, file.case, row, template, council=place["council"], until=row.starts_at, more=where)


def tell_no_more(tx: Transaction, case: Case, row: Appointment, template: str, *, council: str) -> None:
    """Have the person told that they are not seen then after all, and what they can do: news also once that time has passed.

    `council` is whose place it was, by whose clocks it would have begun.
    """
    _write(tx, case, row, template, council=council, until=tx.now + NO_NEWS_AFTER, more={})


def _write(
    tx: Transaction,
    case: Case,
    row: Appointment,
    template: str,
    *,
    council: str,
    until: datetime,
    more: dict[str, str],
) -> None:
    if case.person_id is None:
        return
    zone = calendar_of_place(tx, council)
    day, time = local_date(row.starts_at, zone).isoformat(), f"{row.starts_at.astimezone(zone.zone):%H:%M}"
    values = {"reference": case.reference, "day": day, "time": time} | more
    wanted = MessageRequested(template=template, values=values, expires_at=until)
    request_message(tx, wanted, person_id=case.person_id)
