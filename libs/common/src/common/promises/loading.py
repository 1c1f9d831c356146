"""From the text of a calendar file (YAML) to a Calendar. Never reads a file: whoever does passes the text."""

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import yaml

from common.promises.calendar import Calendar


class CalendarRefused(ValueError):
    """A calendar's text cannot be understood; the message says what is wrong with it."""


class _NoRepeats(yaml.SafeLoader):
    """Refuses a key said twice: YAML keeps the last silently, and a closure would be lost."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        repeated = {str(key) for key in keys if keys.count(key) > 1}
        if repeated:
            raise CalendarRefused(f"said twice: {', '.join(sorted(repeated))}")
        return super().construct_mapping(node, deep)


def load_calendar(text: str, *, known: Mapping[str, Calendar] | None = None) -> Calendar:
    """The calendar a YAML text describes.

    With `extends: <name>` it takes over the zone, years and closures of `known[name]`, adds its own closures and may
    say its own hours of service. Raises `CalendarRefused`, or pydantic's ValidationError naming the field (both are
    ValueErrors).
    """
    said = _parsed(text)
    base_name = said.pop("extends", None)
    if base_name is None:
        return Calendar.model_validate(said)
    base = (known or {}).get(str(base_name))
    if base is None:
        raise CalendarRefused(f"{said.get('name')} extends {base_name}, which is not known")
    return _extended(base, said)


def load_calendars(texts: Iterable[str]) -> dict[str, Calendar]:
    """All calendars by name, whatever the order of the texts. Refuses two of one name and extending in a circle."""
    waiting, known = list(texts), dict[str, Calendar]()
    while waiting:
        ready = [text for text in waiting if _parsed(text).get("extends") in (None, *known)]
        for calendar in [load_calendar(text, known=known) for text in ready or waiting[:1]]:
            if calendar.name in known:
                raise CalendarRefused(f"two calendars are called {calendar.name}")
            known[calendar.name] = calendar
        waiting = [text for text in waiting if text not in ready]
    return known


def _extended(base: Calendar, said: dict[str, Any]) -> Calendar:
    fixed = sorted(said.keys() & {"time_zone", "first", "last"})
    if fixed:
        raise CalendarRefused(f"{said.get('name')} takes {', '.join(fixed)} from {base.name} and cannot say its own")
    closed = {**base.closed, **(said.get("closed") or {})}
    return Calendar.model_validate({**base.model_dump(), **said, "closed": closed})


def _parsed(text: str) -> dict[str, Any]:
    try:
        said = yaml.load(text, Loader=_NoRepeats)  # noqa: S506 - _NoRepeats is a SafeLoader
    except yaml.YAMLError as error:
        raise CalendarRefused(f"not YAML: {error}") from error
    if not isinstance(said, dict):
        raise CalendarRefused("a calendar is a mapping of its fields")
    return said
