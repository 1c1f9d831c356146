"""The words of consent that came with this release: their file, read once. What they mean is decided in the domain."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from common.runtime.settings import CannotServe
from pydantic import ValidationError

from customer_account.domain.wordings import Wordings, wordings_of

FILE = Path(__file__).parent.parent / "consent_wordings.yaml"


class BrokenWordings(CannotServe):
    """The words of consent cannot be used: the message says where in the file, and why."""


def read_wordings(text: str, *, name: str) -> Wordings:
    """Wordings from YAML. Raises BrokenWordings with the file's name, the place and the reason."""
    try:
        return wordings_of(yaml.safe_load(text))
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        raise BrokenWordings(f"{name}: line {mark.line + 1 if mark else '?'}: this is not YAML") from fault
    except (ValidationError, KeyError) as fault:
        errors = (
            fault.errors() if isinstance(fault, ValidationError) else [{"loc": (), "msg": f"nothing fills in {fault}"}]
        )
        mistakes = [f"{'.'.join(map(str, e['loc'])) or 'the whole'}: {e['msg']}" for e in errors]
        raise BrokenWordings(f"{name}: " + "; ".join(mistakes)) from fault


@cache
def consent_wordings() -> Wordings:
    """The words this release asks in, and those it asked in before."""
    return read_wordings(FILE.read_text(), name=FILE.name)
