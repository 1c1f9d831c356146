"""Where two services differ."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from case_crm.domain.definitions import ServiceDefinition, without


def ledger(definition: ServiceDefinition) -> list[str]:
    """Where a service differs from the one it extends, each with its reason."""
    return [
        f"{each.at}: {_shown(each.was)} -> {_shown(each.is_)}  because: {each.because}"
        for each in definition.differences
    ]


def between(one: ServiceDefinition, other: ServiceDefinition) -> list[str]:
    """Where two services differ, whatever their councils and versions."""
    mine, theirs = (without(each.document(), []) for each in (one, other))
    return [f"{at}: {_shown(was)} -> {_shown(now)}" for at, was, now in _differing(mine, theirs, "")]


def _differing(one: Any, other: Any, at: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted({*one, *other}):
            yield from _differing(one.get(key), other.get(key), f"{at}/{key}")
    elif isinstance(one, list) and isinstance(other, list) and _named(one + other):
        yield from _differing(_named(one), _named(other), at)
    elif one != other:
        yield at, one, other


def _named(items: list[Any]) -> dict[str, Any]:
    """Questions and transitions by their names."""
    return {
        name: item
        for item in items
        if isinstance(item, dict) and (name := item.get("question") or item.get("transition"))
    }


def _shown(value: Any) -> str:
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False)
