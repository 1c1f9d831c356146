"""The reads of partner-gateway: named once, each with its index, each listed for EXPLAIN."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from common.runtime.query import EVERY_ID, ME, Query, mine, of_person, query
from common.runtime.tables import as_read
from sqlalchemy import ARRAY, Text, Uuid, any_, bindparam, func, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from partner_gateway.domain.deliveries import Later
from partner_gateway.domain.referrals import Protects
from partner_gateway.tables import (
    Delivery,
    DirectoryService,
    KnownCase,
    Partner,
    Protection,
    Referral,
    ServiceReach,
    Signpost,
    Withdrawal,
)

_TEXTS, _IDS = ARRAY(Text), ARRAY(Uuid)


def _before(moment: Any, row: Any) -> Any:
    """Behind the row that a page's cursor names."""
    return tuple_(col(moment), col(row)) < tuple_(bindparam("at"), bindparam("row"))


# -- partners

PARTNER = query(select(Partner).where(Partner.partner_id == bindparam("partner_id")))
PARTNERS_NAMED = query(select(Partner).where(col(Partner.partner_id) == any_(bindparam("partner_ids", type_=_TEXTS))))
PARTNERS = query(
    select(Partner)
    .where(_before(Partner.applied_at, Partner.id))
    .order_by(col(Partner.applied_at).desc(), col(Partner.id).desc())
    .limit(bindparam("most"))
)

# -- the directory

SERVICE = query(select(DirectoryService).where(DirectoryService.id == bindparam("service_id")))
SERVICES_KNOWN = query(
    select(DirectoryService.id).where(col(DirectoryService.id) == any_(bindparam("ids", type_=_IDS)))
)
REACH_OF_SERVICE = query(select(ServiceReach).where(ServiceReach.service_id == bindparam("service_id")).limit(20_000))
_REACHED = select(DirectoryService).join(ServiceReach, col(ServiceReach.service_id) == DirectoryService.id)
SERVING = query(
    _REACHED.where(ServiceReach.need == bindparam("need"), ServiceReach.place == bindparam("place")).limit(
        bindparam("most")
    )
)
# First which they are, and at most so many: joined at once, all services would be read whenever many might fit.
_MAY_HELP = (
    select(ServiceReach.service_id)
    .where(
        col(ServiceReach.need) == any_(bindparam("needs", type_=_TEXTS)),
        col(ServiceReach.place) == any_(bindparam("places", type_=_TEXTS)),
    )
    .limit(200)
    .subquery()
)
ALTERNATIVES = query(select(DirectoryService).join(_MAY_HELP, _MAY_HELP.c.service_id == DirectoryService.id))

# -- signposts

SIGNPOSTS = query(
    select(Signpost)
    .where(Signpost.council == bindparam("council"), _before(Signpost.given_at, Signpost.id))
    .order_by(col(Signpost.given_at).desc(), col(Signpost.id).desc())
    .limit(bindparam("most"))
)

# -- referrals

_NEWEST = (col(Referral.sent_at).desc(), col(Referral.id).desc())


def _as(name: str, column: Any) -> Any:
    return col(column).label(name)


def _with_case(of_the_same: Any) -> Any:
    """A referral with its case, as long as that is of the same person."""
    its_own = (col(KnownCase.case_id) == Referral.case_id) & (col(KnownCase.council) == Referral.council)
    return select(
        Referral,
        _as("case_reference", KnownCase.reference),
        _as("case_status", KnownCase.status),
        _as("case_service", KnownCase.service),
    ).join(KnownCase, its_own & of_the_same, isouter=True)


class Protected(NamedTuple):
    """Somebody who is protected, and since when."""

    person_id: UUID
    since: datetime


class Linked(NamedTuple):
    """A referral, its case, which partners do not see, and what protects its person now, which only its receiver is asked for."""

    referral: Referral
    case: dict[str, str] | None
    protections: Sequence[Protects] = ()


def _linked(
    *,
    case_reference: str | None = None,
    case_status: str = "",
    case_service: str = "",
    protections: list[dict[str, str]] | None = None,
    **referral: Any,
) -> Linked:
    case = {"reference": case_reference, "status": case_status, "service": case_service} if case_reference else None
    return Linked(as_read(Referral, referral), case, _known(protections))


def _known(protections: list[dict[str, str]] | None) -> list[Protected]:
    return [Protected(UUID(each["person_id"]), datetime.fromisoformat(each["since"])) for each in protections or ()]


def _protections_of(row: Any) -> Any:
    """What protects the person of a row now."""
    each = func.jsonb_build_object(*("person_id", Protection.person_id), *("since", Protection.since))
    known = select(func.jsonb_agg(each)).where(of_person(Protection.person_id, row.person_id))
    return known.correlate(row).scalar_subquery().label("protections")


_protections = _protections_of(Referral)


def _page(*which: Any) -> Query[Referral]:
    statement = select(Referral).where(*which, _before(Referral.sent_at, Referral.id))
    return query(statement.order_by(*_NEWEST).limit(bindparam("most")))


REFERRAL = query(select(Referral).where(Referral.id == bindparam("referral_id")))
REFERRALS_NAMED = query(select(Referral).where(col(Referral.id) == any_(bindparam("referral_ids", type_=_IDS))))
MY_REFERRAL = query(select(Referral).where(Referral.id == bindparam("referral_id"), mine(Referral.person_id)))
REFERRAL_FOR_PARTNER = query(
    select(Referral, _protections).where(Referral.id == bindparam("referral_id")), into=_linked
)
REFERRAL_WITH_CASE = query(
    _with_case(of_person(KnownCase.person_id, Referral.person_id))
    .add_columns(_protections)
    .where(col(Referral.id) == bindparam("referral_id")),
    into=_linked,
)
_MINE_WITH_CASE = _with_case(mine(KnownCase.person_id))
MY_REFERRAL_WITH_CASE = query(
    _MINE_WITH_CASE.where(col(Referral.id) == bindparam("referral_id"), mine(Referral.person_id)), into=_linked
)
REFERRALS_OF_PERSON = query(
    _MINE_WITH_CASE.where(col(Referral.person_id) == EVERY_ID, _before(Referral.sent_at, Referral.id))
    .order_by(*_NEWEST)
    .limit(bindparam("most")),
    into=_linked,
    whose=ME,
)
PROTECTIONS = query(select(Protection).where(of_person(Protection.person_id, bindparam("person_id", type_=Uuid()))))
RECEIVED_BY_PARTNER = _page(Referral.partner_id == bindparam("partner"), col(Referral.held_back).is_(False))
SENT_BY_PARTNER = _page(Referral.from_partner == bindparam("partner"))
SENT_BY_COUNCIL = _page(Referral.council == bindparam("council"), col(Referral.from_partner).is_(None))
RECEIVED_BY_COUNCIL = _page(
    Referral.council == bindparam("council"), col(Referral.partner_id).is_(None), col(Referral.held_back).is_(False)
)
KNOWN_CASE = query(select(KnownCase).where(KnownCase.case_id == bindparam("case_id")))
CASE_OF_PERSON = query(
    select(KnownCase).where(
        KnownCase.case_id == bindparam("case_id"),
        KnownCase.council == bindparam("council"),
        of_person(KnownCase.person_id, bindparam("person_id", type_=Uuid())),
    )
)

# -- withdrawn consents


def _told(*which: Any) -> Query[Withdrawal]:
    statement = select(Withdrawal).where(*which, _before(Withdrawal.told_at, Withdrawal.id))
    newest = (col(Withdrawal.told_at).desc(), col(Withdrawal.id).desc())
    return query(statement.order_by(*newest).limit(bindparam("most")))


WITHDRAWAL = query(select(Withdrawal).where(Withdrawal.id == bindparam("withdrawal_id")))
WITHDRAWALS_OF_PARTNER = _told(Withdrawal.partner_id == bindparam("partner"))
WITHDRAWALS_OF_COUNCIL = _told(Withdrawal.council == bindparam("council"), col(Withdrawal.partner_id).is_(None))

# -- what partners are told of life events


class ToldPartner(NamedTuple):
    """What a partner was told, what it was told later in the same matter, and what protects its person now."""

    delivery: Delivery
    later: Sequence[Later]
    protections: Sequence[Protects]


def _told_partner(
    *, later: list[dict[str, Any]] | None, protections: list[dict[str, str]] | None, **delivery: Any
) -> ToldPartner:
    return ToldPartner(as_read(Delivery, delivery), [Later(**each) for each in later or ()], _known(protections))


_after = aliased(Delivery, name="after")
_later = (
    select(func.jsonb_agg(func.jsonb_build_object(*("sends", _after.sends), *("fact_kinds", _after.fact_kinds))))
    .where(
        col(_after.matter_id) == Delivery.matter_id,
        col(_after.partner_id) == Delivery.partner_id,
        col(_after.council) == Delivery.council,
        col(_after.interest) == Delivery.interest,
        col(_after.told_at) > Delivery.told_at,
    )
    .correlate(Delivery)
    .scalar_subquery()
    .label("later")
)
DELIVERY = query(select(Delivery).where(Delivery.id == bindparam("delivery_id")))
DELIVERY_OF_PARTNER = query(
    select(Delivery, _later, _protections_of(Delivery)).where(
        Delivery.id == bindparam("delivery_id"), Delivery.partner_id == bindparam("partner")
    ),
    into=_told_partner,
)
DELIVERIES_OF_PARTNER = query(
    select(Delivery)
    .where(Delivery.partner_id == bindparam("partner"), _before(Delivery.told_at, Delivery.id))
    .order_by(col(Delivery.told_at).desc(), col(Delivery.id).desc())
    .limit(bindparam("most"))
)
