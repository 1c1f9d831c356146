"""Accounts: the login that leads to a person, its states and what leads from one to another."""

from __future__ import annotations

from enum import StrEnum

from common.contracts.base import Code, Command, CouncilId, Event, Refusal


class AccountStatus(StrEnum):
    """How far an account may be used. Nobody signs in with a `provisional` one yet: its person was helped."""

    PROVISIONAL = "provisional"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    MERGED_INTO = "merged_into"
    DECEASED = "deceased"
    CLOSED = "closed"


class SuspendedBecause(StrEnum):
    """Why an account is suspended."""

    ASKED_BY_PERSON = "asked_by_person"
    SOMEBODY_ELSE_HAS_ACCESS = "somebody_else_has_access"
    MISUSE = "misuse"
    OTHER = "other"


class ClosedBecause(StrEnum):
    """Why an account is closed."""

    ASKED_BY_PERSON = "asked_by_person"
    NOT_USED = "not_used"
    OPENED_IN_ERROR = "opened_in_error"
    OTHER = "other"


class DeathEvidence(StrEnum):
    """What somebody's death was known by. It is kept where it was said: no event carries it."""

    CERTIFICATE_SEEN = "certificate_seen"
    REGISTRAR = "registrar"
    TELL_US_ONCE = "tell_us_once"
    OTHER = "other"


class LockedBecause(StrEnum):
    """Why nobody signs in with an account, beside its being suspended or closed."""

    DIED = "died"
    MERGED = "merged"
    OTHER = "other"


class AccountEvent(Event, aggregate="account", speaker="customer-account"):
    """The life of an account. Its id is the person's."""


class AccountSuspended(AccountEvent, name="account.suspended"):
    """Nobody signs in with this account for the time being."""

    because: Code
    visible_to: list[CouncilId]


class AccountReinstated(AccountEvent, name="account.reinstated"):
    """A suspended account may be used again."""

    visible_to: list[CouncilId]


class AccountClosed(AccountEvent, name="account.closed"):
    """Nobody signs in with this account any more. What is known of its person stays."""

    because: Code
    visible_to: list[CouncilId]


class AccountLocked(AccountEvent, name="account.locked"):
    """Nobody signs in with this account because of what is known of its person, until that is taken back."""

    because: Code
    visible_to: list[CouncilId]


class AccountUnlocked(AccountEvent, name="account.unlocked"):
    """What an account was locked for was taken back: it is as it was before."""

    visible_to: list[CouncilId]


class SuspendAccount(Command):
    """Let nobody sign in with an account for the time being."""

    because: SuspendedBecause


class CloseAccount(Command):
    """Let nobody sign in with an account any more."""

    because: ClosedBecause


class ConfirmDeath(Command):
    """Somebody has died. The day, where it is known, is noted as a fact (`date_of_death`)."""

    evidence: DeathEvidence


class SuspendedAlready(Refusal, status=409):
    """This account is suspended."""


class NotSuspended(Refusal, status=409):
    """This account is not suspended."""


class ClosedAlready(Refusal, status=409):
    """This account is closed."""


class InUseAlready(Refusal, status=409):
    """Somebody signs in with this account already."""


class NobodySignsIn(Refusal, status=409):
    """Nobody signs in with this account yet."""


class DeathOnRecord(Refusal, status=409):
    """We hold that this person has died. If that is wrong, take it back first."""


class NoDeathOnRecord(Refusal, status=409):
    """We do not hold that this person has died."""


class JoinedWithAnother(Refusal, status=409):
    """This record is joined with another. Use that one."""


class NotJoined(Refusal, status=409):
    """This record is not joined with another."""


class AccountIsSuspended(Refusal, status=403):
    """Your account is suspended. Please get in touch with your council."""


class AccountIsClosed(Refusal, status=403):
    """Your account is closed. Your council can still help you in other ways."""


class AccountIsLocked(Refusal, status=403):
    """We were told that the person this account belongs to has died. If that is wrong, please tell your council at once."""


class SignInAgain(Refusal, status=403):
    """Your record is joined with the one we had before. Please sign in again to go on with it."""
