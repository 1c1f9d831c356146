"""What a council says for itself and the others do not: by place, down to the smallest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from common.promises import Calendar


def own(said: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str, Any]]:
    """Of what each council says: the council, the place and what it has there, where another has something else or nothing."""
    flat = {council: dict(_flat(document)) for council, document in said.items()}
    for council, places in flat.items():
        others = [other for name, other in flat.items() if name != council]
        for at, here in places.items():
            if any(at not in other or other[at] != here for other in others):
                yield council, at, here


def days_of(calendar: Calendar) -> dict[str, Any]:
    """When a council works, by day: of the week, and of the year where it does not."""
    return {
        "open": {
            day: [f"{span.opens:%H:%M}-{span.closes:%H:%M}" for span in spans]
            for day, spans in calendar.service_hours.items()
        },
        "closed": {day.isoformat(): why for day, why in sorted(calendar.closed.items())},
    }


def _flat(value: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, below in value.items():
            yield from _flat(below, f"{at}/{key}")
    else:
        yield at, value
