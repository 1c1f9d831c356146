"""What people answer, and what they have seen: load, decide, write."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from common.contracts.base import Channel
from common.contracts.feedback import FeedbackReceipt, GiveFeedback, NotInvited, TransactionView
from common.runtime.problems import NotFound
from common.runtime.transaction import ChangedMeanwhile, Transaction

from feedback import queries
from feedback.domain import invitations
from feedback.domain.invitations import Invited
from feedback.queries import named
from feedback.tables import Seen, Submission


@dataclass(frozen=True, slots=True)
class Story:
    """What an answer goes on from, so that a story is read across its requests: its correlation, last event and trace."""

    correlation_id: UUID | None
    last_said: UUID | None
    trace: str | None


async def mark_seen(tx: Transaction, case_id: UUID) -> TransactionView:
    """Note that a resident has seen how a thing under way stands; with If-Match, only what they were shown."""
    found = await tx.one(named.TRANSACTION_OF_PERSON, case_id=case_id)
    if found is None:
        raise NotFound
    row = found.row
    if tx.expected not in (None, row.version):
        raise ChangedMeanwhile
    tx.put(Seen(person_id=row.person_id, case_id=case_id, version=row.version, at=tx.now, visible_to=[]))
    return queries.shown_transaction(found._replace(seen=row.version))


async def answer_invitation(tx: Transaction, invitation_id: UUID, command: GiveFeedback) -> FeedbackReceipt:
    """A resident answers an invitation of theirs."""
    found = await tx.one(named.INVITATION_OF_PERSON, invitation_id=invitation_id)
    if found is None:
        raise NotFound
    row, answered = found
    story = Story(row.correlation_id, row.last_said, row.trace)
    invited = queries.invited_as(row, answered=answered)
    return _keep(tx, invited, command, council=row.council, whose=row.person_id, story=story)


async def answer_by_reference(tx: Transaction, reference: str, command: GiveFeedback) -> FeedbackReceipt:
    """Somebody who holds a tracking reference answers, without saying who they are."""
    row, answered = await queries.tracking(tx, reference)
    invited = queries.invited_by(row, answered=answered)
    if invited is None:
        raise NotInvited
    story = Story(row.correlation_id, row.invitation_id, row.trace)
    return _keep(tx, invited, command, council=row.council, whose=None, story=story)


def _keep(
    tx: Transaction, invited: Invited, command: GiveFeedback, *, council: str, whose: UUID | None, story: Story
) -> FeedbackReceipt:
    """Keep an answer as part of the story of its case. The comment stays in its row: it is in no event and no answer."""
    submitted = invitations.answer(invited, command, channel=Channel.ONLINE, now=tx.now)
    tx.story = story.correlation_id or tx.story
    row = tx.add(
        Submission(
            id=invited.invitation_id,
            council=council,
            person_id=whose,
            case_id=invited.case_id,
            service=invited.service,
            channel=submitted.channel.value,
            case_channel=invited.case_channel.value,
            rating=command.rating,
            comment=command.comment,
            submitted_at=tx.now,
            correlation_id=story.correlation_id,
            last_said=story.last_said,
            trace=story.trace,
        )
    )
    tx.say(submitted, on=row)
    return FeedbackReceipt(
        feedback_id=row.id, rating=row.rating, has_comment=submitted.has_comment, submitted_at=row.submitted_at
    )
