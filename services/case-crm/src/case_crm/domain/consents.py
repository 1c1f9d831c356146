"""Whether a recipient may be told of somebody, by what they said of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol


class Word(Protocol):
    """What somebody said, under one of their ids: yes to these groups of fields, or no."""

    given: bool
    field_groups: Collection[str]
    said_at: datetime


def answer(words: Sequence[Word], groups: Collection[str]) -> bool | None:
    """Yes where the last word covers all that is to be given, no where it is one; None while that is not said."""
    if not words:
        return None
    last = max(words, key=lambda word: word.said_at)
    if not last.given:
        return False
    return True if set(groups) <= set(last.field_groups) else None
