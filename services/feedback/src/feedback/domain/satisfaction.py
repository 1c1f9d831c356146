"""How satisfied people are: measures that are never shown without how many of those asked have answered."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from common.contracts.feedback import SatisfactionView

GOOD, POOR = (4, 5), (1, 2)
_PLACES = Decimal("0.001")


def satisfaction(service: str, ratings: Mapping[int, int], *, invitations: int) -> SatisfactionView:
    """The measures of a service, from how often each rating was given and how many were asked."""
    responses = sum(ratings.values())
    good, poor = (sum(ratings.get(rating, 0) for rating in group) for group in (GOOD, POOR))
    return SatisfactionView(
        service=service,
        invitations=invitations,
        responses=responses,
        response_rate=_ratio(responses, invitations),
        good=good,
        neither=responses - good - poor,
        poor=poor,
        mean_rating=_ratio(sum(rating * times for rating, times in ratings.items()), responses),
        net_satisfaction=_ratio(good - poor, responses),
    )


def _ratio(part: int, whole: int) -> float | None:
    """Three places, halves up, counted in decimals: 0.6375 is 0.638. Nothing where there is nothing to divide by."""
    return float((Decimal(part) / whole).quantize(_PLACES, ROUND_HALF_UP)) if whole else None
