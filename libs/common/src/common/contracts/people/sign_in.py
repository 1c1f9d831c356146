"""Signing in by a provider: beginning, coming back, going on, signing out. No answer says why somebody was not signed in."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import parse_qsl
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from common.contracts.base import Command, CouncilId, Event, Open, PersonId, Refusal, View

Provider = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
ReturnTo = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Opaque = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=r"^[\x21-\x7e]+$")]


class Level(StrEnum):
    """How sure we are who somebody is: they signed in (medium), or their identity was proven (high)."""

    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


# -- what is said


class SessionEnding(StrEnum):
    """What ended a session."""

    SIGNED_OUT = "signed_out"
    SIGNED_OUT_AT_PROVIDER = "signed_out_at_provider"
    ERASED = "erased"
    DIED = "died"
    OTHER = "other"


class SessionEvent(Event, aggregate="session", speaker="customer-account"):
    """One session of somebody who signed in."""


class SessionEnded(SessionEvent, name="session.ended"):
    """Somebody is signed out: every service refuses what is left of the session's tokens at once."""

    because: Open[SessionEnding]


# -- what is asked for


class BeginSignIn(Command):
    """Sign in by this provider, and come back to `return_to` (one of the addresses that are registered, exactly)."""

    provider: Provider
    return_to: ReturnTo


class ProveIdentity(Command):
    """Prove who I am with the provider that I signed in by, and come back to `return_to`."""

    return_to: ReturnTo


class CompleteSignIn(Command):
    """What the provider sent the browser back with: `state`, and a `code` or an `error`."""

    state: Opaque
    code: Opaque | None = None
    error: Opaque | None = None


class LogoutNotice(Command):
    """A provider's notice that somebody signed out there, as a form or as JSON."""

    logout_token: Annotated[str, StringConstraints(min_length=1, max_length=8000)]

    @model_validator(mode="before")
    @classmethod
    def _from_a_form(cls, sent: Any) -> Any:
        return dict(parse_qsl(sent.decode(errors="replace"))) if isinstance(sent, bytes) else sent


# -- what is shown


class ProviderView(View):
    """A way to sign in. `proves_identity`: whether it can also be shown who somebody is."""

    provider: Provider
    label: str
    proves_identity: bool


class StaffProviderView(View):
    """A way to sign in for people who work for these councils."""

    provider: Provider
    label: str
    councils: list[CouncilId]


class ProvidersView(View):
    """The ways to sign in here: `items` are residents', `staff` those of people who work for a council."""

    items: list[ProviderView]
    staff: list[StaffProviderView]


class SignInBegunView(View):
    """Where the browser goes now, and until when it may come back."""

    go_to: str
    ends_at: datetime


class SignedInView(View):
    """A bearer token for every service, good until `expires_at`; ask for the next one before then."""

    token: str
    expires_at: datetime
    person_id: PersonId
    session_id: UUID
    level: Level
    councils: list[CouncilId]


class SignedOutView(View):
    """How many sessions were ended."""

    ended: int


class PublishedKeysView(View):
    """The keys that the platform's tokens are signed with, as a JWK set: the current one, the next and the one before."""

    keys: list[dict[str, Any]] = Field(max_length=3)


# -- refusals


class SignInRefused(Refusal, status=403):
    """We could not sign you in. Please start again."""


class IdentityNotProven(Refusal, status=403):
    """We could not show who you are. You are still signed in as before."""


class NoSuchProvider(Refusal, status=422):
    """You cannot sign in that way here."""


class NotAReturnAddress(Refusal, status=422):
    """We do not send people back to that address."""


class CannotProveIdentity(Refusal, status=422):
    """Who you are cannot be shown in the way you signed in."""


class ProviderAway(Refusal, status=503):
    """The sign-in service does not answer at this moment. Please try again in a few minutes."""


class FromElsewhere(Refusal, status=403):
    """This can only be done from our own pages."""


class NoticeRefused(Refusal, status=400):
    """This notice is not one that we can act on."""
