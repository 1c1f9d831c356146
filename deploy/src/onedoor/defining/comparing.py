"""Where two services differ, as lines to read."""

from __future__ import annotations

import json
from typing import Any

from case_crm.domain.definitions import ServiceDefinition, differences


def ledger(definition: ServiceDefinition) -> list[str]:
    """Where a service differs from the one it extends, each with its reason."""
    return [
        f"{each.at}: {_shown(each.was)} -> {_shown(each.is_)}  because: {each.because}"
        for each in definition.differences
    ]


def between(one: ServiceDefinition, other: ServiceDefinition) -> list[str]:
    """Where two services differ, whatever their councils and versions."""
    found = differences(one.document(), other.document())
    return [f"{each.at}: {_shown(each.one)} -> {_shown(each.other)}" for each in found]


def _shown(value: Any) -> str:
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False)
