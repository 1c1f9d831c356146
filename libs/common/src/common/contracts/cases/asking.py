"""Whether a question is asked, and why: the words of telling us once."""

from __future__ import annotations

from enum import StrEnum


class Standing(StrEnum):
    """How a question of a form stands: its answer is held and current; it was, and is to be confirmed; or it is to be asked."""

    HELD = "held"
    TO_CONFIRM = "to_confirm"
    TO_ASK = "to_ask"


class Why(StrEnum):
    """Why a question stands as it does."""

    CURRENT = "current"
    STALE = "stale"
    NOT_HELD = "not_held"
    ONLY_HERE = "only_here"
    NO_KEY = "no_key"
    COPY_LATE = "copy_late"
    DOES_NOT_FIT = "does_not_fit"


class AskedBecause(StrEnum):
    """Why we asked what we may hold: it was `known`; our copy was late; or it lies sealed, and its key is not here."""

    KNOWN = "known"
    COPY_LATE = "copy_late"
    NO_KEY = "no_key"
    OTHER = "other"
