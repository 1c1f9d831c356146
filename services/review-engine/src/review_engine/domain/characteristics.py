"""Characteristics in bands, as people said them. What is not among the bands of this release is not known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from common.contracts.people.equality import BANDS, Characteristic

UNKNOWN = "unknown"
GROUPS: Mapping[Characteristic, tuple[str, ...]] = {each: (*bands, UNKNOWN) for each, bands in BANDS.items()}


def known_bands(told: Mapping[str, Any]) -> dict[str, str]:
    """What is kept of told bands: none of what could not be opened, nor of what this release does not know."""
    return {each.value: told[each] for each in Characteristic if told.get(each) in BANDS[each]}
