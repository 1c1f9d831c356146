"""What people said of themselves for equality's sake."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from common.contracts.keys import KeyClass, Sealed
from common.runtime.tables import Aggregate, OfMachine, OfPartnership, document, moment
from sqlalchemy import Index

from customer_account.tables.registry import CustomerAccount


def _answers(table: str) -> Sealed:
    return Sealed(f"{table}.answers", row="id", under=KeyClass.EQUALITY_ANSWERS)


class EqualityProfile(Aggregate, OfPartnership, CustomerAccount, table=True):
    """What a person answered. `visible_to` names no council, ever: the person sees it, and nobody else."""

    __tablename__ = "equality_profile"
    __table_args__ = (Index("equality_profile_of_person", "person_id", unique=True),)
    one_story: ClassVar[bool] = False

    person_id: UUID
    answers: Any = document(sealed=_answers("equality_profile"), default_factory=dict)
    changed_at: datetime = moment()


class EqualityNote(Aggregate, OfMachine, CustomerAccount, table=True):
    """What an officer took down, until it is with the person's other answers. Officers add it, and cannot read it."""

    __tablename__ = "equality_note"
    __table_args__ = (Index("equality_note_of_person", "person_id"),)
    officer_may: ClassVar[str] = "INSERT"

    person_id: UUID
    answers: Any = document(sealed=_answers("equality_note"))
    noted_at: datetime = moment()
