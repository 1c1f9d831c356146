"""Asking how it went, once something has ended."""

from __future__ import annotations

from common.contracts.base import Channel
from common.contracts.cases import Result, Status
from common.contracts.feedback import FeedbackInvitationSuppressed, InvitationState
from common.contracts.partners.consents import Purpose
from common.runtime.envelope import Heard
from common.runtime.limits import limits_of
from common.runtime.transaction import Transaction

from feedback.domain import invitations
from feedback.tables import Invitation, Watched


async def may_ask(tx: Transaction, heard: Heard) -> bool:
    """Whether the person had us use their data for asking them how it went, when that was to be asked."""
    limits = await limits_of(tx, heard.person_id)
    return not limits.against(Purpose.CONTACT_ME, Purpose.SERVICE_REVIEW, at=heard.recorded)


async def ask(
    tx: Transaction, heard: Heard, watched: Watched, *, ended_as: Status, result: Result | None = None
) -> None:
    """Ask how it went, where they may be asked; of a death, and of all that it led to, nobody is asked for some time."""
    may = await may_ask(tx, heard)
    because = watched.life_event or watched.service  # of a telling before this release its service is the life event
    quiet = invitations.quiet_until(because, watched.since)
    if quiet and heard.recorded < quiet:
        said = FeedbackInvitationSuppressed(
            case_id=watched.case_id, service=watched.service, because=because, until=quiet
        )
        tx.say_once(said, id=heard.id, about=heard.person_id, council=heard.council)
    elif may:
        _invite(tx, heard, watched, ended_as=ended_as, result=result)


def _invite(tx: Transaction, heard: Heard, watched: Watched, *, ended_as: Status, result: Result | None) -> None:
    """Ask how it went with what ended by this event, once: the invitation has the event's id."""
    invitation = tx.add(
        Invitation(
            id=heard.id,
            council=heard.council,
            person_id=heard.person_id,
            case_id=watched.case_id,
            service=watched.service,
            title=watched.title,
            case_channel=watched.case_channel,
            state=InvitationState.DUE.value,
            invited_at=heard.recorded,
            trace=heard.trace,
        )
    )
    invited = invitations.invite(
        ended_as=ended_as,
        result=result,
        case_id=watched.case_id,
        service=watched.service,
        channel=Channel(watched.case_channel),
        at=heard.recorded,
    )
    tx.say(invited, on=invitation)
