"""An entry of the directory: what makes sense in it, and under what it is found. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from common.contracts.partners.directory import NotServing, ServiceStatus

OFFERED = frozenset({ServiceStatus.ACTIVE, ServiceStatus.TEMPORARILY_CLOSED})
ANY_COUNCIL = "*"  # what a service that serves whole councils is found under by somebody who names none


def reach(needs: Iterable[str], districts: Iterable[str], councils: Iterable[str], status: str) -> set[tuple[str, str]]:
    """Every need and place under which a service is found; none where it is not offered."""
    served = list(councils)
    places = [*districts, *served, *([ANY_COUNCIL] if served else [])]
    return {(need, place) for need in needs for place in places} if status in OFFERED else set()


def check_sense(entry: Mapping[str, Any]) -> None:
    """Raises NotServing where an entry serves nowhere, or its ages are upside down."""
    youngest, oldest = entry["min_age"], entry["max_age"]
    if youngest is not None and oldest is not None and youngest > oldest:
        raise NotServing
    if not (entry["districts"] or entry["councils"]):
        raise NotServing
