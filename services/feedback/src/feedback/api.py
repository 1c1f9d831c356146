"""The HTTP door of feedback."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from common.contracts.base import Code, Page
from common.contracts.feedback import (
    AlreadyAnswered,
    FeedbackReceipt,
    FeedbackView,
    GiveFeedback,
    InvitationExpired,
    InvitationView,
    NotInvited,
    SatisfactionView,
    TrackingView,
    TransactionView,
)
from common.runtime.pages import Cursor, Limit, NoSuchCursor
from common.runtime.routes import Api, Read, Tx
from common.runtime.rules import May, everybody, officers, represented, residents
from fastapi import Path

from feedback import commands, queries

routes = Api(tag="feedback")
ANSWERING = (AlreadyAnswered, InvitationExpired, NotInvited)
Reference = Annotated[str, Path(description="The tracking reference, however it was typed.")]


@routes.read("/me/transactions", allow=represented(May.SEE), refuses=[NoSuchCursor])
async def my_transactions(read: Read, limit: Limit = 50, cursor: Cursor = None) -> Page[TransactionView]:
    """Everything I have under way, with every council, newest first; marked where it changed since I looked."""
    return await queries.transactions(read, limit=limit, cursor=cursor)


@routes.edit("/me/transactions/{case_id}/seen", allow=residents)
async def mark_seen(case_id: UUID, tx: Tx) -> TransactionView:
    """I have seen how this stands. Say which version you were shown in If-Match, and a later change stays unread."""
    return await commands.mark_seen(tx, case_id)


@routes.read("/me/invitations", allow=represented(May.SEE), refuses=[NoSuchCursor])
async def my_invitations(read: Read, limit: Limit = 50, cursor: Cursor = None) -> Page[InvitationView]:
    """Where I was asked how it went, newest first."""
    return await queries.invitations(read, limit=limit, cursor=cursor)


@routes.create("/me/invitations/{invitation_id}/feedback", allow=represented(May.TELL), refuses=ANSWERING)
async def answer_invitation(invitation_id: UUID, command: GiveFeedback, tx: Tx) -> FeedbackReceipt:
    """Say how it went."""
    return await commands.answer_invitation(tx, invitation_id, command)


@routes.read("/tracking/{reference}", allow=everybody)
async def tracking(reference: Reference, read: Read) -> TrackingView:
    """How the thing with this tracking reference stands. Nobody need sign in, and nobody is named."""
    return await queries.tracked(read, reference)


@routes.create("/tracking/{reference}/feedback", allow=everybody, refuses=ANSWERING)
async def answer_by_reference(reference: Reference, command: GiveFeedback, tx: Tx) -> FeedbackReceipt:
    """Say how it went, without saying who you are."""
    return await commands.answer_by_reference(tx, reference, command)


@routes.read("/feedback", allow=officers("feedback:read"), refuses=[NoSuchCursor])
async def feedback(read: Read, limit: Limit = 50, cursor: Cursor = None) -> Page[FeedbackView]:
    """What people told the council, newest first, without who they are."""
    return await queries.submissions(read, limit=limit, cursor=cursor)


@routes.read("/feedback/summary", allow=officers("feedback:read"))
async def summary(service: Code, read: Read) -> SatisfactionView:
    """How satisfied people are with a service of the council, and how many of those asked have answered."""
    return await queries.summary(read, service)
