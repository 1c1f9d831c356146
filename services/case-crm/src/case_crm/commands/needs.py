"""For which need somebody asks; and when it is met."""

from __future__ import annotations

from uuid import UUID

from common.contracts.cases import ENDED, CaseStatusChanged, UnknownNeed
from common.contracts.cases.needs import NeedMet, NeedOpened
from common.runtime.ids import new_id
from common.runtime.tables import Aggregate
from common.runtime.timers import Timer
from common.runtime.transaction import Transaction

from case_crm import queries
from case_crm.queries import named
from case_crm.tables import Case, Need

NEED = Timer("need_look")
"""Due at once: whoever ends the last case of a council may not see those of the other."""


async def need_of(tx: Transaction, need_id: UUID | None, person: UUID | None) -> UUID:
    """A new need; or one of this person's, under whichever of their ids, that the caller may see. Raises UnknownNeed."""
    if need_id is None:
        return new_id()
    theirs = queries.theirs(tx)
    if person is None or not await tx.one(named.CASE_OF_NEED, need_id=need_id, person_id=person, **theirs):
        raise UnknownNeed
    return need_id


def begin_need(tx: Transaction, case: Case, *, known: bool) -> None:
    """Say that a need was opened with its first case; or see whether one that was met is under way once more."""
    if known:
        _look(tx, case)
        return
    need = tx.add(Need(id=case.need_id, council=case.council, person_id=case.person_id, case_id=case.id))
    tx.say(NeedOpened(case_id=case.id), on=need)


def follow_need(tx: Transaction, case: Case, moved: CaseStatusChanged) -> None:
    """Look at the need of a case that has ended, or is taken up again."""
    if (moved.was in ENDED) != (moved.status in ENDED):
        _look(tx, case)


async def look_at_need(tx: Transaction, need_id: UUID) -> None:
    """Say whether a need is met by now, where it was not; or no longer, where it was."""
    need = await tx.one(named.NEED, need_id=need_id)
    statuses = await tx.all(named.STATUSES_OF_NEED, need_id=need_id)
    met = all(status in ENDED for status in statuses)
    if need is None or not statuses or met == (need.met_at is not None):
        return
    tx.change(need, met_at=tx.now if met else None)
    first = need.case_id
    tx.say(NeedMet(case_id=first, cases=len(statuses)) if met else NeedOpened(case_id=first, again=True), on=need)


def _look(tx: Transaction, case: Case) -> None:
    tx.remind(NEED, about=Aggregate(id=case.need_id), at=tx.now)
