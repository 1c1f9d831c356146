"""The choices that came with this release: their file, read once. What they mean is decided in the domain."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from common.runtime.settings import CannotServe
from pydantic import ValidationError

from customer_account.domain.preferences import Choices, choices_of

FILE = Path(__file__).parent.parent / "preference_choices.yaml"


class BrokenChoices(CannotServe):
    """The choices cannot be used: the message says where in the file, and why."""


def read_choices(text: str, *, name: str) -> Choices:
    """Choices from YAML. Raises BrokenChoices with the file's name, the place and the reason."""
    try:
        return choices_of(yaml.safe_load(text))
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        raise BrokenChoices(f"{name}: line {mark.line + 1 if mark else '?'}: this is not YAML") from fault
    except ValidationError as fault:
        mistakes = [f"{'.'.join(map(str, e['loc'])) or 'the whole'}: {e['msg']}" for e in fault.errors()]
        raise BrokenChoices(f"{name}: " + "; ".join(mistakes)) from fault


@cache
def preference_choices() -> Choices:
    """What this release lets people choose."""
    return read_choices(FILE.read_text(), name=FILE.name)
