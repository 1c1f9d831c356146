"""Cases that end by themselves: resolved ones of which nobody has heard, and those whose person did not answer."""

from __future__ import annotations

from uuid import UUID

from common.contracts.cases import Result, Status
from common.runtime.limits import limits_of
from common.runtime.reminders import Due
from common.runtime.transaction import Transaction

from case_crm import queries
from case_crm.commands.cases import make_move, moved_columns
from case_crm.commands.clocks import turn_clocks
from case_crm.commands.needs import follow_need
from case_crm.commands.retention import keep_its_time, parts_of
from case_crm.commands.silence import LOOK_AGAIN, SILENCE
from case_crm.commands.timeline import note_move
from case_crm.commands.waiting import look_again, remind_person
from case_crm.domain import cases, relations


async def close_silent_case(tx: Transaction, case_id: UUID) -> None:
    """Close a case that is still resolved."""
    file = await queries.find_file(tx, case_id)
    if file is None:
        return
    case = file.case
    if (await limits_of(tx, case.person_id)).restricted or relations.open_parts(file.related):
        tx.remind(SILENCE, about=case, at=tx.now + LOOK_AGAIN)
        return
    parts = await parts_of(tx, file)
    result = Result(case.result) if case.result else None
    left = case.stage
    if closed := cases.close_in_silence(file.definition, stage=left, result=result):
        tx.change(case, **moved_columns(case, closed, at=tx.now))
        tx.say(closed, on=case)
        keep_its_time(tx, case, file.definition, closed, related=file.related, parts=parts)
        note_move(tx, case, closed)
        follow_need(tx, case, closed)
        turn_clocks(tx, case, file.definition, file.clocks, closed, left=left)


async def remind_or_close(tx: Transaction, rung: Due) -> None:
    """Remind somebody of what their case waits for; close it once that was said twice."""
    file = await queries.find_file(tx, rung.aggregate_id)
    if file is None or file.case.status != Status.AWAITING_CUSTOMER:
        return
    case = file.case
    if (await limits_of(tx, case.person_id)).restricted:
        look_again(tx, case, rung, after=LOOK_AGAIN)
    elif remind_person(tx, case, file.definition, rung):
        if relations.open_parts(file.related):
            look_again(tx, case, rung, after=LOOK_AGAIN)
        elif closed := cases.closed_unanswered(file.definition, case.stage):
            make_move(tx, file, closed, await parts_of(tx, file), amount=None)
