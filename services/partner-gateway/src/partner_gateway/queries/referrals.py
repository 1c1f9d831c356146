"""Views of referrals: the receiver's, the referrer's, the person's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal
from uuid import UUID

from common.agreements import Cover
from common.contracts.base import Page
from common.contracts.partners.consents import ConsentView, FieldGroup, Purpose
from common.contracts.partners.directory import RankedService
from common.contracts.partners.referral_events import ReferralStatus
from common.contracts.partners.referrals import LinkedCase, ReferralSummary, ReferralView
from common.runtime.pages import cut, place
from common.runtime.principal import Principal
from common.runtime.problems import NotFound
from common.runtime.query import Query
from common.runtime.reading import Reading
from common.runtime.sealed import is_unreadable

from partner_gateway.domain import referrals
from partner_gateway.domain.moves import Part, told
from partner_gateway.domain.referrals import Caller, Parties, Parts, Protects, Standing
from partner_gateway.queries import named
from partner_gateway.queries.directory import alternatives_to
from partner_gateway.queries.partners import bound_by
from partner_gateway.tables import DirectoryService, Referral

Box = Literal["received", "sent"]
CLEARANCE = "protection:read"
_EVERY_GROUP = frozenset(group.value for group in FieldGroup)
_COMMON = set(ReferralSummary.model_fields) - {"person_id"}
_BOXES: Mapping[tuple[bool, Box], Query[Referral]] = {
    (True, "received"): named.RECEIVED_BY_PARTNER,
    (True, "sent"): named.SENT_BY_PARTNER,
    (False, "received"): named.RECEIVED_BY_COUNCIL,
    (False, "sent"): named.SENT_BY_COUNCIL,
}


async def referral_view(read: Reading, referral_id: UUID) -> ReferralView:
    """A referral as its reader may see it."""
    cover = await bound_by(read)
    row, case, known = await _linked(read, referral_id)
    parts = parts_of(read, row)
    protected = _protected_since_leave(row, parts, known)
    read.saw([row.person_id], "looked at a referral", case=row.case_id)
    return shown_referral(read, row, parts, case, protected=protected, cover=cover)


async def alternatives(read: Reading, referral_id: UUID) -> list[RankedService]:
    """What else may help where a referral did not: services like the one that was asked for, of others than whom it went to."""
    found = await read.one(named.REFERRAL_WITH_SERVICE, referral_id=referral_id)
    if found is None or not parts_of(read, found[0]):
        raise NotFound
    row, asked_for = found
    read.saw([row.person_id], "looked for who else may help", case=row.case_id)
    if asked_for is None:  # it went to an organisation, and to none of its services
        return []
    asked_for["id"] = UUID(asked_for["id"])
    return await alternatives_to(read, DirectoryService.model_construct(**asked_for), but=row.partner_id)


async def box(read: Reading, which: Box | None, *, limit: int, cursor: str | None) -> Page[ReferralSummary]:
    """What a partner received or sent; what a council sent, or was asked by partners. Newest first."""
    at, after = place(cursor)
    cover = await bound_by(read)
    partner = read.me.partner
    whose = {"partner": partner} if partner else {"council": read.council}
    query = _BOXES[partner is not None, which or ("received" if partner else "sent")]
    rows = await read.all(query, **whose, at=at, row=after, most=limit + 1)
    shown, following = cut(rows, limit, at=lambda row: (row.sent_at, row.id))
    read.saw({row.person_id for row in shown}, "looked at the list of referrals")
    items = [ReferralSummary(**_common(row, parts_of(read, row), _within(cover, row))) for row in shown]
    return Page(items=items, next=following)


async def referrals_of_person(read: Reading, *, limit: int, cursor: str | None) -> Page[ReferralView]:
    """Everything about the person who asks: to whom, what, on which consent, and what came of it."""
    at, after = place(cursor)
    rows = await read.all(named.REFERRALS_OF_PERSON, at=at, row=after, most=limit + 1)
    shown, following = cut(rows, limit, at=lambda found: (found.referral.sent_at, found.referral.id))
    views = [shown_referral(read, row, parts_of(read, row), case) for row, case, _ in shown]
    return Page(items=views, next=following)


async def referral(session: Reading, referral_id: UUID) -> tuple[Referral, Parts, Cover | None]:
    """A referral, who the caller is to it, and what binds them. Raises NotFound where they are nobody to it."""
    cover = await bound_by(session)
    query = named.MY_REFERRAL if session.me.role == "resident" else named.REFERRAL
    row = await session.one(query, referral_id=referral_id)
    parts = parts_of(session, row) if row else frozenset()
    if row is None or not parts:
        raise NotFound
    return row, parts, cover


async def protected_since_leave(session: Reading, row: Referral, parts: Parts) -> bool:
    """Whether its receiver, who asks, is shown no more of what tells where its person is. Of others it is not asked."""
    asked = Part.RECEIVER in parts
    known = await session.all(named.PROTECTIONS, person_id=row.person_id) if asked else []
    return _protected_since_leave(row, parts, known)


def _protected_since_leave(row: Referral, parts: Parts, known: Sequence[Protects]) -> bool:
    if Part.RECEIVER not in parts or row.granted_at is None:
        return False
    return referrals.protected_later(known, than=row.granted_at, person_id=row.person_id)


_LINKED = {"resident": named.MY_REFERRAL_WITH_CASE, "partner": named.REFERRAL_FOR_PARTNER}


async def _linked(session: Reading, referral_id: UUID) -> named.Linked:
    """A referral with what is shown beside it. Raises NotFound where the caller is nobody to it."""
    found = await session.one(_LINKED.get(session.me.role, named.REFERRAL_WITH_CASE), referral_id=referral_id)
    if found is None or not parts_of(session, found.referral):
        raise NotFound
    return found


def caller_of(me: Principal) -> Caller:
    """Who asks, as the domain knows them."""
    return Caller(me.role, me.council, me.person_id, me.partner, in_person=me.acting is None)


def parts_of(session: Reading, row: Referral) -> Parts:
    """Who the caller is to a referral. What a resident reads is theirs, under whichever of their ids."""
    parties = Parties(row.council, row.made_by, row.person_id, row.from_partner, row.partner_id)
    caller = caller_of(session.me)
    if caller.role == "resident":
        caller = replace(caller, person_id=row.person_id)
    return referrals.parts_of(caller, parties, held_back=row.held_back)


def standing_of(row: Referral) -> Standing:
    """Where a referral stands."""
    held = ReferralStatus(row.held_from) if row.held_from else None
    return Standing(ReferralStatus(row.status), held, row.answer_by, row.to_name)


def shown_referral(
    session: Reading,
    row: Referral,
    parts: Parts,
    case: Mapping[str, str] | None,
    *,
    protected: bool = False,
    cover: Cover | None = None,
) -> ReferralView:
    """A referral as somebody with these parts in it may see it, within the `cover` of the agreements that bind a partner.

    Of a person who is `protected` since leave was given, less.
    """
    standing = standing_of(row)
    within = _within(cover, row)
    agreed = within.intersection(agreed_in(row))
    sees_shared = referrals.sees_shared(parts, standing.status, stopped=row.stopped_at is not None)
    withheld = protected and sees_shared and CLEARANCE not in session.me.permissions
    restricted = sorted(referrals.TELLS_WHERE.intersection(row.field_groups)) if withheld else []
    beyond = sorted(set(row.field_groups) - within) if Part.RECEIVER in parts else []
    hidden = {*restricted, *beyond}
    shared = {} if is_unreadable(row.shared) else row.shared  # whose key is on its way, or destroyed
    return ReferralView(
        **_common(row, parts, within),
        version=row.version,
        field_groups=row.field_groups,
        shared={group: values for group, values in shared.items() if group not in hidden} if sees_shared else None,
        restricted=restricted,
        outside_agreement=beyond,
        **(_on_its_way(row) if parts != {Part.RECEIVER} else {}),
        consent=ConsentView(**row.consent) if row.consent else None,
        on_hold_until=row.on_hold_until,
        ended_because=row.ended_because if referrals.sees_reason(parts, agreed, row.ended_because) else None,
        outcome=row.outcome if referrals.sees_outcome(parts, agreed) else None,
        case=LinkedCase(case_id=row.case_id, **case) if case and row.case_id else None,
        next_actions=referrals.next_actions(standing, parts, now=session.now),
    )


def agreed_in(row: Referral) -> list[str]:
    """The field groups that the person agreed to as it was made, or as they were asked later."""
    groups: list[str] = row.consent["field_groups"] if row.consent else []
    return [*groups, FieldGroup.OUTCOME.value] if row.outcome_agreed else groups


def _on_its_way(row: Referral) -> dict[str, Any]:
    """Where it came from and went on to: for those who follow the person, not for who is asked in between."""
    ways = row.model_dump(include={"rerouted_from", "rerouted_to"})
    return {**ways, "person_is_asked": row.person_asked_at is not None}


def _within(cover: Cover | None, row: Referral) -> frozenset[str]:
    """The field groups of a referral that whoever asks may be shown: of a partner, those that its agreements name."""
    return _EVERY_GROUP if cover is None else cover.shown(row.council, Purpose.REFERRAL)


def _common(row: Referral, parts: Parts, within: frozenset[str]) -> dict[str, Any]:
    return {
        **row.model_dump(include=_COMMON),
        "referral_id": row.id,
        "to_partner": row.partner_id,
        "person_id": row.person_id
        if referrals.sees_person(parts, () if row.stopped_at else within.intersection(row.field_groups))
        else None,
        "told_to_resident": told(ReferralStatus(row.status), row.to_name, row.ended_because),
    }
