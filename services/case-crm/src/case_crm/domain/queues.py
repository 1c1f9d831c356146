"""Where a case waits, and its place there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from common.contracts.cases.clocks import Direction
from common.contracts.cases.offers import TeamView
from common.contracts.cases.queues import TRIAGE

from case_crm.domain.clocks import Clock
from case_crm.domain.conditions import Known, dealt_with_by
from case_crm.domain.definitions import ServiceDefinition

NOTHING_PROMISED = timedelta(days=28)  # so that what nobody promised by a day is not last for ever
URGENT = "urgent"


def route(definition: ServiceDefinition, known: Known, today: date) -> TeamView:
    """The team that a new case waits for: by its rules, else whoever owns the service, else those who look at what has no team."""
    found = dealt_with_by(definition, known, today)
    return found or TeamView(team=definition.owner or TRIAGE, priority="normal")


def place(priority: str, opened_at: datetime, running: Iterable[Clock]) -> datetime:
    """The moment that orders cases in a queue: an urgent one stands where it came, the others where they are due first."""
    if priority == URGENT:
        return opened_at
    due = [each.due_at for each in running if each.ended_at is None and each.direction is Direction.COUNCIL_TO_CUSTOMER]
    return min(due, default=opened_at + NOTHING_PROMISED)
