"""The working calendars of the councils: published when they change, and a term that goes beyond them is refused."""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from common.contracts.cases import CalendarPublished
from common.promises import Calendar
from common.runtime.transaction import Transaction

from case_crm.commands.closing import look_soon
from case_crm.queries import named
from case_crm.queries.calendars import calendars
from case_crm.tables import CouncilCalendar


async def publish_calendars(tx: Transaction) -> None:
    """Publish the calendar of every council whose calendar is not as it was. What is unchanged says nothing.

    Who is booked on a day that is closed by it is found soon after.
    """
    held = {row.council: row for row in await tx.all(named.CALENDARS, councils=list(tx.councils))}
    for council in tx.councils.values():
        document = _document(calendars()[council.calendar])
        row = held.get(council.id)
        if row is None:
            row = tx.add(CouncilCalendar(id=_id(council.id), council=council.id, calendar_version=1, document=document))
        elif row.document != document:
            tx.change(row, calendar_version=row.calendar_version + 1, document=document)
        else:
            continue
        tx.say(_published(row), on=row, council=council.id)
        look_soon(tx, row)


def _published(row: CouncilCalendar) -> CalendarPublished:
    known = {name: row.document[name] for name in ("known_from", "known_to")}
    return CalendarPublished(calendar_of=row.council, calendar_version=row.calendar_version, **known)


def _document(calendar: Calendar) -> dict[str, Any]:
    """A calendar as it is shown: closures in their order."""
    return {
        "time_zone": calendar.time_zone,
        "known_from": calendar.first.isoformat(),
        "known_to": calendar.last.isoformat(),
        "open": [
            {"day": day, "hours": [f"{span.opens:%H:%M}-{span.closes:%H:%M}" for span in spans]}
            for day, spans in calendar.service_hours.items()
        ],
        "closed": [{"day": day.isoformat(), "why": why} for day, why in sorted(calendar.closed.items())],
    }


def _id(council: str) -> UUID:
    """The same calendar has the same id everywhere: it is found, not remembered."""
    return uuid5(NAMESPACE_URL, f"https://onedoor.example/calendars/{council}")
