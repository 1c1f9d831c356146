"""Stopping when consent is withdrawn: whoever was told something on it says that they stopped. Said by partner-gateway."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from common.contracts.base import Event, Refusal, View
from common.contracts.partners.consents import Recipient


class WithdrawalEvent(Event, aggregate="withdrawal", speaker="partner-gateway"):
    """One withdrawn consent, as its recipient deals with it."""

    consent_id: UUID
    recipient: Recipient


class WithdrawalPassedOn(WithdrawalEvent, name="consent.withdrawal_passed_on"):
    """Whoever was told something on it is told to stop: they see it in their list."""


class WithdrawalAcknowledged(WithdrawalEvent, name="consent.withdrawal_acknowledged"):
    """The recipient says that it stopped using what it was told."""


class WithdrawalView(View):
    """A consent that was withdrawn, and the referrals that were made on it. Who it is about is no longer shown."""

    withdrawal_id: UUID
    version: int
    referrals: list[UUID]
    told_at: datetime
    confirmed_at: datetime | None


class StoppedAlready(Refusal, status=409):
    """You said already that you stopped."""
