"""What becomes of a referral once it is known whether it may be shared. No I/O."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from common.contracts.partners.organisations import PartnerStatus
from common.contracts.partners.referral_events import NotMadeReason, ReferralNotMade, ReferralStatus
from common.contracts.people.releases import ReleaseGranted, ReleaseRefused

from partner_gateway.domain.moves import told


def why_not(
    answer: ReleaseGranted | ReleaseRefused, *, receivers: Sequence[str], now: datetime
) -> NotMadeReason | None:
    """Why a referral is not sent; None where it is. `receivers` is the status of the partner that is asked, if one is."""
    if isinstance(answer, ReleaseRefused):
        return NotMadeReason(answer.because.value)
    if answer.valid_until is not None and answer.valid_until < now:
        return NotMadeReason.ASK_AGAIN
    if any(status != PartnerStatus.ACTIVE for status in receivers):
        return NotMadeReason.PARTNER_NOT_ACTIVE
    return None


def granted(shared: dict[str, Any], answer: ReleaseGranted) -> dict[str, Any]:
    """Of what was to be shared, exactly what may be."""
    may = {group.value for group in answer.field_groups}
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
