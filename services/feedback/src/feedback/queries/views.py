"""Views of things under way, tracking, invitations and answers."""

from __future__ import annotations

from datetime import datetime

from common.contracts.base import Channel, Page
from common.contracts.feedback import (
    FeedbackView,
    InvitationState,
    InvitationView,
    SatisfactionView,
    StepView,
    TrackingView,
    TransactionPartView,
    TransactionView,
)
from common.runtime.ids import tracking_digest
from common.runtime.pages import cut, place
from common.runtime.problems import NotFound
from common.runtime.reading import Reading

from feedback.domain.invitations import Invited
from feedback.domain.satisfaction import satisfaction
from feedback.queries import named
from feedback.queries.named import Followed
from feedback.tables import Invitation, Tracking


async def transactions(read: Reading, *, limit: int, cursor: str | None) -> Page[TransactionView]:
    """The resident's things under way, newest first."""
    at, row = place(cursor)
    rows = await read.all(named.TRANSACTIONS_OF_PERSON, at=at, row=row, most=limit + 1)
    shown, following = cut(rows, limit, at=lambda found: (found.row.opened_at, found.row.case_id))
    return Page(items=[shown_transaction(each) for each in shown], next=following)


async def invitations(read: Reading, *, limit: int, cursor: str | None) -> Page[InvitationView]:
    """What the resident was asked, newest first."""
    at, row = place(cursor)
    rows = await read.all(named.INVITATIONS_OF_PERSON, at=at, row=row, most=limit + 1)
    shown, following = cut(rows, limit, at=lambda found: (found[0].invited_at, found[0].id))
    return Page(items=[_invitation(*found, now=read.now) for found in shown], next=following)


async def tracked(read: Reading, reference: str) -> TrackingView:
    """What a tracking reference shows. What cannot be one is looked up all the same, and as little found."""
    row, answered = await tracking(read, reference)
    invited = invited_by(row, answered=answered)
    is_open = invited is not None and invited.open_at(read.now)
    return TrackingView(
        title=row.title,
        council=row.council,
        status=row.status,
        told_to_resident=row.told_to_resident,
        opened_at=row.opened_at,
        changed_at=row.changed_at,
        steps=[StepView.model_validate(step) for step in row.steps],
        feedback_invited=is_open,
        feedback_until=invited.expires_at if invited and is_open else None,
    )


async def tracking(session: Reading, reference: str) -> tuple[Tracking, bool]:
    """What a reference opens, and whether its last invitation was answered. Raises NotFound, whatever is wrong with it."""
    found = await session.one(named.TRACKING, digest=tracking_digest(reference) or "")
    if found is None:
        raise NotFound
    return found


async def submissions(read: Reading, *, limit: int, cursor: str | None) -> Page[FeedbackView]:
    """What the council was told, newest first."""
    at, row = place(cursor)
    rows = await read.all(named.SUBMISSIONS, council=read.council, at=at, row=row, most=limit + 1)
    shown, following = cut(rows, limit, at=lambda answer: (answer.submitted_at, answer.feedback_id))
    return Page(items=shown, next=following)


async def summary(read: Reading, service: str) -> SatisfactionView:
    """How satisfied people are with one of the council's services."""
    ratings = dict(await read.all(named.RATINGS, council=read.council, service=service))
    invited = await read.one(named.INVITED, council=read.council, service=service)
    return satisfaction(service, ratings, invitations=invited or 0)


def shown_transaction(found: Followed) -> TransactionView:
    """A thing under way, marked where its person has not seen the news."""
    parts = [TransactionPartView.model_validate(each) for each in found.parts]
    return TransactionView(
        **found.row.model_dump(include=set(TransactionView.model_fields)),
        unread=found.row.news > found.seen,
        parts=sorted(parts, key=lambda part: (part.council, part.title, part.sends)),
    )


def invited_as(row: Invitation, *, answered: bool) -> Invited:
    """An invitation, as the domain knows it."""
    return Invited(
        invitation_id=row.id,
        case_id=row.case_id,
        service=row.service,
        case_channel=Channel(row.case_channel),
        state=InvitationState(row.state),
        invited_at=row.invited_at,
        answered=answered,
    )


def invited_by(row: Tracking, *, answered: bool) -> Invited | None:
    """The last ending's invitation, as the tracking page knows it; None where nothing has ended yet."""
    if row.invitation_id is None or row.invited_at is None:
        return None
    return Invited(
        invitation_id=row.invitation_id,
        case_id=row.case_id,
        service=row.service,
        case_channel=Channel(row.case_channel),
        state=InvitationState.DUE,
        invited_at=row.invited_at,
        answered=answered,
    )


def _invitation(row: Invitation, answered: bool, *, now: datetime) -> InvitationView:
    invited = invited_as(row, answered=answered)
    return InvitationView(
        invitation_id=row.id,
        case_id=row.case_id,
        service=row.service,
        title=row.title,
        council=row.council,
        state=invited.state_at(now),
        invited_at=row.invited_at,
        expires_at=invited.expires_at,
    )
