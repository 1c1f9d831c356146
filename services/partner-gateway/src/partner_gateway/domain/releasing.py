"""What becomes of a referral once it is known whether it may be shared. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from common.agreements import Cover
from common.contracts.partners.consents import Purpose
from common.contracts.partners.organisations import PartnerStatus
from common.contracts.partners.referral_events import NotMadeReason, ReferralNotMade, ReferralStatus
from common.contracts.people.releases import ReleaseGranted, ReleaseRefused

from partner_gateway.domain.moves import told


@dataclass(frozen=True, slots=True)
class Asked:
    """The partner that is asked: where it stands, and what it may be shown of this council's people."""

    status: str
    cover: Cover
    council: str

    @property
    def agreed(self) -> bool:
        return self.cover.serves(self.council, Purpose.REFERRAL)

    @property
    def may_be_shown(self) -> frozenset[str]:
        return self.cover.shown(self.council, Purpose.REFERRAL)


def why_not(answer: ReleaseGranted | ReleaseRefused, asked: Asked | None, *, now: datetime) -> NotMadeReason | None:
    """Why a referral is not sent; None where it is."""
    if isinstance(answer, ReleaseRefused):
        return NotMadeReason(answer.because.value)
    if answer.valid_until is not None and answer.valid_until < now:
        return NotMadeReason.ASK_AGAIN
    if asked is not None and asked.status != PartnerStatus.ACTIVE:
        return NotMadeReason.PARTNER_NOT_ACTIVE
    return NotMadeReason.NO_AGREEMENT if asked is not None and not asked.agreed else None


def granted(shared: dict[str, Any], answer: ReleaseGranted, asked: Asked | None) -> dict[str, Any]:
    """Of what was to be shared, exactly what may be: as the person agreed, and the agreement with who is asked."""
    may = {group.value for group in answer.field_groups}
    if asked is not None:
        may &= asked.may_be_shown
    return {group: fields for group, fields in shared.items() if group in may}


def not_made(reason: NotMadeReason, to_name: str | None) -> ReferralNotMade:
    """What is said of a referral that is not sent."""
    status = ReferralStatus.NOT_MADE
    return ReferralNotMade(
        transition="not_made",
        was=ReferralStatus.SENDING,
        status=status,
        reason=reason,
        told_to_resident=told(status, to_name, reason),
    )
