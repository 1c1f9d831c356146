"""The life of an information-sharing agreement. (What may pass on those in force: `common.agreements`.) No I/O."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from common.contracts.partners.agreements import (
    IN_FORCE,
    AgreementAction,
    AgreementCannotGoThere,
    AgreementDates,
    AgreementNotBegun,
    AgreementStatus,
    DraftAgreement,
    MoveAgreement,
    NotServedHere,
    NotYourAgreement,
    SamePurposeTwice,
    SignAgreement,
    SignedAlready,
    WhoSignedForThePartner,
)

LONGEST_UNSEEN = timedelta(days=3 * 366)

S = AgreementStatus
MOVES: Mapping[AgreementStatus, Sequence[str]] = {
    S.DRAFT: ("sign", "revoke"),
    S.SIGNED: ("activate", "revoke"),
    S.ACTIVE: ("review", "revoke"),
    S.REVIEW_DUE: ("review", "revoke"),
    S.EXPIRED: (),
    S.REVOKED: (),
}
LABELS: Mapping[str, str] = {
    "sign": "Sign for your council",
    "activate": "Put in force",
    "review": "Note that it was reviewed",
    "revoke": "End it now",
}


@dataclass(frozen=True, slots=True)
class Days:
    """When an agreement begins, is looked at again, and ends: that day is its last."""

    begins_on: date
    review_on: date
    ends_on: date


def check_draft(command: DraftAgreement, *, council: str, known: Collection[str], today: date) -> None:
    """Raises NotYourAgreement, NotServedHere, SamePurposeTwice or AgreementDates."""
    if council not in command.councils:
        raise NotYourAgreement
    if unknown := sorted(set(command.councils) - set(known)):
        raise NotServedHere(councils=unknown)
    if len({term.purpose for term in command.terms}) < len(command.terms):
        raise SamePurposeTwice
    check_days(Days(command.begins_on, command.review_on, command.ends_on), today=today)


def check_days(days: Days, *, today: date) -> None:
    """Raises AgreementDates where they are not in order, or are over, or it would go unseen for too long."""
    in_order = days.begins_on < days.review_on <= days.ends_on
    if not in_order or days.review_on <= today or days.review_on - max(today, days.begins_on) > LONGEST_UNSEEN:
        raise AgreementDates


def check_move(command: MoveAgreement, status: AgreementStatus, *, council: str, councils: Collection[str]) -> None:
    """Raises NotYourAgreement or AgreementCannotGoThere, with what is possible."""
    if council not in councils:
        raise NotYourAgreement
    if command.transition not in MOVES[status]:
        raise AgreementCannotGoThere(possible=list(MOVES[status]))


def check_signing(command: SignAgreement, signatures: Sequence[Mapping[str, Any]], *, council: str) -> None:
    """Raises SignedAlready, or WhoSignedForThePartner."""
    if any(each["council"] == council for each in signatures):
        raise SignedAlready
    if command.for_partner is None and not any(each["council"] is None for each in signatures):
        raise WhoSignedForThePartner


def check_begun(days: Days, *, today: date) -> None:
    """Raises AgreementNotBegun."""
    if today < days.begins_on:
        raise AgreementNotBegun(begins_on=days.begins_on.isoformat())


def all_signed(signatures: Sequence[Mapping[str, Any]], councils: Collection[str]) -> bool:
    """Whether every council has signed, and the partner."""
    return {each["council"] for each in signatures} >= {*councils, None}


def in_force(status: str, days: Days, *, today: date) -> bool:
    """Whether what it covers may pass today. That its day is over counts, whether or not anybody has noted it yet."""
    return status in IN_FORCE and days.begins_on <= today <= days.ends_on


def next_actions(status: AgreementStatus) -> list[AgreementAction]:
    """What may be done with an agreement now."""
    return [AgreementAction(transition=name, label=LABELS[name]) for name in MOVES[status]]
