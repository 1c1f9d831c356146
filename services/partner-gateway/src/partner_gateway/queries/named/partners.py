"""Reads of partners, their people, their agreements and their systems."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from common.agreements import Agreed, Cover
from common.runtime.query import Query, query
from common.runtime.tables import Moment, as_read
from sqlalchemy import Date, Uuid, bindparam, func, text
from sqlmodel import col, select

from partner_gateway.queries.named.paging import before
from partner_gateway.tables import (
    Agreement,
    ClientKey,
    Partner,
    PartnerClient,
    PartnerContact,
    UsedAssertion,
)

# -- partners

PARTNER = query(select(Partner).where(Partner.partner_id == bindparam("partner_id")))
PARTNERS = query(
    select(Partner)
    .where(before(Partner.applied_at, Partner.id))
    .order_by(col(Partner.applied_at).desc(), col(Partner.id).desc())
    .limit(bindparam("most"))
)

# -- their people

CONTACT = query(select(PartnerContact).where(PartnerContact.id == bindparam("contact")))
CONTACTS_OF_PARTNER = query(
    select(PartnerContact)
    .where(PartnerContact.partner_id == bindparam("partner_id"))
    .order_by(col(PartnerContact.email))
    .limit(100)
)

# -- agreements


class Organisation(NamedTuple):
    """A partner, and what may pass between it and the councils today."""

    partner: Partner
    cover: Cover


def _organisation(*, agreed: list[dict[str, Any]] | None, **partner: Any) -> Organisation:
    row = as_read(Partner, partner)
    cover = Cover(row.partner_id, [Agreed(frozenset(each["councils"]), each["terms"]) for each in agreed or ()])
    return Organisation(row, cover)


def _agreed(partner: Any) -> Any:
    """The agreements in force today with the partner of a row."""
    each = func.jsonb_build_object(*("councils", Agreement.councils), *("terms", Agreement.terms))
    in_force = select(func.jsonb_agg(each)).where(
        col(Agreement.partner_id) == partner.partner_id,
        text("agreement.status IN ('active', 'review_due')"),  # as the partial index says it
        bindparam("today", type_=Date()).between(Agreement.begins_on, Agreement.ends_on),
    )
    return in_force.correlate(partner).scalar_subquery().label("agreed")


_ORGANISATION = select(Partner, _agreed(Partner))
ORGANISATION = query(_ORGANISATION.where(col(Partner.partner_id) == bindparam("partner_id")), into=_organisation)

AGREEMENT = query(select(Agreement).where(Agreement.id == bindparam("agreement_id")))


def _agreements(*which: Any) -> Query[Agreement]:
    statement = select(Agreement).where(*which, before(Agreement.drafted_at, Agreement.id))
    newest = (col(Agreement.drafted_at).desc(), col(Agreement.id).desc())
    return query(statement.order_by(*newest).limit(bindparam("most")))


AGREEMENTS = _agreements()
AGREEMENTS_OF_PARTNER = _agreements(Agreement.partner_id == bindparam("partner_id"))

# -- clients


class Calling(NamedTuple):
    """A partner that asks, what may pass between it and the councils today, and whether the key of its token was revoked."""

    partner: Partner
    cover: Cover
    revoked: bool


class Client(NamedTuple):
    """A client with its keys, the latest first; its partner's status, and the councils that it has an agreement with today."""

    client: PartnerClient
    keys: Sequence[ClientKey]
    status: str
    councils: frozenset[str]


def _client(
    *, keys: list[dict[str, Any]] | None, status: str, agreed: list[dict[str, Any]] | None, **client: Any
) -> Client:
    councils = frozenset(council for each in agreed or () for council in each["councils"])
    return Client(as_read(PartnerClient, client), [_key(each) for each in keys or ()], status, councils)


def _key(told: dict[str, Any]) -> ClientKey:
    moments = {
        name: datetime.fromisoformat(told[name]) if told[name] else None for name in ("added_at", "until", "revoked_at")
    }
    ids = {
        name: UUID(told[name]) if told[name] else None for name in ("id", "client_id", "correlation_id", "last_said")
    }
    return as_read(ClientKey, {**told, **moments, **ids})


_keys = (
    select(func.jsonb_agg(func.to_jsonb(text("client_key"))))
    .select_from(ClientKey)
    .where(col(ClientKey.client_id) == PartnerClient.id)
    .correlate(PartnerClient)
    .scalar_subquery()
    .label("keys")
)
_status = (
    select(Partner.status)
    .where(Partner.partner_id == PartnerClient.partner_id)
    .correlate(PartnerClient)
    .scalar_subquery()
    .label("status")
)
_CLIENT = select(PartnerClient, _keys, _status, _agreed(PartnerClient))
CLIENT = query(_CLIENT.where(col(PartnerClient.id) == bindparam("client")), into=_client)
CLIENTS_OF_PARTNER = query(
    _CLIENT.where(col(PartnerClient.partner_id) == bindparam("partner_id"))
    .order_by(col(PartnerClient.registered_at).desc(), col(PartnerClient.id).desc())
    .limit(100),
    into=_client,
)
_revoked = (
    select(col(ClientKey.revoked_at).is_not(None))
    .where(ClientKey.id == bindparam("key", type_=Uuid()))
    .scalar_subquery()
    .label("revoked")
)


def _calling(*, revoked: bool | None, **organisation: Any) -> Calling:
    return Calling(*_organisation(**organisation), revoked=bool(revoked))


CALLING = query(
    _ORGANISATION.add_columns(_revoked).where(col(Partner.partner_id) == bindparam("partner_id")), into=_calling
)
USED_ASSERTION = query(select(UsedAssertion).where(UsedAssertion.digest == bindparam("digest")))
ASSERTIONS_OVER = query(
    select(UsedAssertion)
    .where(UsedAssertion.ends_at < bindparam("before", type_=Moment))
    .order_by(col(UsedAssertion.ends_at))
    .limit(500)
)
