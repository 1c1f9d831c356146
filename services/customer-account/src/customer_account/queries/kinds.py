"""The fact kinds that came with this release: their file, read once. What they mean is decided in the domain."""

from __future__ import annotations

from functools import cache

import yaml
from common.facts import FILE
from common.runtime.settings import CannotServe, Settings
from common.runtime.transaction import Transaction
from pydantic import ValidationError

from customer_account.domain.kinds import FactKinds, kinds_of
from customer_account.queries.choices import preference_choices
from customer_account.queries.wordings import consent_wordings


class BrokenFactKinds(CannotServe):
    """The fact kinds cannot be used: the message says where in the file, and why."""


def read_kinds(text: str, *, name: str) -> FactKinds:
    """Fact kinds from YAML. Raises BrokenFactKinds with the file's name, the place and the reason."""
    try:
        return kinds_of(yaml.safe_load(text))
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        raise BrokenFactKinds(f"{name}: line {mark.line + 1 if mark else '?'}: this is not YAML") from fault
    except ValidationError as fault:
        mistakes = [f"{'.'.join(map(str, e['loc'])) or 'the whole'}: {e['msg']}" for e in fault.errors()]
        raise BrokenFactKinds(f"{name}: " + "; ".join(mistakes)) from fault


@cache
def fact_kinds() -> FactKinds:
    """The kinds this release keeps."""
    return read_kinds(FILE.read_text(), name=FILE.name)


async def ready(tx: Transaction, told: Settings) -> None:
    """Read what came with the release before the first request: one with a broken file does not start."""
    fact_kinds()
    preference_choices()
    consent_wordings()
