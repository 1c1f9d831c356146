"""What people say of themselves for equality's sake: load, decide, write. What leaves here is bands, and nothing finer."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from common.contracts.base import PARTNERSHIP
from common.contracts.people.equality import (
    EqualityAnswersTaken,
    EqualityProfileRecorded,
    EqualityProfileView,
    EqualityProfileWithdrawn,
    NoteEqualityAnswers,
    SetEqualityProfile,
)
from common.runtime.ids import new_id
from common.runtime.timers import Timer
from common.runtime.transaction import Transaction

from customer_account import queries
from customer_account.domain import equality
from customer_account.queries.equality import answers_of, equality_questions, profile_of, shown_profile
from customer_account.queries.named import equality as named
from customer_account.tables import EqualityNote, EqualityProfile

TAKE_IN = Timer("equality_note")


async def set_my_profile(tx: Transaction, command: SetEqualityProfile) -> EqualityProfileView:
    """Keep what the resident answers, as a whole. The same again changes nothing."""
    row = await profile_of(tx, tx.person)
    tx.edits(row)
    _keep(tx, row, equality.checked(equality_questions(), command.answers), at=tx.now)
    return shown_profile(row)


async def withdraw_my_profile(tx: Transaction) -> EqualityProfileView:
    """Keep nothing any more of what the resident answered."""
    return await set_my_profile(tx, SetEqualityProfile(answers={}))


async def note_answers(tx: Transaction, person_id: UUID, command: NoteEqualityAnswers) -> EqualityAnswersTaken:
    """Take down, as an officer, what somebody answers. It is put with their other answers where no officer can read."""
    home = await queries.facts_home(tx, person_id)
    queries.look(tx, person_id, "took down what a person said about equality", protected=home.protected)
    answers = equality.checked(equality_questions(), command.answers)
    note = tx.add(EqualityNote(id=new_id(), person_id=person_id, answers=answers, noted_at=tx.now))
    tx.remind(TAKE_IN, about=note, at=tx.now)
    return EqualityAnswersTaken(noted_at=tx.now)


async def take_in(tx: Transaction, note_id: UUID) -> None:
    """Put what an officer took down with the person's other answers, unless the person has changed these since."""
    note = await tx.one(named.NOTE, note_id=note_id)
    if note is None:
        return
    row = await profile_of(tx, note.person_id)
    if not row.version or row.changed_at <= note.noted_at:
        answers = equality.joined(equality_questions(), answers_of(row), answers_of(note))
        _keep(tx, row, answers, at=note.noted_at)
    tx.remove(note)


def _keep(tx: Transaction, row: EqualityProfile, answers: dict[str, str], *, at: datetime) -> None:
    if answers == answers_of(row):
        return
    if not row.version:
        tx.add(row)
    tx.change(row, answers=answers, changed_at=at)
    bands = equality.bands(equality_questions(), answers)
    said = EqualityProfileRecorded(profile_id=row.id, bands=bands) if bands else EqualityProfileWithdrawn()
    tx.say(said, on=row, council=PARTNERSHIP)
