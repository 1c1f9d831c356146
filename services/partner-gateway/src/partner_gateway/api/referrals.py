"""Referrals over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from common.contracts.base import Page
from common.contracts.cases import ForWhom
from common.contracts.partners.agreements import BeyondAgreement, NoAgreement
from common.contracts.partners.consents import ConsentMissing
from common.contracts.partners.directory import RankedService, UnknownDirectoryService
from common.contracts.partners.organisations import NotAnActivePartner, PartnerNotActive, UnknownPartner
from common.contracts.partners.referrals import (
    AddressElsewhere,
    MakeReferral,
    MoveReferral,
    NotThatCase,
    NotTheirService,
    NotYourMove,
    OnlyForYourself,
    ReferralCannotGoThere,
    ReferralSummary,
    ReferralView,
    RerouteReferral,
    ServiceClosed,
    ServiceFull,
    StillTimeToAnswer,
    ToWhom,
)
from common.runtime.pages import Cursor, Limit, NoSuchCursor
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import May, officers, partners, represented, residents
from fastapi import Query

from partner_gateway import commands, queries

routes = Api(tag="referrals")
organisations_read = officers("referrals:read") | partners("referrals:read")
may_read = represented(May.SEE) | organisations_read
may_write = residents | officers("referrals:write") | partners("referrals:write")
WhichBox = Annotated[
    queries.Box | None,
    Query(description="What was received, or sent. Partners see what they received, councils what they sent."),
]


@routes.create(
    "/referrals",
    allow=may_write,
    refuses=[
        AddressElsewhere,
        BeyondAgreement,
        ConsentMissing,
        ForWhom,
        NoAgreement,
        NotAnActivePartner,
        NotThatCase,
        NotTheirService,
        OnlyForYourself,
        PartnerNotActive,
        ServiceClosed,
        ServiceFull,
        ToWhom,
        UnknownDirectoryService,
        UnknownPartner,
    ],
)
async def send_referral(command: MakeReferral, tx: Tx) -> ReferralView:
    """Ask a partner to help a person, or, as a partner, the council. What is shared needs the person's consent.

    `case_id` names a case of that person with this council; partners, who see no cases, name none.
    """
    return await commands.send_referral(tx, command)


@routes.read("/referrals", allow=organisations_read, refuses=[NoSuchCursor, NotAnActivePartner])
async def referrals(
    read: Read, box: WhichBox = None, limit: Limit = 50, cursor: Cursor = None
) -> Page[ReferralSummary]:
    """The referrals an organisation received or sent, newest first."""
    return await queries.box(read, box, limit=limit, cursor=cursor)


@routes.read("/me/referrals", allow=represented(May.SEE), refuses=[NoSuchCursor])
async def my_referrals(read: Read, limit: Limit = 50, cursor: Cursor = None) -> Page[ReferralView]:
    """Who was asked to help me, what they were told of me on which consent, and what came of it.

    Whoever acts for me is shown which field groups were shared, and not what was in them.
    """
    return await queries.referrals_of_person(read, limit=limit, cursor=cursor)


@routes.read("/referrals/{referral_id}", allow=may_read, refuses=[NotAnActivePartner])
async def referral(referral_id: UUID, read: Read) -> ReferralView:
    """A referral, as far as its reader may see it, with what they may do next."""
    return await queries.referral_view(read, referral_id)


@routes.read("/referrals/{referral_id}/alternatives", allow=officers("referrals:read"))
async def alternatives(referral_id: UUID, read: Read) -> list[RankedService]:
    """What else may help, with reasons: for whoever passes a referral on that was refused, or waits too long."""
    return await queries.alternatives(read, referral_id)


@routes.edit(
    "/referrals/{referral_id}/transitions",
    allow=may_write,
    refuses=[
        BeyondAgreement,
        NoAgreement,
        NotAnActivePartner,
        NotTheirService,
        NotYourMove,
        PartnerNotActive,
        ReferralCannotGoThere,
        ServiceClosed,
        ServiceFull,
        StillTimeToAnswer,
        ToWhom,
        UnknownDirectoryService,
        UnknownPartner,
    ],
)
async def move_referral(referral_id: UUID, command: MoveReferral, tx: Tx) -> ReferralView:
    """Make one of the referral's next actions. To have somebody else asked, name them: the person does not tell it again."""
    if isinstance(command, RerouteReferral):
        return await commands.reroute(tx, referral_id, command)
    return await commands.move_referral(tx, referral_id, command)
