"""Whether a fact that is told is written as facts of its kind are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from common.contracts.fact_kinds import KINDS
from jsonschema import Draft202012Validator


def misshapen(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The kinds that are written otherwise, each with how it is written."""
    for kind, value in facts.items():
        if not _shape(kind).is_valid(value):
            yield kind, KINDS[kind]["written"]


@cache
def _shape(kind: str) -> Any:
    return Draft202012Validator(KINDS[kind]["shape"], format_checker=Draft202012Validator.FORMAT_CHECKER)
