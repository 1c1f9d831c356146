"""Identity checks: how sure we are of who somebody is, and by what; and the account that they count for. No answers."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field

from common.contracts.base import Code, Command, CouncilId, PersonId, Refusal, View
from common.contracts.people.accounts import AccountEvent, AccountStatus


class IdentityLevel(StrEnum):
    """How sure we are that whoever signs in, or calls, is the person."""

    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class IdentityMethod(StrEnum):
    """By what somebody's identity was checked."""

    THREE_NAMED_CHECKS = "three_named_checks"
    DOCUMENTS_SEEN = "documents_seen"
    KNOWN_TO_OFFICER = "known_to_officer"
    CLAIM_REFERENCE = "claim_reference"
    OIDC = "oidc"
    ONE_LOGIN = "one_login"


class NamedCheck(StrEnum):
    """What somebody was asked about, and knew."""

    FULL_NAME = "full_name"
    DATE_OF_BIRTH = "date_of_birth"
    ADDRESS = "address"
    PHONE = "phone"
    EMAIL = "email"
    NATIONAL_INSURANCE_NUMBER = "national_insurance_number"
    COUNCIL_TAX_ACCOUNT = "council_tax_account"
    RECENT_CASE = "recent_case"
    HOUSEHOLD = "household"


class IdentityChecked(AccountEvent, name="identity.checked"):
    """Somebody's identity was checked, and they are who they say. `level` is what this check is worth."""

    method: Code
    level: Code
    good_until: date | None
    visible_to: list[CouncilId]


class RecordIdentityCheck(Command):
    """A person passed a check. Of three named checks say which; never what was answered."""

    method: Literal["three_named_checks", "documents_seen", "known_to_officer"]
    checks: list[NamedCheck] = Field(default_factory=list, max_length=9)


class IdentityCheckView(View):
    """One check of who somebody is, and until which day it counts; null where it counts for as long as they are known."""

    method: str
    checks: list[str]
    level: IdentityLevel
    at: datetime
    council: str
    good_until: date | None


class AccountView(View):
    """An account as its reader may see it. `merged_into` is the person under whose id it goes on."""

    person_id: PersonId
    version: int
    status: AccountStatus
    since: datetime
    because: str | None
    may_sign_in: bool
    merged_into: PersonId | None
    identity_level: IdentityLevel = IdentityLevel.NONE
    identity_checks: list[IdentityCheckView] = Field(default_factory=list)


class ThreeChecksNeeded(Refusal, status=422):
    """Say which three different things the person knew; for another kind of check, none."""
