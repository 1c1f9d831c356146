"""Whether what is told is written as facts of its kind are."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from common.contracts.cases import WrongAnswer
from common.facts import KINDS
from jsonschema import Draft202012Validator

from case_crm.domain.definitions.life_events import LifeEvent
from case_crm.domain.tellings import asked


def check_written(event: LifeEvent, facts: Mapping[str, Any]) -> None:
    """Raises WrongAnswer with what is written otherwise, and how it is written."""
    wrong = [kind for kind in facts if kind in event.kinds and not _shape(kind).is_valid(facts[kind])]
    if wrong:
        raise WrongAnswer(questions=[{**asked(event, kind), "wrong": KINDS[kind]["written"]} for kind in wrong])


@cache
def _shape(kind: str) -> Any:
    return Draft202012Validator(KINDS[kind]["shape"], format_checker=Draft202012Validator.FORMAT_CHECKER)
