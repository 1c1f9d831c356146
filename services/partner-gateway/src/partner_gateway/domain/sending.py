"""Whether a referral may be sent: who sends it to whom, on which consent, to a service with room. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from common.addresses import has_address
from common.contracts.cases import ForWhom
from common.contracts.partners.consents import ConsentMissing, GivenConsent, Purpose
from common.contracts.partners.directory import ServiceStatus, UnknownDirectoryService
from common.contracts.partners.organisations import PartnerNotActive, PartnerStatus, UnknownPartner
from common.contracts.partners.referral_events import ReferralType
from common.contracts.partners.referrals import AddressElsewhere, MakeReferral, NotTheirService, OnlyForYourself, ToWhom

from partner_gateway.domain.ranking import Offer
from partner_gateway.domain.referrals import TELLS_WHERE, Caller, Parties


@dataclass(frozen=True, slots=True)
class Service:
    """What sending looks at in a service."""

    partner_id: str | None
    council: str
    offer: Offer

    @property
    def full(self) -> bool:
        return self.offer.capacity == 0

    @property
    def open(self) -> bool:
        return self.offer.status == ServiceStatus.ACTIVE


def parties(command: MakeReferral, caller: Caller, *, council: str) -> Parties:
    """Between whom it is. Raises OnlyForYourself, ForWhom or ToWhom."""
    person = _person(command, caller)
    if command.to_partner == caller.partner:  # itself; or the council, or a resident, asks nobody
        raise ToWhom
    return Parties(council, caller.role, person, caller.partner, command.to_partner)


def _person(command: MakeReferral, caller: Caller) -> UUID:
    oneself = command.type is ReferralType.SELF_REFERRAL
    if oneself != (caller.role == "resident"):
        raise OnlyForYourself
    if oneself and command.person_id not in (None, caller.person_id):
        raise OnlyForYourself
    person = caller.person_id if oneself else command.person_id
    if person is None:
        raise ForWhom
    return person


def check_consent(command: MakeReferral, *, recipient: str, now: datetime) -> None:
    """Raises ConsentMissing naming the field groups that no consent to this recipient covers; nobody has agreed tomorrow."""
    agreed = _agreed(command.consent, recipient=recipient, now=now)
    ahead = set(command.consent.field_groups) if command.consent and command.consent.given_at > now else set[Any]()
    if missing := sorted(set(command.shared) - agreed) or sorted(ahead):
        raise ConsentMissing(field_groups=missing, recipient=recipient)


def check_texts(command: MakeReferral) -> None:
    """Raises AddressElsewhere where a text seems to tell an address, and its field group is none that tells where somebody is.

    It is so for everybody: otherwise the refusal would tell who is protected.
    """
    found = [
        f"/shared/{group}/{field}"
        for group, fields in command.shared.items()
        if group not in TELLS_WHERE
        for field, value in fields.items()
        if any(isinstance(each, str) and has_address(each) for each in (value if isinstance(value, list) else [value]))
    ]
    if found:
        raise AddressElsewhere(
            errors=[{"pointer": pointer, "detail": "an address seems to be in it"} for pointer in found],
            instead=sorted(TELLS_WHERE),
        )


def _agreed(consent: GivenConsent | None, *, recipient: str, now: datetime) -> set[Any]:
    """The groups a consent covers: it must be to this recipient, for referral, and already given."""
    if consent is None or consent.recipient != recipient:
        return set()
    if consent.purpose is not Purpose.REFERRAL or consent.given_at > now:
        return set()
    return set(consent.field_groups)


def check_receiver(status: str | None) -> None:
    """Raises UnknownPartner where there is none, or PartnerNotActive."""
    if status is None:
        raise UnknownPartner
    if status != PartnerStatus.ACTIVE:
        raise PartnerNotActive


def check_service(between: Parties, service: Service | None) -> None:
    """Raises UnknownDirectoryService, or NotTheirService where the receiver does not offer it."""
    if service is None:
        raise UnknownDirectoryService
    ours = between.partner_id is not None or service.council == between.council
    if service.partner_id != between.partner_id or not ours:
        raise NotTheirService
