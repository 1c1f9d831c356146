"""The words of cases: where one stands, and how one ends."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from common.contracts.base import Anything, Code

Answers = Annotated[dict[Code, Anything], Field(max_length=100)]


class Status(StrEnum):
    """Where a case stands, in the words that all services share."""

    SUBMITTED = "submitted"
    RECEIVED = "received"
    TRIAGED = "triaged"
    IN_PROGRESS = "in_progress"
    AWAITING_CUSTOMER = "awaiting_customer"
    AWAITING_PARTNER = "awaiting_partner"
    SCHEDULED = "scheduled"
    RESOLVED = "resolved"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    OTHER = "other"


class Result(StrEnum):
    """How a case ended. Fixed is not the same as closed."""

    FIXED = "fixed"
    PROVIDED = "provided"
    DECIDED_APPROVED = "decided_approved"
    DECIDED_REFUSED = "decided_refused"
    NO_FURTHER_ACTION = "no_further_action"
    NOT_RESPONSIBLE = "not_responsible"
    DUPLICATE_OF = "duplicate_of"
    REFERRED = "referred"
    UNABLE_TO_CONTACT = "unable_to_contact"
    OTHER = "other"


ENDED = frozenset({Status.RESOLVED, Status.CLOSED, Status.WITHDRAWN, Status.CANCELLED})
