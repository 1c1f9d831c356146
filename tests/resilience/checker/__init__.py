"""What a healed platform must look like, asked of rows that were read: nothing here connects to anything."""

from __future__ import annotations

from tests.resilience.checker.effects import on_cases, on_feedback, on_partners
from tests.resilience.checker.evidence import on_evidence
from tests.resilience.checker.people import on_people
from tests.resilience.checker.writes import lost, unasked, unheard, with_gaps

__all__ = [
    "lost",
    "on_cases",
    "on_evidence",
    "on_feedback",
    "on_partners",
    "on_people",
    "unasked",
    "unheard",
    "with_gaps",
]
