"""The working calendars that came with the release, read once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from common.promises import Calendar, load_calendars

from case_crm.domain.clocks import no_calendar_knows
from case_crm.domain.definitions import Further, deal_with, lost_on, unowned
from case_crm.queries.life_events import life_events


@cache
def calendars() -> Mapping[str, Calendar]:
    """The councils' calendars of this release, by name."""
    folder = files("common.promises").joinpath("calendars")
    found = sorted(folder.iterdir(), key=lambda file: file.name)
    return load_calendars(file.read_text() for file in found if file.name.endswith(".yaml"))


def within_calendars(now: datetime) -> Further:
    """What of a definition would take longer, from now, than our calendars know."""
    return lambda definition: no_calendar_knows(definition.terms, calendars().values(), now=now)


def newly(now: datetime, documents: Iterable[Mapping[str, Any]]) -> Further:
    """What else is wrong with a definition that is to be published anew, beside what these `documents` of services say.

    Files that were released may say no owner, and name recipients that there are not any more.
    """
    fits = within_calendars(now)
    known = {name for document in documents for name in deal_with(document)}
    known |= {interest.owner for event in life_events().values() for interest in event.interests}
    return lambda definition: [
        *unowned(definition.owner, definition.questions),
        *lost_on(definition, definition.questions, known | deal_with(definition.document())),
        *fits(definition),
    ]
