"""Silence about a resolved case: ten working days of it close the case, and any touch begins them anew."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from common.contracts.cases import Status
from common.promises import Term, due
from common.runtime.settings import CannotServe, Council
from common.runtime.timers import Timer
from common.runtime.transaction import Transaction

from case_crm.queries.calendars import calendars
from case_crm.tables import Case

SILENCE = Timer("case_silence")
LOOK_AGAIN = timedelta(days=1)  # where its person had us not use what we know of them
TERM = Term(amount=10, unit="working_days")


def listen(tx: Transaction, case: Case, *, was: str) -> None:
    """Something was done with a case that `was` in this status, or said of it: while it is resolved, silence begins now."""
    if case.status == Status.RESOLVED:
        calendar = calendars()[tx.councils[case.council].calendar]
        tx.remind(SILENCE, about=case, at=due(tx.now, TERM, calendar))
    elif was == Status.RESOLVED:
        tx.forget(SILENCE, about=case)


def check_calendars(councils: Mapping[str, Council]) -> None:
    """Raises CannotServe where a council has a calendar that there is not."""
    for council in councils.values():
        if council.calendar not in calendars():
            raise CannotServe(
                f"{council.id} has the calendar {council.calendar}; there are {', '.join(sorted(calendars()))}"
            )
