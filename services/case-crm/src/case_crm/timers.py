"""What the clock brings about in case-crm."""

from __future__ import annotations

from common.runtime.timers import Due, rings
from common.runtime.transaction import Transaction

from case_crm import commands
from case_crm.commands import (
    appointments,
    attachments,
    closing,
    delivering,
    destruction,
    dispatching,
    drafting,
    locations,
    nights,
    opening,
    retention,
)
from case_crm.commands.attachments import Removing, Sweeping
from case_crm.commands.clocks import CLOCK
from case_crm.commands.definitions import PUBLISHED
from case_crm.commands.drafts import DRAFT_ENDS
from case_crm.commands.needs import NEED, look_at_need
from case_crm.commands.seats import REMINDER
from case_crm.commands.silence import SILENCE
from case_crm.commands.waiting import WAITS


@rings(PUBLISHED)
async def follow_definition(tx: Transaction, due: Due) -> None:
    """Have other councils' versions of a service follow what one published."""
    await commands.follow_definition(tx, due.council, (due.details or {})["service"])


@rings(SILENCE)
async def close_after_silence(tx: Transaction, due: Due) -> None:
    """Close a resolved case of which nobody was heard for ten working days of its council."""
    await commands.close_silent_case(tx, due.aggregate_id)


@rings(WAITS)
async def remind_of_what_is_needed(tx: Transaction, due: Due) -> None:
    """Remind somebody of what their case waits for; close it once they were reminded twice and did not answer."""
    await commands.remind_or_close(tx, due)


@rings(CLOCK)
async def ring_clocks(tx: Transaction, due: Due) -> None:
    """Say what of a case is due soon, one working day before, and what was not done in time."""
    await commands.ring_clocks(tx, due.aggregate_id)


@rings(attachments.SWEEP, asks=attachments.look, told=attachments.take_away_orphans)
async def sweep_attachments(tx: Transaction, due: Due) -> Sweeping:
    """Look in the object store for files that no row names."""
    return attachments.sweep(tx)


@rings(attachments.REMOVE, asks=attachments.take_away, told=attachments.note_removed)
async def remove_attachment(tx: Transaction, due: Due) -> Removing | None:
    """Take a file that no row names out of the object store."""
    return await attachments.remove(tx, due.aggregate_id)


@rings(retention.UNDATED)
async def reckon_older(tx: Transaction, due: Due) -> None:
    """Reckon until when cases are kept that ended before that was noted."""
    await retention.reckon_older(tx)


@rings(destruction.CARRY_OUT)
async def carry_out_list(tx: Transaction, due: Due) -> None:
    """Release what is on a destruction list that nobody stopped, so that it goes the next night."""
    await destruction.carry_out(tx, due.aggregate_id)


@rings(drafting.DRAFT_ENDS)
async def expire_draft_telling(tx: Transaction, due: Due) -> None:
    """Keep nothing of a telling that was begun and never confirmed."""
    await drafting.expire_draft(tx, due.aggregate_id)


@rings(dispatching.DISPATCH)
async def send_what_is_missing(tx: Transaction, due: Due) -> None:
    """Have the recipients of a telling get the parts that they have not got."""
    await dispatching.dispatch(tx, due.aggregate_id)


@rings(delivering.OVERDUE)
async def escalate_delivery(tx: Transaction, due: Due) -> None:
    """Tell whoever answers for a recipient, in hours of service, that it is late."""
    await delivering.escalate(tx, due.aggregate_id)


@rings(delivering.NO_CONSENT)
async def end_waiting_for_consent(tx: Transaction, due: Due) -> None:
    """Look once more whether it is agreed to; tell nobody who was not agreed to in time."""
    await delivering.ask_again(tx, due.aggregate_id)


@rings(delivering.OPENS)
async def open_case_of_delivery(tx: Transaction, due: Due) -> None:
    """Open the case in which a council's service works on what it was told."""
    await opening.open_case_of(tx, due.aggregate_id)


@rings(delivering.FOLLOWS)
async def follow_case_of_delivery(tx: Transaction, due: Due) -> None:
    """Have what was told say what has become of it in its case."""
    await opening.follow_case(tx, due.aggregate_id)


@rings(nights.RECONCILE)
async def leave_nobody_out(tx: Transaction, due: Due) -> None:
    """Each night, find what went to nobody and have it sent."""
    await dispatching.reconcile(tx, due.details)


@rings(DRAFT_ENDS)
async def let_drafts_go(tx: Transaction, due: Due) -> None:
    """Let a form go that was begun, and at which nobody worked for its time."""
    await commands.end_draft(tx, due.aggregate_id)


@rings(NEED)
async def follow_needs(tx: Transaction, due: Due) -> None:
    """See whether a need is met, now that one of its cases has ended; or no longer is, now that one is under way."""
    await look_at_need(tx, due.aggregate_id)


@rings(REMINDER)
async def remind_of_appointment(tx: Transaction, due: Due) -> None:
    """Remind somebody of their appointment as their council opens on the working day before."""
    await appointments.remind_person(tx, due.aggregate_id)


@rings(closing.DAYS_CLOSED)
async def call_appointments_off(tx: Transaction, due: Due) -> None:
    """Call the appointments off that were booked on days which a council has closed since."""
    await closing.call_off(tx, due)


@rings(locations.SESSION_ENDED)
async def find_other_times(tx: Transaction, due: Due) -> None:
    """Tell whoever deals with a case that its appointment is in a session that is not held any more."""
    await locations.find_others(tx, due)
