"""Claiming an account: what is kept of a reference and of the answers beside it, who may try how often, and what fits."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from common.contracts.people.accounts import AccountStatus
from common.contracts.people.claims import NothingToCheckBy, TooManyTries

from customer_account.domain.accounts import TRANSITIONS, Step
from customer_account.domain.finding import postcode_key

MOST_OF_LOGIN = 5
MOST_OF_REFERENCE = 5  # ever: then it is good for nothing
MOST_IN_COUNCIL = 100
WINDOW = timedelta(hours=1)
_LEAST_BITS = 40  # a typed number so small is none of ours, and too easy to guess to keep anything under it


class Said(NamedTuple):
    """What is kept of what a claim says; of one that cannot be right, nothing."""

    digest: str | None
    proofs: list[str]


def said(number: int | None, *, date_of_birth: date, postcode: str | None) -> Said:
    """What is kept of a claim whose reference reads as this number."""
    if number is None or number.bit_length() < _LEAST_BITS:
        return Said(None, [])
    places = [None, postcode_key(postcode)] if postcode else [None]
    return Said(digest(number), [proof(number, date_of_birth.isoformat(), place) for place in places])


def digest(number: int) -> str:
    """What is kept of a reference."""
    return hashlib.sha256(f"claim:{number}".encode()).hexdigest()


def proof(number: int, date_of_birth: str, postcode: str | None) -> str:
    """What is kept of the right answers: a digest under the reference itself, which nobody keeps, so that none can be tried."""
    answers = f"{date_of_birth}|{postcode or ''}".encode()
    return hmac.new(number.to_bytes(32), answers, hashlib.sha256).hexdigest()


def asked(facts: dict[str, Any], *, protected: bool) -> dict[str, str]:
    """What somebody is asked beside the reference, with the right answers. Raises NothingToCheckBy.

    Of somebody who is protected no address is asked: that it is right, or wrong, would say where they are.
    """
    if "date_of_birth" not in facts:
        raise NothingToCheckBy
    found = {"date_of_birth": facts["date_of_birth"]}
    if "postcode" in facts and not protected:
        found["postcode"] = postcode_key(facts["postcode"])
    return found


class Tries(NamedTuple):
    """How often a login has tried since when."""

    made: int
    since: datetime


def try_once(so_far: Tries | None, *, now: datetime) -> Tries:
    """One more try. Raises TooManyTries, which says from when there are more."""
    if so_far is None or now >= so_far.since + WINDOW:
        return Tries(1, now)
    if so_far.made >= MOST_OF_LOGIN:
        raise TooManyTries(more_from=(so_far.since + WINDOW).isoformat())
    return Tries(so_far.made + 1, so_far.since)


class Outcome(StrEnum):
    """What comes of a claim. Whoever made it hears of two of these alone: that it fits, or that it does not."""

    FITS = "fits"
    TOO_MANY = "too_many"
    NO_SUCH_REFERENCE = "no_such_reference"
    EXPIRED = "expired"
    WRONG_ANSWERS = "wrong_answers"
    NOT_IN_THIS_STATE = "not_in_this_state"
    HELD = "held"


class Offered(NamedTuple):
    """An account that waits to be claimed."""

    proof: str
    expires_at: datetime
    status: AccountStatus


def settle(
    proofs: Sequence[str],
    offered: Offered | None,
    login: AccountStatus,
    *,
    too_many: bool,
    held: bool,
    at: datetime,
) -> Outcome:
    """What comes of a claim by a login that stands so. Where what is held by law would be joined, an officer is to see to it."""
    if too_many:
        return Outcome.TOO_MANY
    if offered is None:
        return Outcome.NO_SUCH_REFERENCE
    if at >= offered.expires_at:
        return Outcome.EXPIRED
    fit = [hmac.compare_digest(offered.proof, each) for each in proofs]  # every one is compared, whichever fits
    if not any(fit):
        return Outcome.WRONG_ANSWERS
    if Step.CLAIM not in TRANSITIONS[offered.status] or Step.MERGE not in TRANSITIONS[login]:
        return Outcome.NOT_IN_THIS_STATE
    if held:
        return Outcome.HELD
    return Outcome.FITS
