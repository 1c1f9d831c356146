"""Reads of referrals, and of what was taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from common.runtime.query import EVERY_ID, ME, Query, mine, of_person, query
from common.runtime.tables import as_read
from sqlalchemy import Uuid, any_, bindparam, func, text
from sqlmodel import col, select

from partner_gateway.domain.referrals import Protects
from partner_gateway.queries.named.paging import IDS, before
from partner_gateway.tables import (
    DirectoryService,
    KnownCase,
    Protection,
    Referral,
    Withdrawal,
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
    return Linked(as_read(Referral, referral), case, known(protections))


def known(protections: list[dict[str, str]] | None) -> list[Protected]:
    return [Protected(UUID(each["person_id"]), datetime.fromisoformat(each["since"])) for each in protections or ()]


def protections_of(row: Any) -> Any:
    """What protects the person of a row now."""
    each = func.jsonb_build_object(*("person_id", Protection.person_id), *("since", Protection.since))
    known = select(func.jsonb_agg(each)).where(of_person(Protection.person_id, row.person_id))
    return known.correlate(row).scalar_subquery().label("protections")


_protections = protections_of(Referral)


def _page(*which: Any) -> Query[Referral]:
    statement = select(Referral).where(*which, before(Referral.sent_at, Referral.id))
    return query(statement.order_by(*_NEWEST).limit(bindparam("most")))


REFERRAL = query(select(Referral).where(Referral.id == bindparam("referral_id")))
_SUBJECTS = any_(bindparam("subjects", type_=IDS))
RELEASED = query(select(Referral).where((col(Referral.id) == _SUBJECTS) | (col(Referral.asked_as) == _SUBJECTS)))
WAITING_FOR_PERSON = query(
    select(Referral).where(
        of_person(Referral.person_id, bindparam("person_id", type_=Uuid())),
        Referral.partner_id == bindparam("partner"),
        col(Referral.person_asked_at).is_not(None),
    )
)
_its_service = (
    select(DirectoryService.id, DirectoryService.needs, DirectoryService.districts, DirectoryService.councils)
    .where(col(DirectoryService.id) == Referral.service_id)
    .correlate(Referral)
    .subquery("its_service")
)
REFERRAL_WITH_SERVICE = query(
    select(
        Referral,
        select(func.to_jsonb(text("its_service"))).select_from(_its_service).scalar_subquery().label("its_service"),
    ).where(col(Referral.id) == bindparam("referral_id")),
    into=lambda its_service, **referral: (as_read(Referral, referral), its_service),
)
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
    _MINE_WITH_CASE.where(col(Referral.person_id) == EVERY_ID, before(Referral.sent_at, Referral.id))
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
    statement = select(Withdrawal).where(*which, before(Withdrawal.told_at, Withdrawal.id))
    newest = (col(Withdrawal.told_at).desc(), col(Withdrawal.id).desc())
    return query(statement.order_by(*newest).limit(bindparam("most")))


WITHDRAWAL = query(select(Withdrawal).where(Withdrawal.id == bindparam("withdrawal_id")))
WITHDRAWALS_OF_PARTNER = _told(Withdrawal.partner_id == bindparam("partner"))
WITHDRAWALS_OF_COUNCIL = _told(Withdrawal.council == bindparam("council"), col(Withdrawal.partner_id).is_(None))
