"""The working calendars that came with the release, read once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files

from common.promises import Calendar, load_calendars

from case_crm.domain.clocks import no_calendar_knows
from case_crm.domain.definitions import Further, unowned


@cache
def calendars() -> Mapping[str, Calendar]:
    """The councils' calendars of this release, by name."""
    folder = files("common.promises").joinpath("calendars")
    found = sorted(folder.iterdir(), key=lambda file: file.name)
    return load_calendars(file.read_text() for file in found if file.name.endswith(".yaml"))


def within_calendars(now: datetime) -> Further:
    """What of a definition would take longer, from now, than our calendars know."""
    return lambda definition: no_calendar_knows(definition.terms, calendars().values(), now=now)


def newly(now: datetime) -> Further:
    """What else is wrong with a definition that is to be published anew: files that were released may say no owner."""
    fits = within_calendars(now)
    return lambda definition: [*unowned(definition.owner, definition.questions), *fits(definition)]
