"""Life events: from the files of a release to what tellings go by."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml
from common.contracts.tellings import UnknownLifeEvent
from common.runtime.settings import CannotServe
from pydantic import ValidationError

from case_crm.domain.definitions.life_events import LifeEvent

FILES = Path(__file__).parents[1] / "life_events"


class BrokenLifeEvent(CannotServe):
    """A life event cannot be told by its file: the message says which file, where in it, and why."""


@cache
def life_events() -> Mapping[str, LifeEvent]:
    """Every life event of the release, by its code. Raises BrokenLifeEvent with the file, the place and the reason."""
    read = (read_life_event(file.read_text(encoding="utf-8"), name=file.name) for file in sorted(FILES.glob("*.yaml")))
    return {event.life_event.value: event for event in read}


def life_event(code: str) -> LifeEvent:
    """One of them. Raises UnknownLifeEvent."""
    found = life_events().get(code)
    if found is None:
        raise UnknownLifeEvent(possible=sorted(life_events()))
    return found


def interested_partners() -> list[str]:
    """Every partner that is interested in something that happens in lives."""
    return sorted({partner for event in life_events().values() for partner in event.partners})


def read_life_event(text: str, *, name: str) -> LifeEvent:
    """A life event from its YAML. Raises BrokenLifeEvent with the file's name, the place and the reason."""
    try:
        return LifeEvent.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        raise BrokenLifeEvent(f"{name}: line {mark.line + 1 if mark else '?'}: this is not YAML") from fault
    except ValidationError as fault:
        mistakes = [f"{'.'.join(map(str, e['loc'])) or 'the whole'}: {e['msg']}" for e in fault.errors()]
        raise BrokenLifeEvent(f"{name}: " + "; ".join(mistakes)) from fault
