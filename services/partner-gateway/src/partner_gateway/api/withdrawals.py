"""Withdrawn consents over HTTP, for those who were told something on them."""

from __future__ import annotations

from uuid import UUID

from common.contracts.base import Page
from common.contracts.partners.withdrawals import StoppedAlready, WithdrawalView
from common.runtime.limits import though_restricted
from common.runtime.pages import Cursor, Limit, NoSuchCursor
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import officers, partners

from partner_gateway import commands, queries

routes = Api(tag="withdrawals")


@routes.read("/withdrawals", allow=partners("referrals:read") | officers("referrals:read"), refuses=[NoSuchCursor])
async def withdrawals(read: Read, limit: Limit = 50, cursor: Cursor = None) -> Page[WithdrawalView]:
    """What people agree to no longer, and the referrals that were made on it, newest first: stop using what they shared."""
    return await queries.withdrawals(read, limit=limit, cursor=cursor)


@routes.edit(
    "/withdrawals/{withdrawal_id}/confirmation",
    allow=partners("referrals:write") | officers("referrals:write"),
    refuses=[StoppedAlready],
)
@though_restricted("it ends the use of what was shared")
async def confirm_stop(withdrawal_id: UUID, tx: Tx) -> WithdrawalView:
    """Say that what was shared is used no longer. The person reads it."""
    return await commands.confirm_stop(tx, withdrawal_id)
