"""Several cases at once: all are read together, each is decided for itself, and what may be done is written together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from uuid import UUID

from common.contracts.base import Refusal
from common.contracts.cases.queues import DoneTogether, MoveTogether, OneByOne, SetOwnerTogether, Together
from common.runtime.problems import NotFound
from common.runtime.transaction import Transaction

from case_crm import queries
from case_crm.commands.cases import decided_move, make_move
from case_crm.commands.owners import decided_owner, hand_over
from case_crm.commands.places import same_as_another
from case_crm.commands.retention import parts_of
from case_crm.queries import File

Write = Callable[[], object]


async def set_owner_together(tx: Transaction, command: SetOwnerTogether) -> list[DoneTogether]:
    """Have one officer deal with several cases."""

    def decide(file: File) -> Write:
        settled = decided_owner(tx, file.case, command)
        return partial(hand_over, tx, file, settled, command) if settled else _nothing

    files = await _files(tx, command)
    return _each(tx, command, files, decide, why="settled who deals with a case")


async def move_together(tx: Transaction, command: MoveTogether) -> list[DoneTogether]:
    """Make the same transition of several cases."""
    files = await _files(tx, command)
    parts = {file.case.id: await parts_of(tx, file) for file in files.values()}
    same = await same_as_another(tx, command, [*files])

    def decide(file: File) -> Write:
        moved = decided_move(tx, file, command, same)
        return partial(make_move, tx, file, moved, parts[file.case.id], amount=command.amount)

    return _each(tx, command, files, decide, why="moved a case on")


async def _files(tx: Transaction, command: Together) -> dict[UUID, File]:
    return {file.case.id: file for file in await queries.case_files(tx, command.case_ids)}


def _each(
    tx: Transaction,
    command: SetOwnerTogether | MoveTogether,
    files: Mapping[UUID, File],
    decide: Callable[[File], Write],
    *,
    why: str,
) -> list[DoneTogether]:
    """Decide on every case before any is written. What is written of a protected person is looked through: not here."""
    writes: list[Write] = []
    report = []
    for case_id in dict.fromkeys(command.case_ids):
        file = files.get(case_id)
        try:
            if file is None:
                raise NotFound
            if file.restricted_to or (command.reason and file.guarded):
                raise OneByOne
            writes.append(decide(file))
        except Refusal as refusal:
            reference = file.case.reference if file else None
            why_not = {"problem": refusal.kind(), "detail": refusal.detail or refusal.title}
            report.append(DoneTogether(case_id=case_id, reference=reference, done=False, **why_not))
        else:
            report.append(DoneTogether(case_id=case_id, reference=file.case.reference, done=True))
    tx.saw((file.case.person_id for file in files.values()), why)
    for write in writes:
        write()
    return report


def _nothing() -> None:
    """They deal with it already."""
