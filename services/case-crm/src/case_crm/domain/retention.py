"""From which day a case that ended is kept no longer is counted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from case_crm.domain.definitions.retention import Retained

FARTHEST_YEARS = 100
"""A date in a form that lies further ahead is taken for a slip of the pen."""


def begins(
    kept: Retained, answers: Mapping[str, Any], *, ended: date, decided: date | None, part_of_open: bool
) -> date | None:
    """The day from which a case is kept for its time; None while what it is part of goes on.

    A date in the form counts where it is later than the end of the case: nothing goes sooner by what was written in a form.
    """
    match kept.starts:
        case "decided":
            return decided or ended
        case "answer":
            told = _day(answers.get(kept.question or ""))
            return told if told and told > ended and told.year <= ended.year + FARTHEST_YEARS else ended
        case "main_case":
            return None if part_of_open else ended
        case _:
            return ended


def _day(answer: Any) -> date | None:
    try:
        return date.fromisoformat(answer)
    except (TypeError, ValueError):
        return None
