"""The words of tellings: what may happen in a life, where a telling stands, and where each of its deliveries does."""

from __future__ import annotations

from enum import StrEnum


class LifeEventKind(StrEnum):
    """What happened in somebody's life that several services must know."""

    BEREAVEMENT = "bereavement"
    BIRTH = "birth"
    MOVE = "move"
    HOUSEHOLD_CHANGE = "household_change"
    INCOME_CHANGE = "income_change"
    NAME_CHANGE = "name_change"
    CARING = "caring"
    DISABILITY_CHANGE = "disability_change"
    TENANCY_START = "tenancy_start"
    TENANCY_END = "tenancy_end"
    OTHER = "other"


class TellingStatus(StrEnum):
    """Where a telling stands. A `previewed` one was read as it would go out now; an `abandoned` one was given up before anybody
    was told. A `linked` one told what another had told already, and went nowhere by itself."""

    DRAFT = "draft"
    PREVIEWED = "previewed"
    CONFIRMED = "confirmed"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    COMPLETED_WITH_EXCEPTIONS = "completed_with_exceptions"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    ABANDONED = "abandoned"
    LINKED = "linked"
    OTHER = "other"


class DeliveryStatus(StrEnum):
    """Where a delivery stands: one recipient's part of a telling."""

    AWAITING_CONSENT = "awaiting_consent"
    PLANNED = "planned"
    SENT = "sent"
    DELIVERED = "delivered"
    ACKNOWLEDGED = "acknowledged"
    MATCHED = "matched"
    NOT_HELD = "not_held"
    AMBIGUOUS = "ambiguous"
    MORE_INFORMATION_NEEDED = "more_information_needed"
    ACTIONING = "actioning"
    ACTIONED = "actioned"
    REJECTED = "rejected"
    FAILED = "failed"
    EXCLUDED = "excluded"
    SUPPRESSED = "suppressed"
    OTHER = "other"


class DeliveryMove(StrEnum):
    """What a recipient does with a delivery."""

    ACKNOWLEDGE = "acknowledge"
    MATCH = "match"
    NOT_HELD = "not_held"
    FIND_SEVERAL = "find_several"
    ASK_FOR_MORE = "ask_for_more"
    START = "start"
    ACTION = "action"
    REJECT = "reject"
    FAIL = "fail"
    OTHER = "other"


class Sends(StrEnum):
    """What a delivery brings: something new, what is otherwise than it was told, or that it was told in error."""

    TELLING = "telling"
    CORRECTION = "correction"
    RETRACTION = "retraction"
    OTHER = "other"


class Basis(StrEnum):
    """What allows a recipient to be told."""

    PUBLIC_TASK = "public_task"
    LEGAL_DUTY = "legal_duty"
    CONTRACT = "contract"
    AGREEMENT = "agreement"
    EXPLICIT_CONSENT = "explicit_consent"
    OTHER = "other"
