"""Which service is shown first, and why: each result says why it is where it is. No I/O."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from common.contracts.partners.directory import Reason, ServiceStatus

_LONGEST = 10_000


@dataclass(frozen=True, slots=True)
class Offer:
    """What ranking looks at in a service."""

    service_id: UUID
    name: str
    needs: tuple[str, ...]
    districts: tuple[str, ...]
    councils: tuple[str, ...]
    status: str
    capacity: int | None
    waiting_days: int | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for: help with any of these needs, in any of these places."""

    needs: frozenset[str]
    districts: frozenset[str]
    councils: frozenset[str] = frozenset()


def rank(offers: Iterable[Offer], wanted: Wanted) -> list[tuple[Offer, list[Reason]]]:
    """The offers, the most helpful first: open, with room, near, soon."""
    return [(offer, reasons(offer, wanted)) for offer in sorted(offers, key=lambda offer: _order(offer, wanted))]


def reasons(offer: Offer, wanted: Wanted) -> list[Reason]:
    """Why an offer is where it is, in words for a resident."""
    return [_need(offer, wanted), _place(offer, wanted), *_closed(offer), _capacity(offer), _waiting(offer)]


def _order(offer: Offer, wanted: Wanted) -> tuple[Any, ...]:
    """Closed and full ones last; then who serves the very district; then who is soonest and has the most room."""
    return (
        offer.status != ServiceStatus.ACTIVE,
        offer.capacity == 0,
        not _serves_district(offer, wanted),
        _LONGEST if offer.waiting_days is None else offer.waiting_days,
        -(offer.capacity or 0),
        offer.name,
        offer.service_id,
    )


def _serves_district(offer: Offer, wanted: Wanted) -> bool:
    return bool(wanted.districts.intersection(offer.districts))


def _need(offer: Offer, wanted: Wanted) -> Reason:
    served = sorted(wanted.needs.intersection(offer.needs))
    return Reason(code="serves_need", text=f"Helps with {', '.join(need.replace('_', ' ') for need in served)}.")


def _place(offer: Offer, wanted: Wanted) -> Reason:
    if near := sorted(wanted.districts.intersection(offer.districts)):
        return Reason(code="serves_district", text=f"Serves {', '.join(near)}.")
    whole = sorted(wanted.councils.intersection(offer.councils)) or sorted(offer.councils)
    return Reason(code="serves_council", text=f"Serves the whole of {', '.join(name.capitalize() for name in whole)}.")


def _closed(offer: Offer) -> list[Reason]:
    if offer.status == ServiceStatus.ACTIVE:
        return []
    return [Reason(code="temporarily_closed", text="It is closed for the time being.")]


def _capacity(offer: Offer) -> Reason:
    if offer.capacity is None:
        return Reason(code="capacity_unknown", text="We do not know how many more people it can take.")
    if offer.capacity == 0:
        return Reason(code="full", text="It is full at the moment.")
    return Reason(code="has_capacity", text=f"It can take {offer.capacity} more.")


def _waiting(offer: Offer) -> Reason:
    if offer.waiting_days is None:
        return Reason(code="waiting_unknown", text="We do not know how long the wait is.")
    if offer.waiting_days == 0:
        return Reason(code="no_waiting", text="There is no wait.")
    days = "1 day" if offer.waiting_days == 1 else f"{offer.waiting_days} days"
    return Reason(code="waiting", text=f"The wait is about {days}.")
