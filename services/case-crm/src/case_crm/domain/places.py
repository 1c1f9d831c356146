"""Where cases are about: as an answer, as a box on the map, and how far apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Any

from common.contracts.cases import Point
from pydantic import ValidationError

EARTH = 6_371_000  # metres from its middle
DEGREE = 111_195  # metres from one degree of latitude to the next


@dataclass(frozen=True, slots=True)
class Box:
    """Everything that is near a place, and a little more, by its sides in degrees."""

    south: float
    north: float
    west: float
    east: float


def point_of(answer: Any) -> Point | None:
    """The place that an answer tells; None where it tells none."""
    try:
        return Point.model_validate(answer) if isinstance(answer, Mapping) else None
    except ValidationError:
        return None


def around(place: Point, metres: float) -> Box:
    """The box around a place that has in it whatever is so near."""
    high, wide = metres / DEGREE, metres / (DEGREE * cos(radians(place.lat)))
    return Box(place.lat - high, place.lat + high, place.lon - wide, place.lon + wide)


def metres_between(one: Point, other: Point) -> float:
    """How far it is from one place to another, as the crow flies."""
    lat, lon = radians(other.lat - one.lat), radians(other.lon - one.lon)
    half = sin(lat / 2) ** 2 + cos(radians(one.lat)) * cos(radians(other.lat)) * sin(lon / 2) ** 2
    return 2 * EARTH * asin(sqrt(half))
