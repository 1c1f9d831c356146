"""Where two documents differ, by place: questions and transitions go by their names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from case_crm.domain.definitions.extending import without


class Differing(NamedTuple):
    """One place, what the first has there and what the other has. None is nothing."""

    at: str
    one: Any
    other: Any


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[Differing]:
    """Where two services differ, whatever their councils and versions."""
    return [*differing(without(one, []), without(other, []))]


def differing(one: Any, other: Any, at: str = "") -> Iterator[Differing]:
    """Where two values differ, down to the smallest that do."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted({*one, *other}):
            yield from differing(one.get(key), other.get(key), f"{at}/{key}")
    elif isinstance(one, list) and isinstance(other, list) and _named(one + other):
        yield from differing(_named(one), _named(other), at)
    elif one != other:
        yield Differing(at, one, other)


def _named(items: list[Any]) -> dict[str, Any]:
    """Questions and transitions by their names."""
    return {
        name: item
        for item in items
        if isinstance(item, dict) and (name := item.get("question") or item.get("transition"))
    }
