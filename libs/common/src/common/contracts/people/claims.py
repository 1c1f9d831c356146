"""Claiming: somebody who was helped without an e-mail address signs in later, and is led to the record we made for them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from common.contracts.base import Command, CouncilId, Event, PersonId, Refusal, View
from common.contracts.people.accounts import AccountEvent
from common.contracts.people.persons import Postcode

TypedReference = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class ClaimStatus(StrEnum):
    """What came of a claim. Why it did not match is told to nobody."""

    PENDING = "pending"
    CLAIMED = "claimed"
    NOT_MATCHED = "not_matched"


class AccountClaimed(AccountEvent, name="account.claimed"):
    """A person signs in from now on. `claimed_by` is the id that their login had so far: it leads to this person."""

    claimed_by: PersonId
    visible_to: list[CouncilId]


class ClaimReferenceIssued(AccountEvent, name="claim_reference.issued"):
    """A person was given a reference to claim their account with. It is not part of this."""

    expires_at: datetime
    visible_to: list[CouncilId]


class ClaimReferenceWithdrawn(AccountEvent, name="claim_reference.withdrawn"):
    """The reference that a person was given is good for nothing any more."""

    visible_to: list[CouncilId]


class ClaimEvent(Event, aggregate="claim", speaker="customer-account"):
    """The claims of one login: its id is the login's."""


class ClaimMade(ClaimEvent, name="claim.made"):
    """A login claims an account. Of the reference there is a digest, and of the answers a digest under the reference.

    Without the reference, which nobody keeps, neither says anything.
    """

    reference_digest: str | None
    proofs: list[str]


class IssueClaimReference(Command):
    """Give a person a reference to claim their account with, good for some days. One given before is withdrawn."""

    days: int = Field(default=14, ge=1, le=28)


class ClaimReferenceView(View):
    """A reference to claim an account with, as it is shown once, and what is asked beside it."""

    person_id: PersonId
    version: int
    reference: str
    expires_at: datetime
    checks: list[str]


class MakeClaim(Command):
    """What somebody says to be led to the record we made for them. What they say is kept nowhere."""

    reference: TypedReference
    date_of_birth: date
    postcode: Postcode | None = None


class ClaimView(View):
    """What came of a login's last claim. Who has claimed signs in again, and goes on as `person_id`."""

    status: ClaimStatus
    person_id: PersonId | None
    tries_left: int
    more_from: datetime


class TooManyTries(Refusal, status=429):
    """You have tried several times. Please wait a while before you try again, or ask your council for a new reference."""


class NothingToCheckBy(Refusal, status=409):
    """We hold no date of birth to check a claim by. Note it first."""


class NoClaimReference(Refusal, status=409):
    """There is no reference to withdraw."""
