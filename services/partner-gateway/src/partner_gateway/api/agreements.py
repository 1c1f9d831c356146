"""Information-sharing agreements over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from common.contracts.base import Page
from common.contracts.partners.agreements import (
    AgreementCannotGoThere,
    AgreementDates,
    AgreementNotBegun,
    AgreementView,
    DraftAgreement,
    MoveAgreement,
    NotServedHere,
    NotYourAgreement,
    SamePurposeTwice,
    SignedAlready,
    WhoSignedForThePartner,
)
from common.contracts.partners.organisations import PartnerId, UnknownPartner
from common.runtime.pages import Cursor, Limit, NoSuchCursor
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import administrators, officers, partners
from fastapi import Query

from partner_gateway import commands, queries

routes = Api(tag="agreements")
keepers = administrators("partners:write")
readers = officers("partners:read") | keepers | partners("referrals:read")


@routes.create(
    "/agreements",
    allow=keepers,
    refuses=[AgreementDates, NotServedHere, NotYourAgreement, SamePurposeTwice, UnknownPartner],
)
async def draft_agreement(command: DraftAgreement, tx: Tx) -> AgreementView:
    """Write down what was agreed with a partner: what it may be shown of people and may tell of them, for what, until when."""
    return await commands.draft_agreement(tx, command)


@routes.read("/agreements", allow=readers, refuses=[NoSuchCursor])
async def every_agreement(
    read: Read,
    partner_id: Annotated[
        PartnerId | None, Query(description="Those with one partner; a partner reads its own.")
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[AgreementView]:
    """Agreements, the latest first."""
    return await queries.every_agreement(read, partner_id=partner_id, limit=limit, cursor=cursor)


@routes.read("/agreements/{agreement_id}", allow=readers)
async def agreement(agreement_id: UUID, read: Read) -> AgreementView:
    """An agreement: its terms, who signed it, and whether it is in force."""
    return queries.shown_agreement(read, await queries.agreement(read, agreement_id))


@routes.edit(
    "/agreements/{agreement_id}/transitions",
    allow=keepers,
    refuses=[
        AgreementCannotGoThere,
        AgreementDates,
        AgreementNotBegun,
        NotYourAgreement,
        SignedAlready,
        WhoSignedForThePartner,
    ],
)
async def move_agreement(agreement_id: UUID, command: MoveAgreement, tx: Tx) -> AgreementView:
    """Sign it for your council, put it in force, note that it was reviewed, or end it now."""
    return await commands.move_agreement(tx, agreement_id, command)
